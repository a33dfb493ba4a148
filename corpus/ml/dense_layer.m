% A dense layer: product, bias, clamp, then a power and a scale per column.
if ~exist('BATCH', 'var'), BATCH = 512; end
if ~exist('IN', 'var'), IN = 256; end
if ~exist('OUT', 'var'), OUT = 128; end

s = (1:BATCH)';
X = sin(0.1 * s + 0.05 * (1:IN));
W = cos(0.07 * (1:IN)' .* (1:OUT)) / sqrt(IN);
bias = linspace(-0.5, 0.5, OUT);
scale = 1 + (1:OUT) / OUT;

Y = min(max(X * W + bias, 0), 6);
Z = Y .^ 2 .* scale;
active = mean(Y > 0, 'all');

fprintf('%d x %d times %d x %d\n', size(X), size(W));
fprintf('active share %.12g\n', active);
fprintf('mean %.12g, largest %.12g\n', mean(Z, 'all'), max(Z, [], 'all'));
fprintf('first column %.12g, last %.12g\n', sum(Z(:, 1)), sum(Z(:, end)));
