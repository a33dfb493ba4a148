% Sum, mean and variance of N single numbers in (0, 1).
rng(7, 'philox');
x = rand(N, 1, 'single');
fprintf('%.9g %.9g %.9g\n', sum(x), mean(x), var(x));
