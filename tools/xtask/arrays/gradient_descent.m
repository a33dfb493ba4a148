% A line fitted by steepest descent, with the cost of each step.
tic
m = 20;
steps = 5000;
X = [ones(m, 1), (1:m)' / m];
y = 3 * X(:, 2) + 1;
theta = zeros(2, 1);
J = zeros(steps, 1);
for k = 1:steps
  h = X * theta;
  theta = theta - 0.1 / m * (X' * (h - y));
  J(k) = sum((h - y) .^ 2) / (2 * m);
end
printf("%.6f\n", theta, J(end));
printf("%.9f\n", toc);
