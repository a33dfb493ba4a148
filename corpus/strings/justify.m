words = strsplit('the quick brown fox jumps over the lazy dog again', ' ');
width = 18;
line = '';
for k = 1:numel(words)
  if isempty(line)
    line = words{k};
  elseif numel(line) + 1 + numel(words{k}) <= width
    line = [line ' ' words{k}];
  else
    printf('|%-*s|\n', width, line);
    line = words{k};
  end
end
printf('|%-*s|\n', width, line);
