% Nothing runs when the text cannot be read.
disp('not reached');
x = (1 + 2;
disp(x);
