% Two bodies around each other, leapfrog steps.
x = [0 1];
y = [0 0];
vx = [0 0];
vy = [0 1];
m = [1 1e-6];
h = 0.01;
for step = 1:628
  for i = 1:2
    ax = 0;
    ay = 0;
    for j = 1:2
      if i ~= j
        dx = x(j) - x(i);
        dy = y(j) - y(i);
        r3 = (dx ^ 2 + dy ^ 2) ^ 1.5;
        ax += m(j) * dx / r3;
        ay += m(j) * dy / r3;
      end
    end
    vx(i) += h * ax;
    vy(i) += h * ay;
  end
  for i = 1:2
    x(i) += h * vx(i);
    y(i) += h * vy(i);
  end
end
printf('%.3f %.3f\n', x(2), y(2));
