% The exponential function of double values: one array read, one written.
x = linspace(-30, 30, N)' + zeros(N, 1);
wait(gpuDevice);
y = exp(x);
wait(gpuDevice);
printf('check %.12g\n', log(mean(y)));
