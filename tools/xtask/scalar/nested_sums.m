% Two loops around one statement.
tic
s = 0;
for i = 1:600
  for j = 1:600
    s = s + i * j - (i - j) / 2;
  end
end
printf("%.10g\n", s);
printf("%.9f\n", toc);
