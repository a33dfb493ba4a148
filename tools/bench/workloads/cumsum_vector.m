% Running sum of a vector.
rng(1, 'philox');
x = rand(N, 1, 'single');
wait(gpuDevice);
c = cumsum(x);
wait(gpuDevice);
printf('check %.9g\n', double(c(end)) / N);
