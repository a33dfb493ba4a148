function d = laplace(A)
  n = rows(A);
  if n == 1
    d = A(1, 1);
    return;
  end
  d = 0;
  for k = 1:n
    minor = A(2:n, [1:k-1, k+1:n]);
    d += (-1) ^ (k + 1) * A(1, k) * laplace(minor);
  end
end
A = [2 0 1; 1 3 2; 1 1 4];
laplace(A)
printf('%.4f\n', det(A));
