% Prices of calls and puts over a grid of strikes and maturities.
% The normal distribution is formula 26.2.17 of Abramowitz and Stegun.
if ~exist('NK', 'var'), NK = 1000; end
if ~exist('NT', 'var'), NT = 500; end

S0 = 100;
r = 0.03;
sigma = 0.25;
strike = linspace(60, 140, NK);
years = linspace(0.1, 3, NT)';

root = sigma * sqrt(years);
d1 = (log(S0 ./ strike) + (r + sigma^2 / 2) * years) ./ root;
d2 = d1 - root;
discounted = strike .* exp(-r * years);
call = S0 * normal_cdf(d1) - discounted .* normal_cdf(d2);
put = discounted .* normal_cdf(-d2) - S0 * normal_cdf(-d1);
parity = max(abs(call - put - S0 + discounted), [], 'all');

fprintf('%d strikes, %d maturities\n', NK, NT);
fprintf('call: mean %.12g, largest %.12g\n', mean(call, 'all'), max(call, [], 'all'));
fprintf('put: mean %.12g, largest %.12g\n', mean(put, 'all'), max(put, [], 'all'));
fprintf('put-call parity holds: %d\n', parity < 1e-9);

function p = normal_cdf(x)
    z = abs(x);
    t = 1 ./ (1 + 0.2316419 * z);
    poly = t .* (0.319381530 + t .* (-0.356563782 + t .* (1.781477937 ...
        + t .* (-1.821255978 + t * 1.330274429))));
    tail = exp(-z.^2 / 2) / sqrt(2 * pi) .* poly;
    positive = x >= 0;
    p = positive .* (1 - tail) + ~positive .* tail;
end
