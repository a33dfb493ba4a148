% Attention scores in single precision: products, row softmax, product.
if ~exist('T', 'var'), T = 384; end
if ~exist('D', 'var'), D = 64; end

t = (1:T)';
d = 1:D;
Q = single(sin(0.11 * t + 0.3 * d));
K = single(cos(0.07 * t .* (1 + d / D)));
V = single(mod(t * 3 + d, 9) / 9);

scores = Q * K' / sqrt(single(D));
scores = exp(scores - max(scores, [], 2));
P = scores ./ sum(scores, 2);
out = P * V;

fprintf('%d x %d, class %s\n', size(out, 1), size(out, 2), class(out));
fprintf('mean %.6f, from %.6f to %.6f\n', ...
    mean(out, 'all'), min(out, [], 'all'), max(out, [], 'all'));
fprintf('strongest link %.6f\n', max(P, [], 'all'));
