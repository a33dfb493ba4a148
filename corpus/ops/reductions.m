% Reductions with their options, over one axis and several.
if ~exist('N', 'var'), N = 300; end
if ~exist('D', 'var'), D = 20; end
A = sin((1:N)' * 0.7 + (1:D));
fprintf('range %.12g, %.12g\n', sum(range(A)), sum(range(A, 2)));
fprintf('median %.12g, %.12g\n', sum(median(A)), sum(median(A, 2)));
w = (1:N) / N;
fprintf('var %.12g %.12g %.12g\n', sum(var(A)), sum(var(A, 1)), sum(var(A, 0, 2)));
fprintf('weighted %.12g %.12g\n', sum(var(A, w)), sum(std(A, w, 1)));
fprintf('norm %.12g %.12g %.12g\n', norm(A(:)), norm(A, 'fro'), norm(A, 1));
fprintf('norm %.12g %.12g %.12g\n', norm(A, Inf), norm(A(:), 1), norm(A(:), 3));
fprintf('norm %.12g %.12g\n', norm(A(:, 1), Inf), norm(A(:, 1), -Inf));
fprintf('dot %.12g, %.12g\n', dot(A(:, 1), A(:, 2)), sum(dot(A, A, 2)));
fprintf('meansq %.12g, sumsq %.12g\n', sum(meansq(A)), sum(sumsq(A, 2)));
fprintf('vecnorm %.12g %.12g\n', sum(vecnorm(A)), sum(vecnorm(A, 1, 2)));
[low, high] = bounds(A);
fprintf('bounds %.12g %.12g\n', sum(low), sum(high));
fprintf('center %d\n', max(abs(sum(center(A)))) < 1e-10);
fprintf('zscore %.12g\n', sum(sum(zscore(A) .^ 2)));
fprintf('rescale %.12g\n', sum(sum(rescale(A))));
fprintf('cumtrapz %.12g\n', sum(sum(cumtrapz(A))));
fprintf('trapz %.12g\n', sum(trapz(A)));
[top, at] = max(A, [], 2);
fprintf('max %.12g %d\n', sum(top), sum(at));
[least, at] = min(A);
fprintf('min %.12g %d\n', sum(least), sum(at));
fprintf('nnz %d, any %d, all %d\n', nnz(A > 0), sum(any(A > 0.9)), sum(all(A > -2)));
P = reshape([A, A], N, D, 2);
fprintf('pages %.12g %.12g\n', sum(sum(sum(P, 3))), max(max(max(P, [], 3))));
fprintf('class %s %s %s\n', class(sum(single(A))), class(sum(A > 0)), class(sum(true(2), 'native')));
fprintf('double %s\n', class(sum(single([1 2]), 'double')));
