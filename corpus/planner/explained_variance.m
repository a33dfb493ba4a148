% The share of the variance that each of K directions explains.
% groups 10
% dispatches 12
if ~exist('N', 'var'), N = 2000; end
if ~exist('D', 'var'), D = 60; end
if ~exist('K', 'var'), K = 5; end

X = sin(0.01 * (1:N)' .* (1:D)) + cos(0.3 * (1:N)') .* (1:D) / D;
Xc = X - mean(X, 1);
G = Xc' * Xc / (N - 1);
Q = cos((1:D)' * ((1:K) - 1) * pi / D);
Q = Q ./ sqrt(sum(Q.^2, 1));

variance = diag(Q' * G * Q)';
share = variance / sum(diag(G));

fprintf('%d directions of %d features\n', K, D);
fprintf('share %.12g\n', share);
