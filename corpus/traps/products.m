% A matrix product inside other arithmetic: signs, order, and who is scaled.
if ~exist('N', 'var'), N = 60; end
if ~exist('K', 'var'), K = 40; end
if ~exist('M', 'var'), M = 50; end

A = cos((1:N)' + 3 * (1:K));
B = 2 + sin((1:K)' .* (1:M));
C = (1:N)' - (1:M);
b = linspace(-1, 1, M);
s = 1 + (1:M) / M;
c = 7;

P = A * B;
show('plain', P);
show('c - A*B', c - A * B);
show('c ./ (A*B + 100)', c ./ (A * B + 100));
show('(A*B + b) .* s', (A * B + b) .* s);
show('A*B .* s + b', A * B .* s + b);
show('A*B + C', A * B + C);
show('C - A*B', C - A * B);
show('transposed', (A * B)' - C');
show('A''*A', A' * A);
show('A*A''', A * A');

function show(name, X)
    [r, c] = size(X);
    weights = (1:r)' + 2 * (1:c);
    fprintf('%s: %.12g %.12g %.12g\n', name, ...
        sum(X .* weights, 'all') / (r * c), min(X(:)), max(X(:)));
end
