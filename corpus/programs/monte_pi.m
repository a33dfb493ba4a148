seed = 42; hits = 0; n = 2000;
for k = 1:n
  seed = mod(1103515245 * seed + 12345, 2^31);
  x = seed / 2^31;
  seed = mod(1103515245 * seed + 12345, 2^31);
  y = seed / 2^31;
  if x^2 + y^2 <= 1
    hits = hits + 1;
  end
end
printf('%d %.4f\n', hits, 4 * hits / n);
