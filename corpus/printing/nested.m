s = struct('name', 'x', 'size', [1 2 3], 'inner', struct('deep', {{1, 'two'}}))
c = {1, 'a', [1 2; 3 4], {2, {3}}, @cos, [], {}}
t = struct('v', {1, 2, 3})
t(2)
e = struct('x', {})
