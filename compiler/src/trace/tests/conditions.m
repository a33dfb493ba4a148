1;
function r = side(x), printf('side '); r = x; end
a = [1 2 3]; n = 3; i = 1;
for k = 1:2
  if k > 1 | side(1), disp(k), end
  if k < 1 & side(1), disp(k), end
end
while i <= n & a(i) > 0
  i = i + 1;
end
disp(i)
i = 0;
while i < 2 | side(0)
  i = i + 1;
end
disp(i)
for k = 1:5
  if k <= n & a(k) == 2, disp('two'), end
  if k > n | a(k) == 2, disp('x'), end
end
k = 0;
do k = k + 1; until k > n | a(k) > 2
disp(k)
