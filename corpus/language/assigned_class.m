% An array keeps its class when elements of another class are written into it.
d = [1.5 2.5 3.5]; d(2) = int8(7); d(3) = single(0.1); d(5) = true; d
s = single([1 2 3]); s(1:2) = [0.1 0.2]; s(3) = uint16(9); class(s)
k = int8([1 2 3]); k(1) = 300; k(2) = -2.5; k(3) = single(0.49); k
u = uint8(5:8); u([1 4]) = [-3.2 99.5]; u(end + 1) = 1000; u
t = true(1, 3); t(2) = false; t(3) = 0; class(t)
t = true(1, 3); t(2) = single(0.5); class(t)
c = 'abc'; c(2) = 66; c(5) = 'e'; class(c)
c = 'abc'; c(1) = int8(65); class(c)
e = []; e(3) = int8(4); class(e)
e = []; e(2) = true; class(e)
clear n; n(3) = int8(4); class(n)
g = []; for v = int16(1:3), g(end + 1) = v; end, class(g), g
m = zeros(2, 3); m(1, :) = uint8([7 8 9]); class(m), m
