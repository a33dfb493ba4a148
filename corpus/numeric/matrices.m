A = magic(4);
A(2:3, [1 end])
sum(A)
sum(A, 2)'
trace(A)
A(A > 12)'
[r, c] = find(A == 16)
B = reshape(1:6, 2, 3)
B'
B(:)'
[B; 7 8 9](end, :)
any(B > 5)
triu(magic(3))
kron([1 2], [1; 1])
circshift(1:5, 2)
rot90([1 2; 3 4])
repmat([1 2], 2, 2)
