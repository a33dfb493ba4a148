function r = solve(a, b, c)
  d = b ^ 2 - 4 * a * c;
  r = [(-b + sqrt(d)) / (2 * a), (-b - sqrt(d)) / (2 * a)];
end
solve(1, -3, 2)
solve(1, 2, 5)
solve(1, 2, 1)
roots([1 -3 2])'
