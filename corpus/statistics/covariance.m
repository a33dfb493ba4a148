% Covariance and correlation of columns by a centred product.
% groups 12
% dispatches 12
if ~exist('N', 'var'), N = 20000; end
if ~exist('D', 'var'), D = 48; end

i = (1:N)';
j = 1:D;
X = cos(0.01 * i .* j) + mod(7 * i + j.^2, 11) / 10 + sin(0.3 * i);

Xc = X - mean(X, 1);
C = (Xc' * Xc) / (N - 1);
sd = sqrt(sum(Xc.^2, 1) / (N - 1));
R = C ./ (sd' * sd);
off_diagonal = R .* ((1:D)' ~= (1:D));

fprintf('covariance %d x %d\n', size(C, 1), size(C, 2));
fprintf('mean covariance %.12g\n', mean(C, 'all'));
fprintf('largest correlation %.12g, smallest %.12g\n', ...
    max(off_diagonal, [], 'all'), min(R, [], 'all'));
fprintf('symmetric: %d\n', max(abs(C - C'), [], 'all') < 1e-12);
fprintf('ones on the diagonal: %d\n', abs(sum(R - off_diagonal, 'all') - D) < 1e-9);
