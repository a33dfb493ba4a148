% k-means on fixed points, plain loops.
X = [1 1; 1.5 2; 3 4; 5 7; 3.5 5; 4.5 5; 3.5 4.5];
k = 2;
C = X([1 4], :);
[n, d] = size(X);
idx = zeros(n, 1);
for iter = 1:20
  old = idx;
  for i = 1:n
    best = inf;
    for c = 1:k
      dist = sum((X(i, :) - C(c, :)) .^ 2);
      if dist < best
        best = dist;
        idx(i) = c;
      end
    end
  end
  for c = 1:k
    members = X(idx == c, :);
    C(c, :) = mean(members, 1);
  end
  if isequal(old, idx)
    break
  end
end
disp(idx')
printf('%.4f %.4f\n', C');
printf('iterations: %d\n', iter);
