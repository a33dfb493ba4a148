% Normalise a batch of images that are drawn on the way: statistics, gain, bias, gamma, error.
rng(1, 'philox');
gain = single(1.0123); bias = single(-0.02); gam = single(1.8); eps0 = single(1e-6);
wait(gpuDevice);
imgs = rand(16, N, N * 16 / 9, 'single');
mu = mean(imgs, [2 3], 'native');
sigma = sqrt(mean((imgs - mu).^2, [2 3], 'native') + eps0);
out = max(((imgs - mu) ./ sigma) * gain + bias, 0) .^ gam;
mse = mean((out - imgs).^2, 'all');
wait(gpuDevice);
printf('check %.6g %.6g\n', mse, mean(out, 'all'));
