% Standard scores of columns, outliers pulled in, and row distances.
if ~exist('N', 'var'), N = 20000; end
if ~exist('D', 'var'), D = 20; end

i = (1:N)';
j = 1:D;
X = sin(0.37 * i + j) .* (1 + j) + 10 * (mod(i + j, 97) == 0);

mu = mean(X);
sd = sqrt(sum((X - mu).^2) / (N - 1));
Z = (X - mu) ./ sd;
clipped = min(max(Z, -2), 2);
moved = sum(Z ~= clipped, 'all');
distance = sqrt(sum(clipped.^2, 2));

fprintf('deviation of first and last column: %.12g %.12g\n', sd(1), sd(end));
fprintf('scores from %.12g to %.12g\n', min(Z, [], 'all'), max(Z, [], 'all'));
fprintf('pulled in: %d\n', moved);
fprintf('distance: mean %.12g, largest %.12g\n', mean(distance), max(distance));
fprintf('columns are centred: %d\n', all(abs(mean(Z)) < 1e-10));
