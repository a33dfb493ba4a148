s.name = 'x'; s.pos = [1 2 3]; s.sub.a = 1; s.sub.b = 'deep';
s
fieldnames(s)
isfield(s, 'pos'), isfield(s, {'pos', 'nope'})
s = rmfield(s, 'pos');
t = struct('a', {1, 2, 3});
size(t), [t.a]
t(2).a = 20; t(4).a = 7;
for k = 1:numel(t), printf('%d ', t(k).a); end, printf('\n');
f = 'dyn'; s.(f) = 5; s.([f '2']) = 6;
s.dyn + s.dyn2
arr = [];
for k = 1:3
  arr(k).v = k^2;
  arr(k).w = sprintf('n%d', k);
end
arr(2)
mx = max([arr.v])
q = {arr.w}
n.list = {};
n.list{end+1} = 1; n.list{end+1} = 'two';
numel(n.list)
people = struct('n', {'Al', 'Bo', 'Cy'}, 'age', {30, 25, 35});
[~, i] = sort([people.age]);
people = people(i);
printf('%s ', people.n); printf('\n');
isrow(people), isstruct(people), class(people(1).age)
c = struct2cell(people(1))
