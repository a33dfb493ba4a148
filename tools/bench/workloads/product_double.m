% Product of two square matrices, double.
rng(1, 'philox');
A = rand(N, N);
B = rand(N, N);
wait(gpuDevice);
C = A * B;
wait(gpuDevice);
printf('check %.6g\n', mean(C, 'all') / N);
