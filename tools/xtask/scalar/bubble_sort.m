% Comparisons and exchanges of elements.
tic
n = 500;
x = zeros(1, n);
seed = 42;
for i = 1:n
  seed = mod(seed * 1103 + 12345, 65536);
  x(i) = seed;
end
for i = 1:n - 1
  for j = 1:n - i
    if x(j) > x(j + 1)
      t = x(j);
      x(j) = x(j + 1);
      x(j + 1) = t;
    end
  end
end
printf("%d %d %d\n", x(1), x(250), x(500));
printf("%.9f\n", toc);
