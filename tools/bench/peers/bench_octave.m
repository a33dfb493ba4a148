% The workloads of `preheat bench` in GNU Octave:
%   octave-cli bench_octave.m WORKLOAD N REPEAT
% The last line is JSON: times in milliseconds and the numbers to check.
1;

function w = chain(x)
    y = sin(x) .* exp(-0.1 * x.^2) + 0.5 * cos(3 * x);
    z = tanh(y) + 0.25 * y.^3 - y ./ (1 + y.^2);
    w = abs(z) .^ 1.5 + 0.01 * x.^4;
end

function result = image_normalise(N)
    gain = single(1.0123); bias = single(-0.02); gam = single(1.8); eps0 = single(1e-6);
    imgs = rand(16, N * N * 16 / 9, 'single');
    mu = mean(imgs, 2);
    sigma = sqrt(mean((imgs - mu).^2, 2) + eps0);
    out = max(((imgs - mu) ./ sigma) * gain + bias, 0) .^ gam;
    difference = out - imgs;
    % Octave's own mean of 10^7 single numbers is off by 1 %: its sum is a single number too.
    result = {out, sum(difference(:).^2, 'double') / numel(difference)};
end

function result = monte_carlo(N)
    K = single(100); r = single(0.03); sigma = single(0.2); T = 256; dt = single(1 / T);
    S = 100 * ones(N, 1, 'single');
    drift = (r - 0.5 * sigma^2) * dt;
    scale = sigma * sqrt(dt);
    for t = 1:T
        S = S .* exp(drift + scale * randn(N, 1, 'single'));
    end
    result = {S, exp(-r) * mean(max(S - K, 0))};
end

% What is given, the measured part, the numbers to check.
function [given, measured, check] = workload(name, N)
    given = @() rand(N, 1, 'single');
    switch name
        case 'scale'
            measured = @(x) x * 2 + 1; check = @(y) [mean(y), max(y)];
        case 'sum_vector'
            measured = @(x) sum(x); check = @(s) double(s) / N;
        case 'sum_columns'
            given = @() rand(N, N, 'single');
            measured = @(A) sum(A, 1); check = @(s) mean(double(s)) / N;
        case 'sum_rows'
            given = @() rand(N, N, 'single');
            measured = @(A) sum(A, 2); check = @(s) mean(double(s)) / N;
        case 'cumsum_vector'
            measured = @(x) cumsum(x); check = @(c) double(c(end)) / N;
        case 'chain'
            given = @() [];
            measured = @(x) chain(single(linspace(-4, 4, N))');
            check = @(w) [mean(double(w)), max(w)];
        case 'chain_given'
            given = @() single(linspace(-4, 4, N))';
            measured = @chain; check = @(w) [mean(double(w)), max(w)];
        case 'image_normalise'
            given = @() [];
            measured = @(x) image_normalise(N);
            check = @(r) [r{2}, mean(double(r{1}(:)))];
        case 'monte_carlo'
            given = @() [];
            measured = @(x) monte_carlo(N); check = @(r) [r{2}, mean(double(r{1}))];
        case 'uniform'
            measured = @(x) rand(N, 1, 'single'); check = @(y) mean(double(y));
        case 'normal'
            % Octave's own single numbers are biased; doubles are drawn and rounded.
            measured = @(x) single(randn(N, 1)); check = @(y) std(double(y));
        case 'exp_double'
            given = @() linspace(-30, 30, N)';
            measured = @(x) exp(x); check = @(y) log(mean(y));
        case 'product_single'
            given = @() {rand(N, N, 'single'), rand(N, N, 'single')};
            measured = @(p) p{1} * p{2}; check = @(C) mean(double(C(:))) / N;
        case 'product_double'
            given = @() {rand(N, N), rand(N, N)};
            measured = @(p) p{1} * p{2}; check = @(C) mean(C(:)) / N;
    end
end

words = argv();
[given, measured, check] = workload(words{1}, str2double(words{2}));
data = given();
result = measured(data);
times = zeros(1, str2double(words{3}));
for k = 1:numel(times)
    start = tic;
    result = measured(data);
    times(k) = toc(start) * 1e3;
end
list = @(x) ['[' strjoin(arrayfun(@(v) sprintf('%.9g', v), x, 'UniformOutput', false), ',') ']'];
printf('{"ms": %s, "check": %s}\n', list(times), list(double(check(result))));
