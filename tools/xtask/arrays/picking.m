% Counting, finding, sorting and masks of thirty numbers.
tic
m = 30;
v = mod((1:m) * 7, 11);
total = 0;
for k = 1:5000
  total = total + sum(v == mod(k, 11)) + numel(find(v > 5)) + any(v < mod(k, 3));
  w = sort(v(v > mod(k, 5)));
  total = total + w(end) + numel(w);
end
printf("%d\n", total);
printf("%.9f\n", toc);
