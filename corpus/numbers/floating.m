x = 0.1 + 0.2;
x == 0.3
abs(x - 0.3) < eps
mod(-7, 3)
rem(-7, 3)
mod(5.5, 2)
fix(-2.5)
round(2.5)
floor(-2.5)
ceil(2.1)
1 / 0
-1 / 0
0 / 0
NaN == NaN
realmax * 2
2 ^ 53 + 1
nthroot(-8, 3)
hypot(3, 4)
sign([-2 0 3])
idivide(int32(7), int32(2))
gcd([12 18], 6)
