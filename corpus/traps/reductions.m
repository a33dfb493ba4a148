% Reductions that are no sums, and a reduction on the right of a minus.
if ~exist('N', 'var'), N = 400; end
if ~exist('D', 'var'), D = 60; end

x = 1 + sin((1:N)' + 2 * (1:D)) / N;
fprintf('prod %.12g, sum %.12g\n', mean(prod(x)), mean(sum(x)));
fprintf('std %.12g %.12g, var %.12g\n', mean(std(x)), mean(std(x, 1, 2)), mean(var(x)));
fprintf('any %d, all %d, nnz %d\n', sum(any(x > 1)), sum(all(x > 1)), nnz(x > 1));

c = 10;
left = c - sum(x);
right = sum(x) - c;
fprintf('difference %.12g, the other way %.12g\n', mean(left), mean(right));
fprintf('share %.12g, inverse %.12g\n', mean(c ./ sum(x)), mean(sum(x) ./ c));
