% Logical elements written in a loop with a step.
tic
n = 200000;
p = true(1, n);
p(1) = false;
i = 2;
while i * i <= n
  if p(i)
    for j = i*i:i:n
      p(j) = false;
    end
  end
  i = i + 1;
end
count = 0;
for i = 1:n
  if p(i)
    count = count + 1;
  end
end
printf("%d\n", count);
printf("%.9f\n", toc);
