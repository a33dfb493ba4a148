c = {'pear', 'apple', 'fig'; 'kiwi', 'plum', 'lime'};
sort(c(:))'
upper(c)
strcat(c(1, :), '!')
cellfun(@numel, c)
cellfun(@(s) s(1), c)
any(strcmp('fig', c(:)))
[tf, loc] = ismember('plum', c)
strjoin(c(2, :), '-')
char(c{1, :})
