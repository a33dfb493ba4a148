% The same chain over data that is there: read and write.
x = single(linspace(-4, 4, N))' + zeros(N, 1, 'single');
wait(gpuDevice);
y = sin(x) .* exp(-0.1 * x.^2) + 0.5 * cos(3 * x);
z = tanh(y) + 0.25 * y.^3 - y ./ (1 + y.^2);
w = abs(z) .^ 1.5 + 0.01 * x.^4;
wait(gpuDevice);
printf('check %.6g %.6g\n', mean(w), max(w));
