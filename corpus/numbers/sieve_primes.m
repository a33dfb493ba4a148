function p = sieve(n)
  is = true(1, n);
  is(1) = false;
  for k = 2:floor(sqrt(n))
    if is(k)
      is(k * k:k:n) = false;
    end
  end
  p = find(is);
end
sieve(50)
isequal(sieve(100), primes(100))
factor(360)
[p, e] = factor(360)
isprime([1 2 9 11])
n = 600851475143;
max(factor(n))
