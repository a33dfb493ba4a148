% Systems without a single solution; singular vectors with LAPACK's signs.
warning('off', 'all');
A = [1 2; 2 4];
x = A \ [1; 2]
[1 2] / A
B = [1 1; 1 1; 1 1] \ [1; 2; 3]
wide = [1 1 1; 1 1 1] \ [1; 2]
[U, S, V] = svd([2 0 1; 1 3 -1; 0 1 4; 1 1 1]);
U, diag(S)', V
[U, S, V] = svd([2 0 1; 1 3 -1; 0 1 4; 1 1 1]', 0);
U, V
X = [2.5 2.4; 0.5 0.7; 2.2 2.9; 1.9 2.2; 3.1 3; 2.3 2.7; 2 1.6; 1 1.1; 1.5 1.6; 1.1 0.9];
Xc = X - mean(X);
[U, S, V] = svd(Xc' * Xc / size(X, 1))
scores = Xc * V(:, 1);
scores'
[Q, R, P] = qr([1 2; 3 4; 5 6])
[Q, R, p] = qr([1 2 9; 3 4 1; 5 6 0], 0);
Q, R, p
I = eye(3);
I([2 1 3], :), I([1 1 2], :), diag([0.5 0.001])
