1;
% A parser for sums and products with parentheses.
function [v, pos] = expression(s, pos)
  [v, pos] = term(s, pos);
  while pos <= length(s) && any(s(pos) == '+-')
    op = s(pos);
    [w, pos] = term(s, pos + 1);
    if op == '+', v = v + w; else, v = v - w; end
  end
end
function [v, pos] = term(s, pos)
  [v, pos] = factor(s, pos);
  while pos <= length(s) && (s(pos) == '*' || s(pos) == '/')
    op = s(pos);
    [w, pos] = factor(s, pos + 1);
    if op == '*'
      v = v * w;
    else
      v = v / w;
    end
  end
end
function [v, pos] = factor(s, pos)
  if s(pos) == '('
    [v, pos] = expression(s, pos + 1);
    if pos > length(s) || s(pos) ~= ')'
      error('missing ) at %d', pos);
    end
    pos = pos + 1;
  elseif s(pos) == '-'
    [v, pos] = factor(s, pos + 1);
    v = -v;
  else
    start = pos;
    while pos <= length(s) && (isdigit(s(pos)) || s(pos) == '.')
      pos = pos + 1;
    end
    v = str2double(s(start:pos - 1));
  end
end
tests = {'1+2*3', '(1+2)*3', '10/4-1', '-(2+3)*2', '2*(3+(4-1))/3', '(1+2'};
for k = 1:numel(tests)
  try
    v = expression(tests{k}, 1);
    printf('%s = %g\n', tests{k}, v);
  catch err
    printf('%s: %s\n', tests{k}, err.message);
  end
end
