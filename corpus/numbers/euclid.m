function [g, x, y] = extended(a, b)
  if b == 0
    g = a;
    x = 1;
    y = 0;
  else
    [g, u, v] = extended(b, mod(a, b));
    x = v;
    y = u - floor(a / b) * v;
  end
end
for pair = [240 17 36; 46 5 24]
  [g, x, y] = extended(pair(1), pair(2));
  printf('%d = %d*%d + %d*%d\n', g, x, pair(1), y, pair(2));
end
gcd(240, 46)
lcm(4, 6)
