% Escape times of the Mandelbrot set in real arithmetic, without branches:
% a point that has left is multiplied by zero and stays put.
% groups 4
% dispatches 7
if ~exist('NX', 'var'), NX = 300; end
if ~exist('NY', 'var'), NY = 250; end
if ~exist('ITERS', 'var'), ITERS = 50; end

[cx, cy] = meshgrid(linspace(-2, 0.5, NX), linspace(-1.25, 1.25, NY));
x = zeros(NY, NX);
y = zeros(NY, NX);
alive = ones(NY, NX);
count = zeros(NY, NX);
for k = 1:ITERS
    xnew = x.^2 - y.^2 + cx;
    ynew = 2 * x .* y + cy;
    alive = alive .* (xnew.^2 + ynew.^2 <= 4);
    x = xnew .* alive;
    y = ynew .* alive;
    count = count + alive;
end

fprintf('%d x %d points, %d iterations\n', NX, NY, ITERS);
fprintf('never left: %d\n', sum(alive, 'all'));
fprintf('mean escape time: %.6f\n', mean(count, 'all'));
