% Softmax of every row through log-sum-exp, and the entropy of the result.
% R rows of C classes. Set a size with -D R=1000 or PREHEAT_R=1000.

if ~exist('R', 'var'), R = setting('PREHEAT_R', 4000); end
if ~exist('C', 'var'), C = setting('PREHEAT_C', 256); end
check_size('R', R);
check_size('C', C);

row = (1:R)';
class_index = 1:C;
X = 8 * sin(0.7 * row + 0.3 * class_index) + mod(row + 5 * class_index, 13) / 4;

largest = max(X, [], 2);
lse = largest + log(sum(exp(X - largest), 2));
logp = X - lse;
P = exp(logp);
entropy = -sum(P .* logp, 2);

fprintf('%d rows of %d classes\n', R, C);
fprintf('rows add to one: %d\n', max(abs(sum(P, 2) - 1)) < 1e-12);
fprintf('log-sum-exp: mean %.12g\n', mean(lse));
fprintf('entropy: mean %.12g, from %.12g to %.12g\n', ...
    mean(entropy), min(entropy), max(entropy));
fprintf('most certain: %.12g\n', max(P, [], 'all'));

function value = setting(name, fallback)
    value = fallback;
    text = getenv(name);
    if ~isempty(text)
        value = str2double(text);
    end
end

function check_size(name, value)
    if ~isfinite(value) || value < 2 || value ~= floor(value)
        error('%s must be a whole number of at least 2', name);
    end
end
