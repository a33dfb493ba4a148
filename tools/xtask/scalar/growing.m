% A row that grows by `end + 1`.
tic
x = [];
for i = 1:60000
  x(end + 1) = i * 0.5;
end
total = 0;
for i = 1:numel(x)
  total = total + x(i);
end
printf("%d %.10g\n", numel(x), total);
printf("%.9f\n", toc);
