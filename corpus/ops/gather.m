% Elements by index arrays, some of them computed on the device, and writes through the same.
if ~exist('N', 'var'), N = 600; end
if ~exist('D', 'var'), D = 24; end

x = (1:N) .^ 2 + 0.5;
picked = x([2 1 2]) + 1;
fprintf('picked %.15g %.15g %.15g\n', picked);
idx = mod((1:N) * 7, N) + 1;
shuffled = x(idx) - x;
fprintf('shuffled %.15g %.15g\n', shuffled(1), sum(abs(shuffled)));

A = (1:N)' * 2 + (1:D) / 8;
rows = [2 1 2];
fprintf('rows %.15g\n', A(rows, :)(:, 2));
columns = A(:, [2 1]);
fprintf('columns %.15g %.15g\n', sum(columns(:, 1)), sum(columns(:, 2)));
block = A([1 2], mod((1:D) * 5, D) + 1);
fprintf('block %.15g\n', sum(block(:)));
every = A(2:2:end, [1 2]);
fprintf('every %.15g\n', sum(every(:)));
square = A([1 2; 2 1]);
fprintf('square %d %d, %.15g\n', size(square), square(2, 1));

large = A(A > N);
fprintf('large %d %.15g\n', numel(large), sum(large));
order = A(:, 1);
[sorted, at] = sort(-order);
fprintf('sorted %d\n', isequal(order(at), -sorted));

B = A;
B(rows, 1) = 0;
B([1 2], [1 2]) = [1 2; 3 4];
B(B > N) = -1;
B(:, 2) = B(:, 1) * 2;
B(1:2, :) = B([2 1], :);
fprintf('written %.15g\n', sum(B(:)));
found = find(x > N, 2);
fprintf('found %d\n', numel(found));

try
    bad = x(idx + 1);
    fprintf('%d\n', numel(bad));
catch problem
    fprintf('%d\n', ~isempty(strfind(problem.message, 'out of bound')));
end
try
    bad = x(idx / 2);
    fprintf('%d\n', numel(bad));
catch problem
    fprintf('%d\n', ~isempty(strfind(problem.message, 'subscripts must be')));
end
