for n = 2:500
  d = 1;
  for k = 2:floor(sqrt(n))
    if mod(n, k) == 0
      d += k;
      if k ~= n / k
        d += n / k;
      end
    end
  end
  if d == n
    printf('%d\n', n);
  end
end
