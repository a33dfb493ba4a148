function s = simpson(f, a, b, n)
  h = (b - a) / n;
  s = f(a) + f(b);
  for k = 1:n - 1
    s = s + (2 + 2 * mod(k, 2)) * f(a + k * h);
  end
  s = s * h / 3;
end
printf('%.6f\n', trapz([0 1 2 3], [0 1 4 9]));
printf('%.6f ', cumtrapz([1 2 4]));
printf('\n');
[x, v] = fminbnd(@(x) (x - 2) ^ 2 + 1, 0, 5);
printf('%.4f %.4f\n', x, v);
printf('%.8f\n', simpson(@(x) exp(-x ^ 2), 0, 1, 20));
