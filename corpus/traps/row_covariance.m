% Covariance of rows: the mean goes along the other axis.
% groups 9
% dispatches 10
if ~exist('N', 'var'), N = 12; end
if ~exist('T', 'var'), T = 800; end

X = sin((1:N)' * 0.5 + 0.02 * (1:T) .* (1:N)') + (1:N)';
Xc = X - mean(X, 2);
C = Xc * Xc' / (T - 1);
wrong = X - mean(X, 1);
weights = (1:N)' + 2 * (1:N);

fprintf('covariance %d x %d\n', size(C));
fprintf('weighted %.12g, largest %.12g\n', mean(C .* weights, 'all'), max(C, [], 'all'));
fprintf('along the wrong axis %.12g\n', max(wrong * wrong', [], 'all') / (T - 1));
