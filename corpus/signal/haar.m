% One level of the Haar transform of every channel, and what it keeps.
if ~exist('CHANNELS', 'var'), CHANNELS = 400; end
if ~exist('SAMPLES', 'var'), SAMPLES = 1001; end

c = (1:CHANNELS)';
t = 1:SAMPLES;
A = sin(0.02 * t .* (1 + c / CHANNELS)) + 0.1 * mod(t + 3 * c, 5);

odd = A(:, 1:2:end-1);
even = A(:, 2:2:end);
low = (odd + even) / sqrt(2);
high = (odd - even) / sqrt(2);
kept = sum(low.^2, 2) ./ (sum(odd.^2, 2) + sum(even.^2, 2));

step = A(2:end, :) - A(1:end-1, :);
turned = step.';

fprintf('%d channels, %d pairs\n', size(low, 1), size(low, 2));
fprintf('kept: mean %.12g, least %.12g\n', mean(kept), min(kept));
fprintf('detail: largest %.12g\n', max(abs(high), [], 'all'));
fprintf('between channels: %.12g over %d x %d\n', mean(abs(turned), 'all'), size(turned));
