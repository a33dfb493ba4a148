% A chain of element-wise functions over a line of single values.
% N points. Set it with -D N=1000000 or PREHEAT_N=1000000.

if ~exist('N', 'var')
    N = 5000000;
    text = getenv('PREHEAT_N');
    if ~isempty(text)
        N = str2double(text);
    end
end
if ~isfinite(N) || N < 2 || N ~= floor(N)
    error('N must be a whole number of at least 2');
end

x = single(linspace(-4, 4, N));
if exist('gpuArray') > 0
    x = gpuArray(x);
end

y = sin(x) .* exp(-0.1 * x.^2) + 0.5 * cos(3 * x);
z = tanh(y) + 0.25 * y.^3 - y ./ (1 + y.^2);
w = abs(z) .^ 1.5 + 0.01 * x.^4;

checksum = sum(double(z) .^ 2) + sum(double(w));
largest = max(w);
if exist('gather') > 0
    checksum = gather(checksum);
    largest = gather(largest);
end

fprintf('%d points, class %s\n', N, class(w));
fprintf('checksum per point: %.6f\n', checksum / N);
fprintf('largest: %.5f\n', largest);
