1;
function r = addto(r, k)
  r = r + k;
end
function varargout = vout(n)
  varargout = num2cell(1:n);
end
x = zeros(3,4);
for k=1:4, x(:,k) = (1:3)'*k; end
disp(x)
y = x;
y(2,:) = 0;
disp(sum(y(:)))
x(2:3, [1 4]) = -1
x(x<0) = 100
mask = x > 5;
x(mask)'
z = x(:, end)';
z
v = 1:10;
v(v>3 & mod(v,2)==0)
any(v==3)
w = v';
w(3:5)'
s = 0;
for i = v, s = s + i; end
s
acc = zeros(1,5);
for i=1:5
  for j=1:i
    acc(i) = acc(i) + j;
  end
end
acc
A = magic(4);
