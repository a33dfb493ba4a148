data = {'alpha', 1.5, 10; 'beta', 22.25, 200; 'gamma', 3, 3000};
printf('%-8s|%8s|%6s\n', 'name', 'value', 'count');
printf('%s\n', repmat('-', 1, 24));
for k = 1:size(data, 1)
  printf('%-8s|%8.2f|%6d\n', data{k, :});
end
printf('%-8s|%8.2f|%6d\n', 'total', sum([data{:, 2}]), sum([data{:, 3}]));
