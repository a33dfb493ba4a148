% Principal components by power iteration with deflation.
% N samples of D features, K components, STEPS power steps for each.
% Set a size with -D N=20000 or PREHEAT_N=20000.

if ~exist('N', 'var'), N = setting('PREHEAT_N', 20000); end
if ~exist('D', 'var'), D = setting('PREHEAT_D', 64); end
if ~exist('K', 'var'), K = setting('PREHEAT_K', 3); end
if ~exist('STEPS', 'var'), STEPS = setting('PREHEAT_STEPS', 40); end
check_size('N', N);
check_size('D', D);
check_size('K', K);
check_size('STEPS', STEPS);
if K > D
    error('K is %d, but there are only %d features', K, D);
end

% A few strong waves and a weak sawtooth, from a formula in double.
i = (1:N)';
j = 1:D;
X = 5 * sin(2 * pi * i / N) .* cos(j / 3) ...
    + 3 * cos(4 * pi * i / N) .* sin(j / 5) ...
    + 2 * sin(6 * pi * i / N) .* cos(j / 11) ...
    + mod(i * 37 + j * 101, 64) / 64;

Xc = X - mean(X, 1);
C = Xc' * Xc / (N - 1);
total = sum(sum(Xc.^2, 1)) / (N - 1);

explained = zeros(1, K);
for k = 1:K
    v = ones(D, 1) / sqrt(D);
    for step = 1:STEPS
        v = C * v;
        v = v / norm(v);
    end
    lambda = v' * C * v;
    C = C - lambda * (v * v');
    explained(k) = lambda / total;
end

fprintf('%d samples of %d features\n', N, D);
for k = 1:K
    fprintf('component %d explains %.12g\n', k, explained(k));
end
disp(['together: ', num2str(100 * sum(explained), '%.12g'), ' percent']);

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
