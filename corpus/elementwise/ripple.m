% A damped ripple over a grid, its transpose, and tiles of it.
if ~exist('NX', 'var'), NX = 800; end
if ~exist('NY', 'var'), NY = 600; end

[X, Y] = meshgrid(linspace(-8, 8, NX), linspace(-6, 6, NY));
r = sqrt(X.^2 + Y.^2) + eps;
Z = sin(r) ./ r .* exp(-0.05 * r);

turned = Z';
slope = turned(2:end, :) - turned(1:end-1, :);
coarse = Z(1:2:end, 1:2:end);
window = repmat(linspace(0, 1, NX), NY, 1);
faded = Z .* window;

fprintf('grid %d x %d, turned %d x %d\n', size(Z), size(turned));
fprintf('peak %.12g, trough %.12g\n', max(Z, [], 'all'), min(Z, [], 'all'));
fprintf('steepest %.12g\n', max(abs(slope), [], 'all'));
fprintf('coarse mean %.12g of %d points\n', mean(coarse, 'all'), numel(coarse));
fprintf('faded energy %.12g\n', mean(faded.^2, 'all'));
