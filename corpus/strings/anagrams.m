words = {'listen', 'silent', 'enlist', 'google', 'banana', 'gogole'};
groups = containers.Map();
for k = 1:numel(words)
  key = sort(words{k});
  if isKey(groups, key)
    groups(key) = [groups(key), words(k)];
  else
    groups(key) = words(k);
  end
end
k = keys(groups);
for i = 1:numel(k)
  printf('%s: %s\n', k{i}, strjoin(groups(k{i}), ' '));
end
