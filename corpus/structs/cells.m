c = {1, 'two', [3 4 5]; {6, 'seven'}, @sin, true}
class(c{2, 2})
c{1, 2}(end)
c(:, 1) = [];
size(c)
c{3, 3} = 'far'
d = cell(2, 2);
d{1} = 5;
cellfun('isempty', d)
[c{1, 1:2}] = deal('x');
c(1, :)
vertcat({1}, {2; 3})
