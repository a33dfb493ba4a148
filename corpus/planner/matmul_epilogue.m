% What may follow a matrix product: scale, bias, clamp, power, diagonal.
% groups 9
% dispatches 9
if ~exist('N', 'var'), N = 200; end
if ~exist('K', 'var'), K = 160; end

A = sin(0.3 * (1:N)' + 0.7 * (1:K));
B = cos(0.2 * (1:K)' .* (1:N)) / K;
scale = 1 + (1:N)' / N;
bias = linspace(-0.1, 0.1, N);

Y = min(max(0.5 * (A * B) .* scale + bias, 0), 0.2) .^ 2;
d = diag(A * B);

fprintf('%d x %d, diagonal %d\n', size(Y, 1), size(Y, 2), numel(d));
fprintf('mean %.12g, largest %.12g\n', mean(Y, 'all'), max(Y, [], 'all'));
fprintf('clamped above: %d\n', sum(Y >= 0.04, 'all') > 0);
fprintf('diagonal: %.12g to %.12g\n', min(d), max(d));
