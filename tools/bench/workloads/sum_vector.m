% Sum of a vector.
rng(1, 'philox');
x = rand(N, 1, 'single');
wait(gpuDevice);
s = sum(x);
wait(gpuDevice);
printf('check %.9g\n', double(s) / N);
