% Functions that are formulas over others, on arrays and on scalars.
if ~exist('N', 'var'), N = 500; end
x = linspace(0.1, 1.4, N);
fprintf('%.12g %.12g %.12g\n', sum(sec(x)), sum(csc(x)), sum(cot(x)));
fprintf('%.12g %.12g %.12g\n', sum(sech(x)), sum(csch(x)), sum(coth(x)));
fprintf('%.12g %.12g %.12g\n', sum(asec(1 + x)), sum(acsc(1 + x)), sum(acot(x)));
fprintf('%.12g %.12g %.12g\n', sum(asech(x / 2)), sum(acsch(x)), sum(acoth(1 + x)));
fprintf('%.12g %.12g %.12g\n', sum(asind(x / 2)), sum(acosd(x / 2)), sum(atand(x)));
fprintf('%.12g %.12g %.12g\n', sum(sind(90 * x)), sum(cosd(90 * x)), sum(tand(30 * x)));
fprintf('%.12g %.12g\n', sum(deg2rad(x)), sum(rad2deg(x)));
fprintf('%.12g %.12g\n', sum(pow2(x)), sum(pow2(x, 3)));
fprintf('%.12g %.12g %.12g\n', nthroot(-27, 3), nthroot(-32, 5), nthroot(16, 4));
fprintf('%.12g %.12g\n', sum(nthroot(x - 0.7, 5)), sum(nthroot(x, 2)));
fprintf('%.12g %.12g\n', sum(hypot(x, 1)), sum(beta(x, 2)));
fprintf('%.12g %.12g\n', sum(cbrt(x)), sum(log1p(x)));
fprintf('%.12g %.12g %.12g\n', sum(erf(x)), sum(erfc(x)), sum(gamma(x)));
fprintf('%.12g %.12g\n', sum(gammaln(x)), sum(expm1(x)));
fprintf('%.12g %.12g %.12g\n', sum(real(x)), sum(imag(x)), sum(conj(x)));
y = [x NaN Inf -Inf];
fprintf('%d %d %d\n', sum(isnan(y)), sum(isinf(y)), sum(isfinite(y)));
fprintf('%.12g %.12g\n', sum(mod(x, 0.3)), sum(rem(-x, 0.3)));
fprintf('%.12g %.12g\n', sum(max(x, 0.5)), sum(min(x, 1)));
z = x - 0.7;
s = 2.5;
fprintf('%.12g\n', sum(arrayfun(@(v) v ^ 2 * s - exp(-v) / 3, z)));
fprintf('%.12g\n', sum(arrayfun(@(v, w) abs(v) + v * w, z, x)));
