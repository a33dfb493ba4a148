% Fourth order Runge-Kutta for a pendulum, a column per step.
g = 9.81; L = 1; h = 0.01; n = 200;
f = @(t, y) [y(2); -g / L * sin(y(1))];
y = zeros(2, n + 1);
y(:, 1) = [pi / 4; 0];
t = 0;
for k = 1:n
  yk = y(:, k);
  k1 = f(t, yk);
  k2 = f(t + h/2, yk + h/2 * k1);
  k3 = f(t + h/2, yk + h/2 * k2);
  k4 = f(t + h, yk + h * k3);
  y(:, k+1) = yk + h/6 * (k1 + 2*k2 + 2*k3 + k4);
  t = t + h;
end
printf('%.5f %.5f\n', y(:, [1 51 101 201]));
E = 0.5 * y(2, :).^2 + g / L * (1 - cos(y(1, :)));
printf('drift %d\n', max(abs(E - E(1))) < 1e-4);
