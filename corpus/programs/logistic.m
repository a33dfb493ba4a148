1;
function g = sigmoid(z)
  g = 1 ./ (1 + exp(-z));
end
X = [ones(6,1) [0.5 1; 1 0.4; 1.5 1.2; 3 2.5; 3.5 3; 4 2]];
y = [0 0 0 1 1 1]';
w = zeros(3, 1);
for it = 1:300
  p = sigmoid(X * w);
  w = w + 0.1 * X' * (y - p);
end
p = sigmoid(X * w);
printf('%.3f ', w); printf('\n');
printf('%d ', p > 0.5); printf('\n');
printf('accuracy %.1f%%\n', mean((p > 0.5) == y) * 100);
