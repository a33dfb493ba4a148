1;
function d = lev(a, b)
  m = length(a); n = length(b);
  D = zeros(m+1, n+1);
  D(:, 1) = 0:m;
  D(1, :) = 0:n;
  for i = 1:m
    for j = 1:n
      cost = a(i) ~= b(j);
      D(i+1, j+1) = min([D(i, j+1) + 1, D(i+1, j) + 1, D(i, j) + cost]);
    end
  end
  d = D(end, end);
end
printf('%d\n', lev('kitten', 'sitting'), lev('', 'abc'), lev('same', 'same'));
function s = lcs(a, b)
  if isempty(a) || isempty(b)
    s = '';
  elseif a(end) == b(end)
    s = [lcs(a(1:end-1), b(1:end-1)) a(end)];
  else
    x = lcs(a(1:end-1), b);
    y = lcs(a, b(1:end-1));
    if length(x) >= length(y), s = x; else, s = y; end
  end
end
disp(lcs('AGGTAB', 'GXTXAYB'))
