x = [2 4 4 4 5 5 7 9];
mean(x), median(x), std(x), var(x), mode(x)
max(x) - min(x)
[m, i] = max(x)
cumsum(x)
z = (x - mean(x)) / std(x);
printf('%.4f ', z); printf('\n');
edges = 0:2:10;
h = zeros(1, numel(edges) - 1);
for v = x
  for b = 1:numel(h)
    if v >= edges(b) && v < edges(b+1)
      h(b) = h(b) + 1;
    end
  end
end
h
y = [1 3 2 5 4 6 8 9];
r = sum((x - mean(x)) .* (y - mean(y))) / ((numel(x) - 1) * std(x) * std(y))
q = sort(x);
printf('%g %g\n', q(ceil(0.25 * end)), q(ceil(0.75 * end)));
prod(1:6), any(x > 8), all(x > 1), diff(x)
