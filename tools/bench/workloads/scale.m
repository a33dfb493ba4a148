% Scale and add: one array read, one written.
rng(1, 'philox');
x = rand(N, 1, 'single');
wait(gpuDevice);
y = x * 2 + 1;
wait(gpuDevice);
printf('check %.9g %.9g\n', mean(y), max(y));
