1;
function m = magic4()
  m = [16 2 3 13; 5 11 10 8; 9 7 6 12; 4 14 15 1];
end
x = 5
y = [1 2 3; 4 5 6]
z = 'hello'
w = true
c = {1, 'two', [1 2 3]}
s.a = 1; s.b = 'txt';
s
a = 1:5
b = a(end:-1:1)
a(3) = 10
a(end+1) = 7
a([1 3]) = []
m = magic4();
m(2,:) 
m(:,2)'
m(:)'
m(m>8)'
any(m(:) > 15)
isempty([])
q = zeros(2,3);
q(2,3) = 5;
q
q(:,1) = [7;8]
int32(7)/int32(2)
uint8(250)+10
5/0
mod(-1,3)
rem(-1,3)
[mx, ix] = max([3 9 2])
sum([1 2;3 4])
sum([1 2;3 4], 2)
mean([1 2;3 4])
prod([1 2 3 4])
cumsum([1 2 3])
sort([3 1 2], 'descend')
[ss, ii] = sort([3 1 2])
find([0 1 0 1])
unique([3 1 1 2])
numel(m)
size(m)
[r, cc] = size(ones(2,5))
x = 3; x += 2; disp(x)
f = @(t) t.^2 + 1;
f(3)
f
g = cellfun(@(t) t*2, {1,2,3})
h = cellfun(@(t) [t t], {1,2}, 'UniformOutput', false)
arrayfun(@(t) t+1, [1 2 3])
strcat('a','b')
[1,2;3,4] * [5;6]
[1,2;3,4] \ [5;6]
det([1 2;3 4])
2^10
[1 2;3 4]^2
1e10
0.1+0.2
-0
1/3
pi*1000
[1.5 NaN Inf]
3 == 3
'abc' == 'abd'
~[1 0 1]
!true
isfield(s, 'a')
numel(s)
1:0
zeros(0,3)
sqrt(-4)
(1+2i)*(3-4i)
abs(3+4i)
linspace(0,1,5)
repmat([1 2],2,2)
reshape(1:6,2,3)
[1 2 3]'
diag([1 2 3]) + 0
kron([1 2],[1;1])
fliplr([1 2 3])
circshift(1:5, 2)
isequal([1 2],[1 2])
bitand_test = floor(7.5)
