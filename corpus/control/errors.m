function check(x)
  if ~isnumeric(x)
    error('check:type', 'expected a number, not %s', class(x));
  end
  printf('%g is fine\n', x);
end
inputs = {1, 'a', {}};
for k = 1:3
  try
    check(inputs{k});
  catch err
    printf('%s: %s\n', err.identifier, err.message);
  end
end
try
  try
    error('inner:id', 'inner');
  catch first
    error('outer:id', 'outer after %s', first.message);
  end
catch second
  disp(second.message);
end
unwind_protect
  disp('body');
unwind_protect_cleanup
  disp('cleanup');
end_unwind_protect
x = 1;
eval('x = y_undefined;', 'x = 2;');
x
