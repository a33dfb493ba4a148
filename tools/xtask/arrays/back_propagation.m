% A network with one hidden layer, trained one example after the other.
tic
hidden = 4;
W1 = reshape(sin(1:hidden * 2), hidden, 2);
W2 = reshape(cos(1:hidden), 1, hidden);
X = [0 0 1 1; 0 1 0 1];
T = [0 1 1 0];
for k = 1:5000
  i = mod(k, 4) + 1;
  x = X(:, i);
  a1 = 1 ./ (1 + exp(-W1 * x));
  a2 = 1 ./ (1 + exp(-W2 * a1));
  d2 = (a2 - T(i)) .* a2 .* (1 - a2);
  d1 = (W2' * d2) .* a1 .* (1 - a1);
  W2 = W2 - 0.5 * d2 * a1';
  W1 = W1 - 0.5 * d1 * x';
end
printf("%.6f\n", W1, W2);
printf("%.9f\n", toc);
