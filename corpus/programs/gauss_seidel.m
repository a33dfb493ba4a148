A = [10 -1 2 0; -1 11 -1 3; 2 -1 10 -1; 0 3 -1 8];
b = [6; 25; -11; 15];
n = length(b);
x = zeros(n, 1);
for iter = 1:50
  xold = x;
  for i = 1:n
    s = b(i);
    for j = 1:n
      if j ~= i
        s = s - A(i, j) * x(j);
      end
    end
    x(i) = s / A(i, i);
  end
  if norm(x - xold, inf) < 1e-10, break, end
end
printf('%d iterations\n', iter);
printf('%.6f\n', x);
D = diag(diag(A));
R = A - D;
z = zeros(n, 1);
for k = 1:60
  z = D \ (b - R*z);
end
disp(norm(z - x) < 1e-8)
