% Logistic regression by gradient descent.
if ~exist('N', 'var'), N = 20000; end
if ~exist('D', 'var'), D = 16; end
if ~exist('STEPS', 'var'), STEPS = 30; end

i = (1:N)';
j = 1:D;
X = sin(0.013 * i .* j + j) + 0.2 * cos(0.5 * i);
truth = sin(1:D)';
target = X * truth + 0.3 * cos(2.3 * i) > 0;

w = zeros(D, 1);
rate = 1.5;
for step = 1:STEPS
    p = 1 ./ (1 + exp(-(X * w)));
    gradient = X' * (p - target) / N;
    w = w - rate * gradient;
end

p = 1 ./ (1 + exp(-(X * w)));
loss = -mean(target .* log(p) + (1 - target) .* log(1 - p));
hits = mean((p > 0.5) == target);

fprintf('loss after %d steps: %.12g\n', STEPS, loss);
fprintf('right: %.4f percent\n', 100 * hits);
fprintf('weights: %.12g to %.12g\n', min(w), max(w));
