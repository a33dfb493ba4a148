% A function that nobody has.
x = linspace(0, 1, 5);
fprintf('%d values\n', numel(x));
y = frobnicate(x);
disp(sum(y));
