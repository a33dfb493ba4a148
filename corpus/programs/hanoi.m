1;
function n = hanoi(k, a, b, c)
  if k == 0
    n = 0;
    return
  end
  n = hanoi(k - 1, a, c, b);
  if k >= 3, printf('%d: %s -> %s\n', k, a, c); end
  n = n + 1 + hanoi(k - 1, b, a, c);
end
n = hanoi(4, 'A', 'B', 'C')
function r = ack(m, n)
  if m == 0
    r = n + 1;
  elseif n == 0
    r = ack(m - 1, 1);
  else
    r = ack(m - 1, ack(m, n - 1));
  end
end
ack(2, 3)
function p = perms_rec(v)
  if numel(v) <= 1
    p = v;
    return
  end
  p = [];
  for i = 1:numel(v)
    rest = v([1:i-1 i+1:end]);
    sub = perms_rec(rest);
    p = [p; repmat(v(i), size(sub, 1), 1) sub];
  end
end
perms_rec([1 2 3])
