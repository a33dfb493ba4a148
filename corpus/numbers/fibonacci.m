f = [1 1];
while f(end) < 1000
  f(end + 1) = f(end) + f(end - 1);
end
f
even = f(mod(f, 2) == 0);
sum(even)
ratio = f(end) / f(end - 1);
printf('%.6f\n', ratio);
