% The scalar form: a `while` with two conditions per point.
tic
n = 60; total = 0;
for i = 1:n
  for j = 1:n
    cr = -2 + 3 * (i - 1) / (n - 1);
    ci = -1.5 + 3 * (j - 1) / (n - 1);
    zr = 0; zi = 0; k = 0;
    while k < 50 && zr^2 + zi^2 <= 4
      t = zr^2 - zi^2 + cr;
      zi = 2 * zr * zi + ci;
      zr = t;
      k = k + 1;
    end
    total = total + k;
  end
end
printf("%d\n", total);
printf("%.9f\n", toc);
