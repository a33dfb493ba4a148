% Lorenz's system by a Runge-Kutta method: arrays of a size that is a variable.
tic
m = 3;
y = linspace(1, 2, m)';
h = 1e-3;
f = @(y) [10 * (y(2) - y(1)); y(1) * (28 - y(3)) - y(2); y(1) * y(2) - 8 / 3 * y(3)];
for k = 1:5000
  k1 = f(y);
  k2 = f(y + h / 2 * k1);
  k3 = f(y + h / 2 * k2);
  k4 = f(y + h * k3);
  y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
end
printf("%.6f\n", y);
printf("%.9f\n", toc);
