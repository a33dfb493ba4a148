% Several vectors at once: multiply by the matrix, bring columns to length one.
% groups 11
% dispatches 21
if ~exist('D', 'var'), D = 120; end
if ~exist('K', 'var'), K = 6; end
if ~exist('STEPS', 'var'), STEPS = 8; end

i = (1:D)';
G = exp(-abs(i - i') / 20) + (i == i');
Q = cos(i .* (1:K) / D);
for step = 1:STEPS
    Q = G * Q;
    Q = Q ./ sqrt(sum(Q.^2, 1));
end

gain = sqrt(sum((G * Q).^2, 1));
fprintf('%d vectors of %d\n', size(Q, 2), size(Q, 1));
fprintf('lengths are one: %d\n', max(abs(sum(Q.^2, 1) - 1)) < 1e-12);
fprintf('gain: %.12g to %.12g\n', min(gain), max(gain));
fprintf('alignment %.12g\n', mean(Q' * Q, 'all'));
