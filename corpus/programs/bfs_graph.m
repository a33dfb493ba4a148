adj = {[2 3], [1 4], [1 4 5], [2 3 6], [3], [4]};
start = 1;
dist = inf(1, numel(adj));
dist(start) = 0;
queue = start;
order = [];
while ~isempty(queue)
  u = queue(1);
  queue(1) = [];
  order(end+1) = u;
  for v = adj{u}
    if isinf(dist(v))
      dist(v) = dist(u) + 1;
      queue(end+1) = v;
    end
  end
end
order
dist
W = [0 4 1 0; 4 0 2 5; 1 2 0 8; 0 5 8 0];
n = 4; seen = false(1, n); d = inf(1, n); d(1) = 0; prev = zeros(1, n);
for k = 1:n
  best = inf; u = 0;
  for i = 1:n
    if ~seen(i) && d(i) < best
      best = d(i); u = i;
    end
  end
  seen(u) = true;
  for v = find(W(u, :))
    alt = d(u) + W(u, v);
    if alt < d(v)
      d(v) = alt; prev(v) = u;
    end
  end
end
d, prev
path = 4;
while path(1) ~= 1, path = [prev(path(1)) path]; end
path
