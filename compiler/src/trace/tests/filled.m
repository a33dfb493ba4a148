% What is put into an array without elements in a field or a cell decides its class.
s.b = []; s.b(end+1) = 'x'; class(s.b)
s.b = []; s.b(2) = true; s.b
s.b = []; s.b(1, 3) = single(2); class(s.b)
s.b = [1 2]; s.b(end+1) = int8(3); s.b
s.q.b = []; s.q.b(end+1) = int64(5); s.q
c = {[]}; c{1}(end+1) = int8(3); class(c{1})
c = cell(1, 2); c{2}(end+1) = 'x'; class(c{2})
m(1).items = [79 98]; m(2).items = [];
m(2).items(end+1) = int64(7); m(1).items(end+1) = int64(7); m.items
y = []; y(3) = true; class(y)
y = []; y(3) = int8(4); class(y)
d = {' ', '.'; 'S', '...'; 'O', '---'};
[found, place] = ismember('SOS'(:), d(:, 1))
issorted([1 2; 1 3; 2 0], 'rows'), issorted([2 0; 1 3], 'rows')
eps(1, 2), eps(2, 'single'), ndgrid(1:3)
