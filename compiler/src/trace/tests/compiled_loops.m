% Scalar loops whose numbers change class, shape or place half way.
1;
function r = twice(x)
  printf("twice(%g)\n", x);
  r = 2 * x;
end
function r = pick(k)
  if k == 1
    r = 5;
  elseif k == 2
    r = [1 2 3];
  elseif k == 3
    r = 'a';
  else
    r = true;
  end
end
function [a, b] = two(x)
  a = x; b = x + 1;
end
function n = count_args(varargin)
  n = nargin + numel(varargin);
end
function r = early(x)
  r = 0;
  for i = 1:10
    if i > x
      return
    end
    r = r + i;
  end
  r = -r;
end
function bump()
  global total
  total = total + 1;
end
function r = fact(n)
  if n <= 1
    r = 1;
  else
    r = n * fact(n - 1);
  end
end
% classes that change
x = 1;
for k = 1:5
  if k == 2, x = int8(100); end
  if k == 3, x = single(1.5); end
  if k == 4, x = true; end
  if k == 5, x = 'a'; end
  y = x + k;
  printf("%s %s %g\n", class(x), class(y), double(y));
end
% results of several kinds
for k = 1:4
  v = pick(k) + 1;
  disp(v);
  disp(class(pick(k)));
end
% order of evaluation
a = 3;
for k = 1:2
  z = twice(k) + twice(a) * (twice(1) - k);
  printf("%g\n", z);
end
% complex and back
for k = -2:2
  r = sqrt(k);
  s = k ^ 0.5;
  printf("%g %g %g %g\n", real(r), imag(r), real(s), imag(s));
end
% elements of every class
c = 'hello'; l = [true false true]; i8 = int8([1 2 3]); f = single([1 2 3]); d = [1 2 3];
for k = 1:3
  c(k) = c(6 - k);
  l(k) = ~l(k);
  i8(k) = i8(k) * 100;
  f(k) = f(k) / 3;
  d(k) = l(k);
  i8(k) = k * 1.6;
end
disp(c); disp(l); disp(i8); disp(class(f)); disp(class(d)); disp(d);
for k = 1:2
  l(k) = k - 1;
end
disp(class(l)); disp(l);
% growth
g = [];
for k = 1:5
  g(end + 1) = k ^ 2;
end
h = zeros(3, 1);
for k = 1:3
  h(end + 1) = k;
end
w = 5;
for k = 1:2
  w(end + 1) = k;
end
m = [];
for r = 1:2
  for q = 1:3
    m(r, q) = 10 * r + q;
  end
end
disp(g); disp(h'); disp(w); disp(m);
t = '';
for k = 1:4
  t = [t 'ab' char(64 + k)];
end
disp(t);
u = [];
for k = 1:4
  u = [u k k * 2];
end
disp(u);
q8 = uint8([7 8 9]); u8 = uint8(1); t8 = 'x'; names = {'p', 'q'};
for k = 1:3
  u8 = [u8 k q8(k)];
  t8 = [t8 'y' char(q8(k) + 60) names{mod(k, 2) + 1} 'z'];
end
disp(u8); disp(class(u8)); disp(t8);
h2 = @(v) sin(v) ^ 2 + cos(v) ^ 2 + max(v, a);
for k = 1:3
  printf("%g ", h2(k));
end
printf("\n");
% loops over other things
for col = [1 2; 3 4]
  disp(col');
end
for q = {1, 'two'}
  disp(class(q));
end
for q = 'abc'
  printf("%s-", q);
end
printf("\n");
for q = int32(1):int32(3)
  printf("%s %d;", class(q), q);
end
printf("\n");
for q = []
  disp('never');
end
for q = 5:-2:1
  printf("%d ", q);
end
for q = 0:0.1:0.3
  printf("%g ", q);
end
printf("\n");
% break, continue, nested
n = 0;
for i = 1:10
  if mod(i, 2) == 0, continue, end
  for j = 1:10
    if j > i, break, end
    n = n + j;
  end
  if i > 7, break, end
end
disp(n); disp(i); disp(j);
k = 0;
while true
  k = k + 1;
  if k == 3, continue, end
  if k > 5, break, end
end
disp(k);
do
  k = k - 1;
until k < 2 || k == 100
disp(k);
% switch
for k = 1:4
  switch k
    case 1
      printf("one ");
    case {2, 3}
      printf("few ");
      if k == 3, continue, end
    otherwise
      printf("many ");
  end
  printf("(%d) ", k);
end
printf("\n");
% functions
disp(early(3)); disp(early(20)); disp(early(4));
for k = 1:3
  [p, q] = two(k);
  printf("%d %d %d %d\n", p, q, count_args(k, k), count_args());
end
global total
total = 0;
for k = 1:4
  bump();
  total = total + 10;
end
disp(total);
printf("%d ", fact(5), fact(10)); printf("\n");
sq = @(x) x .^ 2 + a;
for k = 1:3
  printf("%g ", sq(k) - sq(1));
end
disp(sq([1 2 3]));
% conditions
e = [];
for k = 1:3
  if e, disp('empty is true'); end
  if [1 1 k > 1], printf("all "); end
  if k > 1 && twice(k) > 5 || k == 1, printf("yes "); end
  b = k > 1 && ~(k == 3);
  printf("%s %d\n", class(b), b);
end
s = struct('a', 0);
list = {};
for k = 1:3
  s.a = s.a + k;
  list{end + 1} = k * s.a;
end
disp(s.a); disp(list);
A = magic(4);
B = A;
for k = 1:4
  A(k, end) = -A(end, k);
  A(end) = A(end) + 1;
end
disp(A); disp(B(1, 1));
x = 10;
x += 5; x *= 2;
for k = 1:3
  x -= k;
  A(1, 2) += x;
end
disp(x); disp(A(1, 2));
counts = zeros(1, 3);
for c = 'abca'
  counts(c - 'a' + 1)++;
end
disp(counts);
