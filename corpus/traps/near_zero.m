% Functions made for small arguments keep their digits there.
if ~exist('N', 'var'), N = 500; end

x = 10 .^ linspace(-18, -1, N);
fprintf('log1p %.12g, expm1 %.12g\n', sum(log1p(x) ./ x), sum(expm1(x) ./ x));
fprintf('negative: log1p %.12g, expm1 %.12g\n', sum(log1p(-x) ./ x), sum(expm1(-x) ./ x));
fprintf('sin %.12g, tanh %.12g\n', sum(sin(x) ./ x), sum(tanh(x) ./ x));
fprintf('smallest ratio %.12g\n', min(expm1(x) ./ x));
