function n = counter()
  persistent count;
  if isempty(count)
    count = 0;
  end
  count++;
  n = count;
end
global total
total = 0;
function add_up(x)
  global total
  total += x;
end
for k = 1:4
  add_up(counter());
end
total
