% How often words occur, by a map.
text = 'the cat and the dog and the bird';
words = strsplit(text, ' ');
counts = containers.Map();
for k = 1:numel(words)
  w = words{k};
  if isKey(counts, w)
    counts(w) += 1;
  else
    counts(w) = 1;
  end
end
names = keys(counts);
for k = 1:counts.Count
  printf('%-5s %d\n', names{k}, counts(names{k}));
end
[~, order] = sort(cell2mat(values(counts)), 'descend');
disp(names{order(1)})
