% Sieve of Eratosthenes: scalar loops over the elements of one array.
if ~exist('N', 'var'), N = 20000; end

prime = true(1, N);
prime(1) = false;
for p = 2:floor(sqrt(N))
    if prime(p)
        for q = p * p:p:N
            prime(q) = false;
        end
    end
end

count = 0;
last = 0;
for n = 1:N
    if prime(n)
        count = count + 1;
        last = n;
    end
end
fprintf('%d primes up to %d, the last is %d\n', count, N, last);
