people(1).name = 'Ann';
people(1).age = 31;
people(2).name = 'Bob';
people(2).age = 25;
people(end + 1) = struct('name', 'Cid', 'age', 40);
[~, order] = sort([people.age]);
for p = people(order)
  printf('%s %d\n', p.name, p.age);
end
older = people([people.age] > 30);
{older.name}
people(2) = [];
numel(people)
people
