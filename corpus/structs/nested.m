s.a.b.c = 1;
s.a.b.d = {1, 'two', [3 4]};
s.a.b.d{2}(2) = 'W';
s.list(3).x = 5;
s
isfield(s, 'a')
isfield(s.a, {'b', 'z'})
s.a.b = rmfield(s.a.b, 'c');
fieldnames(s.a.b)
isempty(s.list(1).x)
