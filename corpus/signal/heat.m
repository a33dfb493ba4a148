% Heat spreading over a plate with cold edges, by explicit steps.
% groups 6
% dispatches 16
if ~exist('N', 'var'), N = 256; end
if ~exist('STEPS', 'var'), STEPS = 60; end

[x, y] = meshgrid(linspace(0, 1, N), linspace(0, 1, N));
u = 100 * exp(-40 * ((x - 0.4).^2 + (y - 0.55).^2));
u = u .* (x > 0 & x < 1 & y > 0 & y < 1);
before = sum(u, 'all');

k = 0.2;
for step = 1:STEPS
    middle = u(2:end-1, 2:end-1);
    around = u(1:end-2, 2:end-1) + u(3:end, 2:end-1) ...
        + u(2:end-1, 1:end-2) + u(2:end-1, 3:end);
    u(2:end-1, 2:end-1) = middle + k * (around - 4 * middle);
end

fprintf('%d x %d plate, %d steps\n', N, N, STEPS);
fprintf('hottest %.12g, kept %.12g\n', max(u, [], 'all'), sum(u, 'all') / before);
fprintf('edges are cold: %d\n', all(u(1, :) == 0) && all(u(:, end) == 0));
