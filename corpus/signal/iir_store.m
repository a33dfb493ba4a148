% Second-order smoothing of stored signals, a column for each sample.
if ~exist('CHANNELS', 'var'), CHANNELS = 2000; end
if ~exist('STEPS', 'var'), STEPS = 200; end

c = (1:CHANNELS)';
t = 1:STEPS;
X = sin(0.05 * c + 0.1 * t) + (mod(c + t, 7) == 0);

b = 0.2;
a1 = 1.1;
a2 = -0.3;
Y = zeros(CHANNELS, STEPS);
y1 = zeros(CHANNELS, 1);
y2 = zeros(CHANNELS, 1);
for k = 1:STEPS
    y = b * X(:, k) + a1 * y1 + a2 * y2;
    y2 = y1;
    y1 = y;
    Y(:, k) = y;
end

fprintf('mean input %.12g, output %.12g\n', mean(X, 'all'), mean(Y, 'all'));
fprintf('energy input %.12g, output %.12g\n', mean(X.^2, 'all'), mean(Y.^2, 'all'));
fprintf('last column: largest %.12g\n', max(Y(:, end)));
