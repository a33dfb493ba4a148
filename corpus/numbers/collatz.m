function n = steps(x)
  n = 0;
  while x ~= 1
    if mod(x, 2) == 0
      x = x / 2;
    else
      x = 3 * x + 1;
    end
    n++;
  end
end
arrayfun(@steps, 1:12)
best = 0;
for x = 1:100
  n = steps(x);
  if n > best
    best = n;
    at = x;
  end
end
printf('%d takes %d\n', at, best);
