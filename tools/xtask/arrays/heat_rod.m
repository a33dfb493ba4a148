% Heat in a rod by explicit steps over slices.
tic
m = 50;
u = zeros(1, m);
u(1) = 1;
for k = 1:10000
  u(2:m-1) = u(2:m-1) + 0.25 * (u(3:m) - 2 * u(2:m-1) + u(1:m-2));
end
printf("%.6f\n", sum(u), u(25));
printf("%.9f\n", toc);
