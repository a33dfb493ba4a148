format long
pi
single(pi)
1 / 3
[1/3 2/3]
100 / 3
1e10 / 3
1 + 1i / 3
exp(1)
sqrt(2)
format short
pi
format
