% Explicit Euler and Heun for y' = -2 y + t.
f = @(t, y) -2*y + t;
exact = @(t) 1.25*exp(-2*t) + t/2 - 0.25;
for h = [0.1 0.05 0.025]
  n = round(1 / h);
  ye = 1; yh = 1; t = 0;
  for k = 1:n
    ye = ye + h * f(t, ye);
    p = yh + h * f(t, yh);
    yh = yh + h/2 * (f(t, yh) + f(t + h, p));
    t = t + h;
  end
  printf('%.3f %.6f %.6f %.2e %.2e\n', h, ye, yh, abs(ye - exact(1)), abs(yh - exact(1)));
end
