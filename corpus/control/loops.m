for k = [1 2; 3 4]
  printf('%d %d\n', k);
end
for k = {1, 'a'}
  disp(class(k));
end
for k = []
  disp('never');
end
k
n = 0;
do
  n++;
  if n == 2
    continue;
  end
  printf('%d ', n);
until n >= 4
printf('\n');
while true
  n -= 3;
  if n < 0
    break;
  end
end
n
for i = 1:3
  for j = 1:3
    if j == i
      break;
    end
    printf('%d%d ', i, j);
  end
end
printf('\n');
