x = [1 2 3];
disp(x(3));
k = 0;
x(k)
