n = 60;
list = [];
k = 2;
while numel(list) < 15
  is_prime = true;
  for d = list
    if d * d > k, break; end
    if mod(k, d) == 0
      is_prime = false;
      break;
    end
  end
  if is_prime
    list(end + 1) = k;
  end
  k = k + 1;
end
disp(list)
disp(isequal(list, primes(list(end))))
m = 360; f = [];
d = 2;
while m > 1
  while mod(m, d) == 0
    f = [f d];
    m = m / d;
  end
  d = d + 1;
end
fprintf('360 = %s\n', strjoin(arrayfun(@num2str, f, 'UniformOutput', false), ' * '));
perfect = [];
for q = 2:500
  s = 1;
  for d = 2:floor(sqrt(q))
    if rem(q, d) == 0
      s += d;
      if d ~= q / d, s += q / d; end
    end
  end
  if s == q, perfect(end+1) = q; end
end
perfect
