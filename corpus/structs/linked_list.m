% A list of structures that hold their successor.
list = [];
for v = [3 1 2]
  list = struct('value', v, 'next', {list});
end
node = list;
while ~isempty(node)
  printf('%d ', node.value);
  node = node.next;
end
printf('\n');
