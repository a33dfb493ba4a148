% Sums whose rounding is the point: nothing of them may be simplified away.
if ~exist('N', 'var'), N = 1000; end

x = (1:N)' / 7;
y = 1e8 ./ (1:N)';
show('(x + y) - y', (x + y) - y);
show('x - (x - y)', x - (x - y));
show('error of a sum', x - ((x + y) - y));

u = 1 + 1 ./ (x + 0.3);
v = 3 * u;
show('u*v - u*x', u .* v - u .* x - u .* (v - x));
show('(x + y) + (u - y)', (x + y) + (u - y));
fprintf('nothing is lost below: %d\n', nnz((x + 1e17) > x));
fprintf('it is as large: %d\n', nnz((x + 1e17) == 1e17));

% Compensated summation of columns (Kahan): the rounding error is carried along.
s = zeros(N, 1);
c = zeros(N, 1);
for k = 1:40
    z = x / k - c;
    t = s + z;
    c = (t - s) - z;
    s = t;
end
show('compensated', s);
show('its correction', c);

% Infinity less itself is undefined, and so is NaN.
w = [x; Inf; -Inf; NaN];
d = w - w;
fprintf('zeros %d, undefined %d\n', nnz(d == 0), nnz(isnan(d)));
e = -w + w;
fprintf('zeros %d, undefined %d\n', nnz(e == 0), nnz(isnan(e)));

function show(name, a)
    a = abs(a);
    fprintf('%s: %.6g %.6g\n', name, sum(a) / numel(a), max(a));
end
