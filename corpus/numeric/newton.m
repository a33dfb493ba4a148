f = @(x) x .^ 3 - 2 * x - 5;
df = @(x) 3 * x .^ 2 - 2;
x = 2;
printf('%2s %14s %12s\n', 'n', 'x', 'f(x)');
for n = 1:5
  printf('%2d %14.10f %12.4e\n', n, x, f(x));
  x = x - f(x) / df(x);
end
printf('%.6f\n', fzero(f, [2 3]));
