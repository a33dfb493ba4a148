z = [3 + 4i, 1 - 1i, -2]
abs(z)
angle(z(2))
conj(z)
z .* [1 2 3]
z'
sum(z)
prod(z)
z == 3 + 4i
sort(z)
sqrt(z(3))
kron([1 1i], [1 2])
repmat(1i, 1, 2)
dot([1i 2], [3 4])
[1 2; 3 4] ^ -1
2 ^ [1 0; 0 2]
