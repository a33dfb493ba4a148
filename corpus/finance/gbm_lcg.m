% The same option on normal numbers that every machine computes alike: each
% path has a linear congruential generator of its own, and Box-Muller turns
% two of its numbers into a normal one. All in double, where 2^32 * 1664525
% is exact.
% M paths of T steps. Set a size with -D M=100000 or PREHEAT_M=100000.

if ~exist('M', 'var'), M = setting('PREHEAT_M', 100000); end
if ~exist('T', 'var'), T = setting('PREHEAT_T', 64); end
check_size('M', M);
check_size('T', T);

S0 = 100;
K = 100;
mu = 0.05;
sigma = 0.2;
dt = 1 / T;
drift = (mu - 0.5 * sigma^2) * dt;
scale = sigma * sqrt(dt);

modulus = 4294967296;
state = mod(1664525 * (1:M)' + 1013904223, modulus);
S = S0 * ones(M, 1);
for t = 1:T
    state = mod(1664525 * state + 1013904223, modulus);
    u = (state + 0.5) / modulus;
    state = mod(1664525 * state + 1013904223, modulus);
    v = (state + 0.5) / modulus;
    Z = sqrt(-2 * log(u)) .* cos(2 * pi * v);
    S = S .* exp(drift + scale * Z);
end

payoff = max(S - K, 0);
price = mean(payoff) * exp(-mu * T * dt);
spread = sqrt(mean((payoff - mean(payoff)).^2));

fprintf('%d paths of %d steps\n', M, T);
fprintf('price %.12g, payoff deviation %.12g\n', price, spread);
fprintf('mean of S %.12g, expected %.12g\n', mean(S), S0 * exp(mu));
fprintf('in the money: %d\n', sum(S > K));

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
