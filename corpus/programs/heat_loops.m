n = 11; dx = 1 / (n - 1); dt = 0.4 * dx^2; steps = 50;
u = zeros(1, n);
u(ceil(n / 2)) = 1;
for s = 1:steps
  new = u;
  for i = 2:n-1
    new(i) = u(i) + dt / dx^2 * (u(i-1) - 2*u(i) + u(i+1));
  end
  u = new;
end
printf('%.5f ', u); printf('\n');
printf('%.6f\n', sum(u));
v = zeros(1, n); v(6) = 1;
for s = 1:steps
  v(2:end-1) = v(2:end-1) + dt / dx^2 * (v(1:end-2) - 2*v(2:end-1) + v(3:end));
end
disp(max(abs(u - v)) < 1e-14)
