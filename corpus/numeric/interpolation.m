function v = lagrange(x, y, at)
  v = 0;
  for i = 1:numel(x)
    l = 1;
    for j = 1:numel(x)
      if j ~= i
        l = l * (at - x(j)) / (x(i) - x(j));
      end
    end
    v = v + y(i) * l;
  end
end
x = [0 1 2 3];
y = [0 1 4 9];
printf('%.4f ', interp1(x, y, [0.5 1.5 2.5]));
printf('\n');
printf('%.4f ', interp1(x, y, [0.5 1.5 2.5], 'spline'));
printf('\n');
printf('%.4f ', interp1(x, y, [0.4 1.6], 'nearest'));
printf('\n');
printf('%d\n', isnan(interp1(x, y, 5)));
printf('%.1f\n', interp1(x, y, 4, 'linear', 'extrap'));
printf('%.4f\n', lagrange(x, y, 1.5));
