% Where errors happen: lines and columns in messages, the stack, names of arguments.
1;
function inner(x)
  error('Deep:id', 'value %d', x);
end
function outer(x)
  inner(x + 1);
end
function r = missing(x)
  r = undefined_name + x;
end
function show(a, b)
  name = inputname(1);
  other = inputname(2, false);
  printf('%s, %s\n', name, other);
end
try
  outer(1);
catch err
  printf('%s %s %d %d\n', err.message, err.identifier, size(err.stack));
  printf('%s %d %d\n', err.stack(1).name, err.stack(1).line, err.stack(1).column);
  printf('%s %d %d\n', err.stack(2).name, err.stack(2).line, err.stack(2).column);
  disp(fieldnames(err.stack)');
end
try
  missing(1);
catch err
  disp(err.message);
end
try
  no_such_function(3);
catch err
  disp(err.message);
end
try
  eval('undefined_one + 1');
catch err
  disp(err.message);
end
first = 1; second = 2;
show(first, second);
show(first, 3);
results = cellfun(@(x) error('bad:one', 'no'), {1, 2}, 'ErrorHandler', @(e, x) e.index * x)
error('');
disp('an empty message is no error');
