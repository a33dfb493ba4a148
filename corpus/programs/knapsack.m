w = [1 3 4 5]; v = [1 4 5 7]; cap = 7;
n = numel(w);
K = zeros(n + 1, cap + 1);
for i = 1:n
  for c = 0:cap
    K(i+1, c+1) = K(i, c+1);
    if w(i) <= c
      K(i+1, c+1) = max(K(i+1, c+1), K(i, c - w(i) + 1) + v(i));
    end
  end
end
K
c = cap; items = [];
for i = n:-1:1
  if K(i+1, c+1) ~= K(i, c+1)
    items = [i items];
    c = c - w(i);
  end
end
items
