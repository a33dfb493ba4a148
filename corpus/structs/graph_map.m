% Neighbours by name, breadth first.
graph = containers.Map();
graph('a') = {'b', 'c'};
graph('b') = {'d'};
graph('c') = {'d'};
graph('d') = {};
seen = {};
queue = {'a'};
while ~isempty(queue)
  node = queue{1};
  queue(1) = [];
  if any(strcmp(node, seen))
    continue;
  end
  seen{end + 1} = node;
  queue = [queue graph(node)];
end
disp(strjoin(seen, ' -> '));
