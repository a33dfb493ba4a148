% Additions and copies of variables.
tic
total = 0;
for k = 1:4000
  a = 0; b = 1;
  for n = 1:70
    t = a + b;
    a = b;
    b = t;
  end
  total = total + mod(a, 1000);
end
printf("%d\n", total);
printf("%.9f\n", toc);
