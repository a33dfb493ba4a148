f = @(x) cos(x) - x;
a = 0;
b = 1;
k = 0;
while b - a > 0.01
  m = (a + b) / 2;
  if f(a) * f(m) <= 0
    b = m;
  else
    a = m;
  end
  k = k + 1;
  printf('%2d [%.5f, %.5f]\n', k, a, b);
end
