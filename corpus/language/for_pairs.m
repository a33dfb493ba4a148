% Values and names of a structure's fields in one loop.
s.mass = 1.5;
s.name = 'probe';
s.position = [1 2 3];
s.tags = {'a', 2};
for [value, key] = s
  printf('%s (%s): ', key, class(value));
  disp(value);
end
people = struct('name', {'Ann', 'Bo'}, 'age', {30, 25});
for [column, field] = people
  printf('%s: %d values\n', field, numel(column));
end
total = 0;
for [weight, item] = struct('apple', 3, 'pear', 4)
  if strcmp(item, 'pear'), continue; end
  total += weight;
end
total
