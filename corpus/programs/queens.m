1;
function [count, first] = queens(n, row, cols, count, first)
  if row > n
    count = count + 1;
    if isempty(first), first = cols; end
    return
  end
  for c = 1:n
    ok = true;
    for r = 1:row - 1
      if cols(r) == c || abs(cols(r) - c) == row - r
        ok = false;
        break
      end
    end
    if ok
      cols(row) = c;
      [count, first] = queens(n, row + 1, cols, count, first);
    end
  end
end
[count, first] = queens(6, 1, zeros(1, 6), 0, []);
printf('%d\n', count);
disp(first);
for r = 1:6
  line = repmat('.', 1, 6);
  line(first(r)) = 'Q';
  disp(line);
end
