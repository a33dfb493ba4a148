% Price of a call by geometric Brownian motion: N paths of 256 steps, a normal number each.
rng(1, 'philox');
S0 = single(100); K = single(100); r = single(0.03); sigma = single(0.2);
T = 256; dt = single(1 / T);
wait(gpuDevice);
S = S0 * ones(N, 1, 'single');
drift = (r - 0.5 * sigma^2) * dt;
scale = sigma * sqrt(dt);
for t = 1:T
    S = S .* exp(drift + scale * randn(N, 1, 'single'));
end
payoff = max(S - K, 0);
price = exp(-r) * mean(payoff);
wait(gpuDevice);
printf('check %.6g %.6g\n', price, mean(S));
