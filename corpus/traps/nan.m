% NaN is no largest value, equals nothing, and is a value like another.
if ~exist('N', 'var'), N = 90; end

x = (1:N) / N;
bad = mod(1:N, 3) == 0;
x = x + 0 ./ ~bad;
fprintf('missing: %d of %d\n', sum(isnan(x)), N);
fprintf('max %.12g, min %.12g\n', max(x), min(x));
fprintf('two: %.12g %.12g\n', sum(max(x, 0.5)), sum(min(0.5, x)));
fprintf('sum is NaN: %d, mean is NaN: %d\n', isnan(sum(x)), isnan(mean(x)));
fprintf('equal to itself: %d, unequal: %d\n', sum(x == x), sum(x ~= x));
fprintf('above: %d, not above: %d\n', sum(x > 0.5), sum(~(x > 0.5)));
fprintf('weights: %.12g\n', sum(isnan(x) .* (1:N)));
all_missing = max(NaN(1, N));
fprintf('nothing but NaN: %d\n', isnan(all_missing));
