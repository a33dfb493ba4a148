% The largest eigenvalue of a Toeplitz matrix.
tic
m = 10;
A = toeplitz(m:-1:1);
x = ones(m, 1);
for k = 1:10000
  y = A * x;
  x = y / norm(y);
end
printf("%.6f\n", x' * A * x);
printf("%.9f\n", toc);
