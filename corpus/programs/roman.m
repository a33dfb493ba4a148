1;
function s = roman(n)
  vals = [1000 900 500 400 100 90 50 40 10 9 5 4 1];
  syms = {'M','CM','D','CD','C','XC','L','XL','X','IX','V','IV','I'};
  s = '';
  for k = 1:numel(vals)
    while n >= vals(k)
      s = [s syms{k}];
      n = n - vals(k);
    end
  end
end
for n = [4 9 14 40 90 400 1994 2024]
  printf('%d %s\n', n, roman(n));
end
function n = unroman(s)
  map = struct('I', 1, 'V', 5, 'X', 10, 'L', 50, 'C', 100, 'D', 500, 'M', 1000);
  n = 0; last = 0;
  for c = fliplr(s)
    v = map.(c);
    if v < last, n = n - v; else, n = n + v; last = v; end
  end
end
printf('%d\n', unroman('MCMXCIV'));
