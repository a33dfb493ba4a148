% Left division of elements is not right division.
if ~exist('N', 'var'), N = 1000; end

x = linspace(1, 5, N);
y = 2 + cos(x);
fprintf('right %.12g, left %.12g\n', mean(x ./ y), mean(x .\ y));
fprintf('scalar right %.12g, left %.12g\n', mean(3 ./ y), mean(3 .\ y));
fprintf('negative power %.12g, of minus %.12g\n', mean(x .^ -2), mean(-x .^ 2));
fprintf('tower %.12g\n', mean(y .^ 2 .^ 0.5));
fprintf('signs %.12g %.12g\n', mean(-x + y), mean(-(x + y)));
fprintf('infinite: %d %d, not a number: %d\n', ...
    sum(1 ./ (0 * x) == Inf), sum(-1 ./ (0 * x) == -Inf), sum(isnan(0 * x ./ (0 * x))));
