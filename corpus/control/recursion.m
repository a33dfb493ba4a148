function r = ackermann(m, n)
  if m == 0
    r = n + 1;
  elseif n == 0
    r = ackermann(m - 1, 1);
  else
    r = ackermann(m - 1, ackermann(m, n - 1));
  end
end
function r = power_set(s)
  if isempty(s)
    r = {[]};
    return;
  end
  rest = power_set(s(2:end));
  r = [rest, cellfun(@(x) [s(1) x], rest, 'UniformOutput', false)];
end
ackermann(2, 3)
sets = power_set([1 2 3]);
for k = 1:numel(sets)
  printf('{%s}\n', num2str(sets{k}));
end
