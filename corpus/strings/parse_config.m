% Lines of the form key = value.
lines = {'# comment', 'name = demo', 'size=12', '', 'ratio = 0.25', 'flag = true', 'bad line'};
config = struct();
for k = 1:numel(lines)
  line = strtrim(lines{k});
  if isempty(line) || line(1) == '#'
    continue;
  end
  [key, rest] = strtok(line, '=');
  if isempty(rest)
    printf('ignored: %s\n', line);
    continue;
  end
  value = strtrim(rest(2:end));
  number = str2double(value);
  if ~isnan(number)
    value = number;
  elseif any(strcmp(value, {'true', 'false'}))
    value = strcmp(value, 'true');
  end
  config.(strtrim(key)) = value;
end
config
