function inner(x)
  error('lib:bad', 'value %d is bad', x);
end
function outer(x)
  inner(x + 1);
end
disp('before');
outer(1);
