n = 27; steps = 0; peak = n;
while n ~= 1
  if mod(n, 2), n = 3*n + 1; else, n = n / 2; end
  steps++;
  peak = max(peak, n);
end
printf('%d %d\n', steps, peak);
a = 48; b = 36;
while b, [a, b] = deal(b, mod(a, b)); end
disp(a)
x = 1;
do
  x *= 2;
until x > 100
x
fibs = [1 1];
while fibs(end) < 100
  fibs(end+1) = fibs(end) + fibs(end-1);
end
fibs
s = 0;
for i = 10:-3:-5
  s += i;
end
s
for v = [1 2; 3 4], v', end
k = 0;
while true
  k += 1;
  if k < 3, continue; end
  if k == 6, break; end
  printf('%d ', k);
end
printf('\n');
acc = 0;
for i = 1:3, for j = i:3, if i == j, continue, end, acc += i * j; end, end
acc
z = 3;
z -= 1; z ^= 2; z /= 8
ifelse_test(3);

function r = ifelse_test(x)
  if x > 5, r = 'big'; elseif x > 2, r = 'mid'; else r = 'small'; end
  disp(r)
end
