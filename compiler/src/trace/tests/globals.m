% Variables that become global, and what `clear` forgets of them.
1;
function before()
  x = 2;
  global x
  disp(x)
end
function seen()
  global y
  disp(y)
end
function other()
  y = 9;
  global y
  disp(y)
end
before();
global x
x
y = 5;
global y
seen(); other(); seen();
z = 3; global z = 4; z
global w = 7; w
w = 8; global w = 9; w
s.a = 1; global s; s
global h; h = 1; clear h; exist('h'), global h; h
global g; g = 1; clear all; global g; g
global k; k = 4; clear -all; global k; k
% Texts of commands that look like assignments.
disp 'x = 1'
disp "y = x^2"; disp 'f(x) = sin(x)'
a1 = 1; b1 = 2; c1 = 3; clearvars -except b1
exist('a1'), exist('b1')
