1;
function B = rotate(A)
  [m, n] = size(A);
  B = zeros(n, m);
  for i = 1:m
    for j = 1:n
      B(j, m - i + 1) = A(i, j);
    end
  end
end
A = reshape(1:6, 2, 3)
B = rotate(A)
isequal(B, rot90(A, -1))
C = rotate(rotate(rotate(rotate(A))));
assert(isequal(A, C));
spiral = [];
M = magic(4);
while ~isempty(M)
  spiral = [spiral M(1, :)];
  M = rot90(M(2:end, :));
end
disp(spiral)
