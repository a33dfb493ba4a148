nchoosek(5, 2)
nchoosek([1 2 3], 2)
perms([1 2 3])
factorial([0 1 5 10])
for n = 0:4
  row = 1;
  for k = 1:n
    row(k + 1) = row(k) * (n - k + 1) / k;
  end
  printf('%d ', row);
  printf('\n');
end
