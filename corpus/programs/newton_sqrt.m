% Newton's iteration for a root, with a table of the steps.
f = @(x) x.^3 - 2*x - 5;
df = @(x) 3*x.^2 - 2;
x = 2;
fprintf('%3s %12s %12s\n', 'k', 'x', 'f(x)');
for k = 0:10
  fprintf('%3d %12.8f %12.3e\n', k, x, f(x));
  dx = f(x) / df(x);
  if abs(dx) < 1e-12
    break;
  end
  x = x - dx;
end
printf('root %.10f after %d steps\n', x, k);
