m = containers.Map({'one', 'two', 'three'}, [1 2 3]);
disp(m.keys());
disp(m('two'));
m('four') = 4;
printf('%d\n', m.Count);
remove(m, 'one');
disp(isKey(m, {'one', 'two'}));
n = containers.Map('KeyType', 'double', 'ValueType', 'any');
n(3) = 'three';
n(1) = [1 2 3];
for k = cell2mat(keys(n))
  disp(n(k));
end
try
  m('zero')
catch err
  disp(err.message);
end
m
