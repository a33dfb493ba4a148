% A chain of element-wise functions over a line that is made on the way: write only.
wait(gpuDevice);
x = single(linspace(-4, 4, N))';
y = sin(x) .* exp(-0.1 * x.^2) + 0.5 * cos(3 * x);
z = tanh(y) + 0.25 * y.^3 - y ./ (1 + y.^2);
w = abs(z) .^ 1.5 + 0.01 * x.^4;
wait(gpuDevice);
printf('check %.6g %.6g\n', mean(w), max(w));
