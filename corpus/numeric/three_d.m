A = reshape(1:12, 2, 3, 2);
size(A)
A(:, :, 2)
squeeze(A(1, 2, :))
sum(A, 3)
max(A, [], 3)
permute(A, [2 1 3])(:, :, 1)
cat(3, [1 2], [3 4])
A(:, :, 1) = []
ndims(A)
