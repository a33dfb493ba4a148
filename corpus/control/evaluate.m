text = evalc('disp(5); x = [1 2 3]');
printf('[%s]\n', strrep(text, "\n", '/'));
eval('y = 3;');
y
z = eval('y + 1')
s = evalc('printf("%d-", 1:3)')
exist('y')
exist('no_such_name')
w = eval('1 +', '-1')
