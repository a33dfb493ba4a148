[t, y] = ode23(@(t, y) -2 * y, [0 0.05], 1);
printf('%.4f %d\n', y(end), abs(y(end) - exp(-0.1)) < 1e-4);
disp(issorted(t));
opts = odeset('RelTol', 1e-2);
printf('%g\n', odeget(opts, 'RelTol'));
