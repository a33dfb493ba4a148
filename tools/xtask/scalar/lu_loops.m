% Elements of a matrix read and written by three loops.
tic
n = 80;
A = zeros(n, n);
for i = 1:n
  for j = 1:n
    A(i, j) = mod(i * 7 + j * 13, 11) + 1;
  end
  A(i, i) = A(i, i) + 100;
end
for k = 1:n - 1
  for i = k + 1:n
    A(i, k) = A(i, k) / A(k, k);
    for j = k + 1:n
      A(i, j) = A(i, j) - A(i, k) * A(k, j);
    end
  end
end
d = 0;
for i = 1:n
  d = d + log(abs(A(i, i)));
end
printf("%.10g\n", d);
printf("%.9f\n", toc);
