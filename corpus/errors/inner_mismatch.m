% A product whose inner extents differ.
a = ones(3, 4);
b = ones(5, 2);
disp('before');
c = a * b;
disp(c(1, 1));
