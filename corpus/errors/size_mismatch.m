% Arrays that do not fit together.
a = ones(3, 4);
b = ones(3, 5);
fprintf('%d and %d elements\n', numel(a), numel(b));
c = a + b;
disp(sum(c, 'all'));
