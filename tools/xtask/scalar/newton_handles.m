% Anonymous functions called in a loop.
tic
f = @(x, a) x^2 - a;
g = @(x) 2 * x;
total = 0;
for a = 1:2000
  x = a;
  for k = 1:12
    x = x - f(x, a) / g(x);
  end
  total = total + x;
end
printf("%.10g\n", total);
printf("%.9f\n", toc);
