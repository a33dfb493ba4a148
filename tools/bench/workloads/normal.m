% Normal random numbers, written.
rng(1, 'philox');
wait(gpuDevice);
x = randn(N, 1, 'single');
y = x + 0;
wait(gpuDevice);
printf('check %.6g\n', std(y));
