compose = @(f, g) @(x) f(g(x));
root = compose(@sqrt, @abs);
root(-16)
add = @(n) @(x) x + n;
add3 = add(3);
add3(4)
fs = {@(x) x + 1, @(x) x * 2, @(x) x ^ 2};
v = 3;
for k = 1:numel(fs)
  v = fs{k}(v);
end
v
func2str(fs{3})
f = str2func('@(a, b) a - b');
f(5, 2)
is_function_handle(f)
apply = @(f, varargin) f(varargin{:});
apply(@max, [1 5 3])
cellfun(@(f) f(2), fs)
