% Three by three box blur and edge strength by shifted slices.
if ~exist('H', 'var'), H = 720; end
if ~exist('W', 'var'), W = 1280; end

[x, y] = meshgrid(0:W-1, 0:H-1);
img = mod(3 * x + 5 * y, 16) / 15;

rows = img(1:end-2, :) + img(2:end-1, :) + img(3:end, :);
blur = (rows(:, 1:end-2) + rows(:, 2:end-1) + rows(:, 3:end)) / 9;

dx = img(2:end-1, 3:end) - img(2:end-1, 1:end-2);
dy = img(3:end, 2:end-1) - img(1:end-2, 2:end-1);
edges = sqrt(dx.^2 + dy.^2);

fprintf('blurred %d x %d to %d x %d\n', H, W, size(blur, 1), size(blur, 2));
fprintf('mean before %.12g, after %.12g\n', mean(img, 'all'), mean(blur, 'all'));
fprintf('edge strength: mean %.12g, largest %.12g\n', mean(edges, 'all'), max(edges, [], 'all'));
