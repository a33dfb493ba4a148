% A column against a row: sums, masks, and the smaller and larger of two.
if ~exist('R', 'var'), R = 800; end
if ~exist('C', 'var'), C = 600; end

row = 1:C;
column = (1:R)';
a = mod(7 * column + 13 * row, 17);
b = abs(a - 8) ./ (1 + row / C) + column / R;

inside = (a > 4) & (b < 3);
outside = ~inside | (a == 16);
mixed = min(a, b) .* inside + max(a, b) .* outside - 2 * (a ~= b);
limited = min(max(mixed, -1), 9);

fprintf('size %d x %d\n', size(mixed));
fprintf('inside %d, outside %d\n', sum(inside, 'all'), sum(outside, 'all'));
fprintf('sum %.12g, mean %.12g\n', sum(mixed, 'all'), mean(limited, 'all'));
fprintf('range %.12g to %.12g\n', min(mixed, [], 'all'), max(mixed, [], 'all'));
