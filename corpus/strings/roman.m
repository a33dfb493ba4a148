function r = to_roman(n)
  values = [1000 900 500 400 100 90 50 40 10 9 5 4 1];
  symbols = {'M', 'CM', 'D', 'CD', 'C', 'XC', 'L', 'XL', 'X', 'IX', 'V', 'IV', 'I'};
  r = '';
  for k = 1:numel(values)
    while n >= values(k)
      r = [r symbols{k}];
      n -= values(k);
    end
  end
end
for n = [1 4 9 14 40 90 400 1994 2024]
  printf('%d %s\n', n, to_roman(n));
end
