1;
function s = simpson(f, a, b, n)
  if mod(n, 2) ~= 0
    n = n + 1;
  end
  h = (b - a) / n;
  s = f(a) + f(b);
  for i = 1:n-1
    x = a + i*h;
    if rem(i, 2) == 1
      s = s + 4*f(x);
    else
      s = s + 2*f(x);
    end
  end
  s = s * h / 3;
end
function s = trapezoid(f, a, b, n)
  x = linspace(a, b, n + 1);
  y = arrayfun(f, x);
  s = (b - a) / n * (sum(y) - (y(1) + y(end)) / 2);
end
for n = [2 4 8 16]
  printf('%2d %.8f %.8f\n', n, simpson(@sin, 0, pi, n), trapezoid(@sin, 0, pi, n));
end
printf('%.6f\n', simpson(@(x) exp(-x^2), 0, 2, 11));
