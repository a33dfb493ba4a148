% European call by Monte Carlo over geometric Brownian motion.
% M paths of T steps. Set a size with -D M=100000 or PREHEAT_M=100000.
% groups 4
% dispatches 4

if ~exist('M', 'var')
    M = 1000000;
    text = getenv('PREHEAT_M');
    if ~isempty(text)
        M = str2double(text);
    end
end
if ~isfinite(M) || M < 2 || M ~= floor(M)
    error('M must be a whole number of at least 2');
end
if ~exist('T', 'var')
    T = 64;
    text = getenv('PREHEAT_T');
    if ~isempty(text)
        T = str2double(text);
    end
end
if ~isfinite(T) || T < 2 || T ~= floor(T)
    error('T must be a whole number of at least 2');
end

S0 = 100;
K = 100;
mu = 0.05;
sigma = 0.2;
dt = 1 / T;
drift = single((mu - 0.5 * sigma^2) * dt);
scale = single(sigma * sqrt(dt));

S = S0 * ones(M, 1, 'single');
if exist('gpuArray') > 0
    S = gpuArray(S);
end
for t = 1:T
    Z = randn(M, 1, 'single');
    S = S .* exp(drift + scale * Z);
end

payoff = max(S - K, 0);
price = mean(payoff) * exp(-mu * T * dt);
if exist('gather') > 0
    price = gather(price);
end

% The closed form is 10.4506; the payoff has a standard deviation of about 15.
fprintf('%d paths of %d steps\n', M, T);
fprintf('price agrees with the closed form: %d\n', abs(price - 10.4506) < 6 * 15 / sqrt(M));
