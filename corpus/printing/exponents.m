% Numbers with exponents: format short e, format long e.
format short e
x = 5, y = [1 2 3], z = [1.5 NaN 2], zero = 0, [0 0.5]
count = int8(5), is_big = true, w = 1.5 + 2i, column = [1 2.5]'
1:3
0:0.5:1
s.a = 1.5;
s.c = {1, 0.25, 'text'};
s
format long e
pi, [1/3 200/3], single(0.1)
format
pi
