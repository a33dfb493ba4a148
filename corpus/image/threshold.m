% Grey levels from colour planes, a threshold mask, and what the mask covers.
if ~exist('H', 'var'), H = 480; end
if ~exist('W', 'var'), W = 640; end

[x, y] = meshgrid(1:W, 1:H);
red = mod(7 * x + 3 * y, 256);
green = mod(5 * x + 11 * y, 256);
blue = mod(13 * x + 2 * y, 256);
gray = 0.299 * red + 0.587 * green + 0.114 * blue;

level = mean(gray, 'all');
mask = gray > level;
bright = gray .* mask;
dark = gray .* ~mask;
covered = sum(mask, 'all');

fprintf('threshold %.12g\n', level);
fprintf('bright pixels: %d of %d\n', covered, numel(mask));
fprintf('mean of bright %.12g, of dark %.12g\n', ...
    sum(bright, 'all') / covered, sum(dark, 'all') / (numel(mask) - covered));
fprintf('rows with a bright pixel: %d\n', sum(any(mask, 2)));
fprintf('columns all bright: %d\n', sum(all(mask, 1)));
