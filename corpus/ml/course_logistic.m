% Logistic regression by fminunc, as a course exercise writes it.
1;
function g = sigmoid(z)
  g = 1.0 ./ (1.0 + exp(-z));
end
function [J, grad] = costFunctionReg(theta, X, y, lambda)
  m = length(y);
  h = sigmoid(X * theta);
  J = (-y' * log(h) - (1 - y)' * log(1 - h)) / m + lambda / (2 * m) * sum(theta(2:end) .^ 2);
  grad = X' * (h - y) / m;
  grad(2:end) = grad(2:end) + lambda / m * theta(2:end);
end
data = [1 2 0; 2 1 0; 3 3 0; 4 5 1; 5 4 1; 6 6 1];
X = [ones(6, 1), data(:, 1:2)]; y = data(:, 3);
theta = zeros(3, 1); lambda = 1;
[cost, grad] = costFunctionReg(theta, X, y, lambda);
fprintf('Cost at initial theta: %f\n', cost);
fprintf(' %f \n', grad);
options = optimset('GradObj', 'on', 'MaxIter', 400);
[theta, J, exit_flag] = fminunc(@(t)(costFunctionReg(t, X, y, lambda)), theta, options);
fprintf('%.3f ', theta); fprintf('| %.4f %d\n', J, exit_flag > 0);
p = sigmoid(X * theta) >= 0.5;
fprintf('Train Accuracy: %f\n', mean(double(p == y)) * 100);
