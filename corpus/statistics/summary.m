% Reductions over rows, columns, both, and everything.
if ~exist('N', 'var'), N = 2000; end
if ~exist('D', 'var'), D = 300; end

i = (1:N)';
j = 1:D;
X = mod(31 * i + 17 * j, 29) - 14;
G = 1 + X / (16 * N * D);

by_column = mean(X, 1);
by_row = mean(X, 2);
fprintf('columns: %d means from %.12g to %.12g\n', ...
    numel(by_column), min(by_column), max(by_column));
fprintf('rows: %d means from %.12g to %.12g\n', numel(by_row), min(by_row), max(by_row));
fprintf('sum %d, over both %d, nested %d\n', ...
    sum(X, 'all'), sum(X, [1 2]), sum(sum(X)));
fprintf('mean %.12g, over both %.12g\n', mean(X, 'all'), mean(X, [1 2]));
fprintf('product of columns from %.12g to %.12g\n', min(prod(G, 1)), max(prod(G, 1)));
fprintf('product of all %.12g\n', prod(G, 'all'));
fprintf('smallest %d, largest %d\n', min(X, [], [1 2]), max(X, [], 'all'));
fprintf('range of row maxima: %d to %d\n', min(max(X, [], 2)), max(max(X, [], 2)));
fprintf('any 14: %d, any 15: %d\n', any(X == 14, 'all'), any(X == 15, [1 2]));
fprintf('columns with a 13: %d, rows without: %d\n', ...
    sum(any(X == 13, 1)), sum(all(X ~= 13, 2)));
fprintf('all below 15: %d, all finite: %d\n', all(X < 15, 'all'), all(isfinite(X(:))));
