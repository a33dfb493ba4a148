% Rounding half away from zero, remainders of zero and of negatives, powers
% of negative bases.
if ~exist('N', 'var'), N = 401; end

x = ((1:N) - 15) / 2;
fprintf('round: %d %d %d %d %d\n', round([2.5 -2.5 0.5 1.5 3.5]));
fprintf('fix %d, floor %d, ceil %d, round %d\n', ...
    sum(fix(x)), sum(floor(x)), sum(ceil(x)), sum(abs(round(x))));
fprintf('mod by zero %.12g, rem %.12g\n', sum(mod(x, 0)), sum(isnan(rem(x, 0))));
fprintf('mod %.12g, rem %.12g\n', sum(mod(x, 3)), sum(rem(x, 3)));
fprintf('negative modulus: mod %.12g, rem %.12g\n', sum(mod(x, -3)), sum(rem(x, -3)));
fprintf('cubes %.12g, squares %.12g, fourth %.12g\n', sum(x.^3), sum(x.^2), sum(x.^4));
fprintf('scalar: %d %d %d %d\n', (-2)^3, -2^2, mod(-1, 3), rem(-1, 3));
fprintf('sign: %d\n', sum(sign(x)));
