% One chain of element-wise work with several results that are all used.
% groups 5
% dispatches 5
if ~exist('N', 'var'), N = 1000000; end

x = linspace(0, 10, N);
decay = exp(-0.3 * x);
sine = decay .* sin(2 * x);
cosine = decay .* cos(2 * x);
radius = sqrt(sine.^2 + cosine.^2);
phase = sine ./ (radius + 1);

fprintf('means: %.12g %.12g\n', mean(sine), mean(cosine));
fprintf('radius %.12g, phase %.12g\n', mean(radius), mean(phase.^2));
fprintf('largest: %.12g %.12g\n', max(sine), max(phase));
