% Run-length coding there and back.
function out = encode(s)
  out = '';
  i = 1;
  while i <= length(s)
    n = 1;
    while i + n <= length(s) && s(i + n) == s(i)
      n = n + 1;
    end
    out = [out sprintf('%d%c', n, s(i))];
    i = i + n;
  end
end
function out = decode(s)
  parts = regexp(s, '(\d+)(\D)', 'tokens');
  out = '';
  for k = 1:numel(parts)
    out = [out repmat(parts{k}{2}, 1, str2double(parts{k}{1}))];
  end
end
words = {'aaabbc', 'x', 'zzzzzzzzzzzz', 'abc'};
for k = 1:numel(words)
  e = encode(words{k});
  fprintf('%-14s %-10s %d\n', words{k}, e, strcmp(decode(e), words{k}));
end
