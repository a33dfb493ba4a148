function t = insert(t, key)
  if isempty(t)
    t = struct('key', key, 'left', [], 'right', []);
  elseif key < t.key
    t.left = insert(t.left, key);
  else
    t.right = insert(t.right, key);
  end
end
function walk(t)
  if ~isempty(t)
    walk(t.left);
    printf('%d ', t.key);
    walk(t.right);
  end
end
function d = depth(t)
  if isempty(t)
    d = 0;
  else
    d = 1 + max(depth(t.left), depth(t.right));
  end
end
t = [];
for k = [5 2 8 1 9 3]
  t = insert(t, k);
end
walk(t);
printf('\ndepth %d\n', depth(t));
