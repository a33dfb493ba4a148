% Integers of 64 bits keep every digit; ranges and running results stay in their class.
q = int64(1:5) * int64(1801439850948199);
fprintf('%d ', q); fprintf('| next differs: %d\n', ~any(q == q + int64(1)));
for k = intmax('int64') - 2:intmax('int64')
    fprintf('%d ', k);
end
w = 2 ^ int64(53) + 1:2 ^ int64(53) + 3;
fprintf('| %d %d %d\n', w);
fprintf('%d\n', int64(9007199254740993), intmax('int64') - 1e18, int64(9007199254740993) / int64(7));
[top, at] = cummax(int64([5 9007199254740993 3]));
fprintf('%d ', top, at); fprintf('\n');
fprintf('%d ', mod(uint8(10), -3), mod(int8(10), 2.5), max(int8([1 -5]), NaN), bitshift(int16(-5), 3));
fprintf('\n');
k = uint8(5):-1:uint8(1)
fprintf('%d elements\n', numel(int8(-100):100), numel(single(0):single(0.1):single(1)));
x = cumsum(int8([100 100 -50]), 'native')
fprintf('%s ', class(toeplitz(int8(1:3))), class(cross(int8([1 2 3]), [1 1 1])), class([1.5 int8([])]));
fprintf('\n');
fprintf('%d primes, %d %d\n', numel(primes(1e6)), isprime(7919), isprime(7919 * 7927));
