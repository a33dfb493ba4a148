% Complex numbers beside real ones, other classes, and NaN as a condition.
z = [-5 2+1i];
disp(z > 3), disp(z < 3), disp(z >= -5), disp([-5 5i] > -5), disp(z == -5)
a = int8(1:3); a(2) = 1i
b = true(1, 3); b(2) = 1i
x = trapz([1+2i 3; 4 5i])
y = cumtrapz([1+2i 3; 4 5i])
s = accumarray([1; 2; 1], [1+2i; 3; 1i])
m = max([1+2i 3], [2 -4])
h = hypot(3+4i, 1)
[m, f] = mode([1 NaN NaN])
c = conv([1 NaN 3 4 5], [1 2])
p = polyval([1 2 3], [1 Inf NaN])
tests = {@() ~NaN, @() NaN & 1, @() NaN || 1, @() logical([1 NaN]), @() gcd([NaN 4], 2), @() mod(5+2i, 3)};
for k = 1:numel(tests)
    try
        tests{k}()
    catch err
        disp(err.message)
    end
end
