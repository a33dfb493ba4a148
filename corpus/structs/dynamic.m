names = {'x', 'y', 'z'};
for k = 1:3
  s.(names{k}) = k ^ 2;
end
total = 0;
for f = fieldnames(s)'
  total += s.(f{1});
end
total
t = cell2struct(num2cell([1; 2; 3]), names, 1)
struct2cell(t)'
orderfields(struct('b', 1, 'a', 2))
u = setfield(s, 'w', 'new');
getfield(u, 'w')
structfun(@(v) v * 10, s)'
