% Lines that are read by hand.
text = sprintf('x,y\n1,2\n3,4\n\n5,x\n');
lines = strsplit(text, "\n");
sums = [];
for k = 2:numel(lines)
  fields = strsplit(strtrim(lines{k}), ',');
  values = str2double(fields);
  if any(isnan(values)) || isempty(lines{k})
    continue;
  end
  sums(end + 1) = sum(values);
end
sums
sscanf('3 4 5', '%d')'
sscanf('10:20', '%d:%d')'
