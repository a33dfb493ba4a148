1;
a = single(3.14159)
class(a*2)
class(single(1)+int8(3))
class(true+true)
class('a'+1)
int8(200)
uint8(3.5)
uint8(2.5)
int32(10)/4
idivide_test = int32(7)*0.5
x = int32([1 2 3]) + 1
x(2) = 7.6
bitmax = intmax('int32')
double('abc')
char([72 101])
['a':'e']
num2str([1 2;3 4])
mat2str([1.5 2;3 4])
disp([1.5 2.5])
disp({1,2})
max([1 5;7 2])
max([1 5;7 2],[],2)
[m,i] = min([4 2;1 9],[],2)
max(3,[1 5 2])
min([])
sum([])
sum(zeros(0,3))
mean([])
prod([])
std([1 2 3 4])
var([1 2;3 5])
median([3 1 2])
mode([1 2 2 3])
norm([3 4])
norm([1 2;3 4])
norm([1 2;3 4],'fro')
norm([1 -2 3],1)
norm([1 -2 3],Inf)
dot([1 2 3],[4 5 6])
cross([1 0 0],[0 1 0])
all([1 1 0])
any([0 0;0 1])
cumsum([1 2;3 4],2)
diff([1 4 9])
fix(-2.5)
round(2.5)
sign(-3)
floor(-2.5)
nnz([1 0 2])
triu([1 2 3;4 5 6;7 8 9])
tril([1 2 3;4 5 6;7 8 9],-1)
trace([1 2;3 4])
rank([1 2;2 4])
meshgrid(1:2,1:3)
[xx,yy] = meshgrid(1:2,1:3)
permute(reshape(1:6,1,2,3),[3 2 1])
cat(3,[1 2],[3 4])
vertcat([1 2],[3 4])
rot90([1 2;3 4])
flipud([1;2])
isempty(zeros(0,3))
ndims(ones(2,3,4))
size(ones(2,3,4))
[r,c] = size(ones(2,3,4))
numel(ones(2,3))
columns(ones(2,3))
isvector([1 2 3])
isscalar(5)
ismember(2,[1 2 3])
[tf,loc] = ismember([1 5 2],[2 1])
setdiff([1 2 3],[2])
union([1 2],[2 3])
intersect([1 2 3],[2 3 4])
accumarray([1;2;1],[10;20;30])
histc([1 2 2 3],1:3)
polyval([1 2 3],2)
trapz([1 2 3])
factorial(5)
nchoosek(5,2)
gcd(12,18)
lcm(4,6)
primes(20)
isprime(7)
sub2ind([3 4],2,3)
[a1,b1] = ind2sub([3 4],8)
strcmp('a','a')
upper('abc')
isspace('a b')
fix(clock()(1)) > 2000;
deal(7)
[p,q] = deal(1,2)
1e5
100000.5
[1 1000000]
[0.001 1000]
-[1 2 3]
1:5 > 2
5:-1:1
0:0.25:1
true & false
xor(1,0)
'abc'
"dq"
{}
[]
''
struct()
x = {}
1i
[1+2i 3]
conj(1+2i)
real([1+2i 3])
roots_test = 1;
e
Inf
NaN
-Inf
eps
realmax
ones(2,3)*2
zeros(2,0)
rem(5,3)
mod(5,0)
mod(-7,3)
mod(5.5,2)
atan2(1,1)
hypot(3,4)
exp(1)
log(-1)
gamma(5)
erf(0.5)
2^-1
(-8)^(1/3)
[1 2 3].^2
2.^[1 2 3]
[1 2;3 4]'
[1 2 3](2)
abs(-3:3)
inv([2 1;1 3])
magic(3), magic(5), magic(6), magic(10)
toeplitz([1 2 3])
vander([2 3])
hilb(2)
