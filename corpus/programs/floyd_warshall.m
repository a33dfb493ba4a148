INF = inf;
D = [0 3 INF 7; 8 0 2 INF; 5 INF 0 1; 2 INF INF 0];
n = size(D, 1);
P = zeros(n);
for k = 1:n
  for i = 1:n
    for j = 1:n
      if D(i,k) + D(k,j) < D(i,j)
        D(i,j) = D(i,k) + D(k,j);
        P(i,j) = k;
      end
    end
  end
end
disp(D)
disp(P)
path = [1];
