% Branches on `mod`.
tic
longest = 0; at = 0;
for start = 1:3000
  n = start; steps = 0;
  while n ~= 1
    if mod(n, 2) == 0
      n = n / 2;
    else
      n = 3 * n + 1;
    end
    steps = steps + 1;
  end
  if steps > longest
    longest = steps;
    at = start;
  end
end
printf("%d %d\n", at, longest);
printf("%.9f\n", toc);
