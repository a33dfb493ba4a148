1;
function x = thomas(a, b, c, d)
  n = length(d);
  for i = 2:n
    w = a(i) / b(i-1);
    b(i) = b(i) - w * c(i-1);
    d(i) = d(i) - w * d(i-1);
  end
  x = zeros(size(d));
  x(n) = d(n) / b(n);
  for i = n-1:-1:1
    x(i) = (d(i) - c(i) * x(i+1)) / b(i);
  end
end
n = 6;
a = [0 -ones(1, n-1)]; b = 2 * ones(1, n); c = [-ones(1, n-1) 0];
d = (1:n) .^ 2;
x = thomas(a, b, c, d);
disp(x);
A = diag(b) + diag(a(2:end), -1) + diag(c(1:end-1), 1);
printf('%.2e\n', round(1e10 * norm(A * x' - d')) / 1e10);
