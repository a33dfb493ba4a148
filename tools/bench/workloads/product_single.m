% Product of two square matrices, single.
rng(1, 'philox');
A = rand(N, N, 'single');
B = rand(N, N, 'single');
wait(gpuDevice);
C = A * B;
wait(gpuDevice);
printf('check %.6g\n', mean(C, 'all') / N);
