% Sum of each row of a square matrix.
rng(1, 'philox');
A = rand(N, N, 'single');
wait(gpuDevice);
s = sum(A, 2);
wait(gpuDevice);
printf('check %.9g\n', mean(s) / N);
