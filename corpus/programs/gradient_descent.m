x = [1 2 3 4 5]'; y = [2.2 4.1 6.2 7.9 10.1]';
m = length(y);
X = [ones(m, 1) x];
theta = zeros(2, 1);
alpha = 0.05;
J = zeros(500, 1);
for it = 1:500
  h = X * theta;
  theta = theta - alpha / m * (X' * (h - y));
  J(it) = sum((X * theta - y).^2) / (2*m);
end
printf('theta %.4f %.4f\n', theta);
printf('cost %.6f %.6f\n', J(1), J(end));
t2 = (X' * X) \ (X' * y);
printf('normal %.4f %.4f\n', t2);
