% A function with a loop, called for every pair.
1;
function r = greatest(a, b)
  while b ~= 0
    t = mod(a, b);
    a = b;
    b = t;
  end
  r = a;
end
tic
count = 0;
for i = 1:120
  for j = 1:120
    if greatest(i, j) == 1
      count = count + 1;
    end
  end
end
printf("%d\n", count);
printf("%.9f\n", toc);
