1;
function x = insertion_sort(x)
  for i = 2:numel(x)
    key = x(i);
    j = i - 1;
    while j >= 1 && x(j) > key
      x(j + 1) = x(j);
      j = j - 1;
    end
    x(j + 1) = key;
  end
end
function x = quick_sort(x)
  if numel(x) <= 1, return; end
  p = x(1);
  rest = x(2:end);
  x = [quick_sort(rest(rest < p)), p, quick_sort(rest(rest >= p))];
end
function x = merge_sort(x)
  n = length(x);
  if n < 2
    return
  end
  m = floor(n / 2);
  a = merge_sort(x(1:m));
  b = merge_sort(x(m+1:end));
  i = 1; j = 1;
  for k = 1:n
    if i <= length(a) && (j > length(b) || a(i) <= b(j))
      x(k) = a(i); i = i + 1;
    else
      x(k) = b(j); j = j + 1;
    end
  end
end
v = [5 3 8 1 9 2 7 7 0 -4];
disp(insertion_sort(v))
disp(quick_sort(v))
disp(merge_sort(v))
[s, i] = sort(v)
issorted(s)
