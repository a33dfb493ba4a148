1;
function varargout = multi(varargin)
  for k=1:nargout
    varargout{k} = k*numel(varargin);
  end
end
function r = rec(n)
  if n <= 0, r = 0; else r = 1 + rec(n-1); end
end
function c = counter()
  persistent n = 0;
  n++;
  c = n;
end
function setg()
  global G
  G = G + 1;
end
function [a, b] = two()
  a = 1; b = 2;
end
function z = ifelse_test(x)
  z = x;
end
[p, q] = multi(1,2,3)
counter(); counter(); disp(counter())
global G = 5
setg(); disp(G)
disp(rec(100))
try
  error('my:id', 'value %d', 3);
catch e
  disp(e.identifier); disp(e.message);
end
try
  a = [1 2 3]; a(7);
catch err
  disp(err.message);
end
try
  error("Octave:undefined-function", "'undefined_fn' undefined");
catch err
  disp(err.message);
end
try
  [1 2 3] + [1 2];
catch err
  disp(err.message);
end
try
  ones(2,3)*ones(2,3);
catch err
  disp(err.message);
end
try
  x = {1,2}; x{3};
catch err
  disp(err.message);
end
unwind_protect
  disp('body');
unwind_protect_cleanup
  disp('cleanup');
end_unwind_protect
k = 0;
do
  k++;
until k >= 3
disp(k)
switch 'abc'
  case {'x','abc'}
    disp('found');
end
s = struct('name', {'A','B'});
disp(numel(s));
s(2).name
names = {s.name}
t.x.y.z = 4;
t.x.y.w = {1,2};
t.x.y.w{2} = 'q';
disp(t.x.y.w{2})
t
c = cell(1,3);
c{2} = 5;
c
c(2) = [];
size(c)
[aa, ~] = two();
m = zeros(2,2,2);
m(:,:,2) = [1 2;3 4];
m
sum(m, 3)
squeeze(m(1,2,:))
x = [];
for i = 1:3, x = [x i*2]; end
x
x(end+1) = 9
str = ['abc'; 'def']
str(2,:)
v = 10:-2:1
isrow(v)
if [] disp('no'), else disp('empty false'), end
aq.b(3) = 5
aq.c{2} = 'x'
fprintf('%d %s\n', 5, 'abc');
fprintf('%5.2f|\n', [1.234; 5.678]);
n = 0;
while true
  n = n + 1;
  if n > 5, break; end
end
n
z = ifelse_test(3);
eval('evx = 42;');
evx
eval('bad syntax here(', 'disp(''caught'')');
fh = @plus;
fh(1,2)
feval('minus', 5, 3)
func2str(@(x) x + 1)
exist('evx')
exist('sin')
isa(5, 'numeric')
xor(true, false)
nnz([1 0 2])
b = ~isempty([1])
1:3 == 1:3
r = rem(10, 4); r
bitshift_test = 2^3;
A = eye(2); A(:) = 1:4
A(:, end+1) = [5; 6]
A(1, :) = []
y = 3; y(2,2) = 1
l = logical([1 0 2])
d = 5; d(3) = 2
