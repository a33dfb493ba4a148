% A network of two layers learns exclusive or.
W1 = [0.1 -0.2; 0.4 0.3]; b1 = [0.1; 0.2];
W2 = [0.5 -0.6]; b2 = 0.05;
X = [0 0 1 1; 0 1 0 1]; Y = [0 1 1 0];
rate = 0.5;
squash = @(z) 1 ./ (1 + exp(-z));
for epoch = 1:50
  A1 = squash(W1 * X + b1);
  A2 = squash(W2 * A1 + b2);
  dZ2 = A2 - Y; dW2 = dZ2 * A1' / 4; db2 = sum(dZ2) / 4;
  dZ1 = (W2' * dZ2) .* A1 .* (1 - A1); dW1 = dZ1 * X' / 4; db1 = sum(dZ1, 2) / 4;
  W1 -= rate * dW1; b1 -= rate * db1;
  W2 -= rate * dW2; b2 -= rate * db2;
end
printf('%.6f ', A2); printf('\n');
cost = -mean(Y .* log(A2) + (1 - Y) .* log(1 - A2))
W1, W2, b1, b2
