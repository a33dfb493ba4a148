data = {'apple', 3, 1.25; 'pear', 5, 0.8; 'fig', 12, 0.3};
total = 0;
for r = 1:size(data, 1)
  [name, qty, price] = data{r, :};
  cost = qty * price;
  fprintf('%-8s %3d x %5.2f = %6.2f\n', name, qty, price, cost);
  total = total + cost;
end
fprintf('total %.2f\n', total);
names = data(:, 1)';
[sorted, idx] = sort(names);
disp(sorted);
lens = cellfun('length', names)
upper_names = cellfun(@upper, names, 'UniformOutput', false)
m = cell(2, 2);
m{1, 2} = [1 2 3];
m{2, 1} = {4, 'x'};
class(m{2, 1})
isempty(m{1, 1})
s = cell2mat({1 2; 3 4})
c = num2cell([1 2; 3 4]);
disp(size(c));
n = 0;
for item = {1, 'a', [1 2], {}}
  v = item{1};
  if ischar(v), n = n + 1; elseif isnumeric(v), n = n + 10 * numel(v); else, n = n + 1000; end
end
disp(n)
