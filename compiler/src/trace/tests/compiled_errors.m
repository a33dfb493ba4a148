% Errors inside compiled loops and functions: the message, and what happened before.
1;
function r = loud(x)
  printf("loud %g\n", x);
  r = x;
end
function r = nothing(x)
end
function r = deep(n)
  if n == 0
    v = [1 2 3];
    r = v(4);
  else
    r = deep(n - 1) + 1;
  end
end
try
  x = [1 2 3];
  for k = 1:5
    s = x(k) * 2;
  end
catch err
  printf("%s | %d\n", err.message, k);
end
try
  for k = 1:3
    q = loud(k) + missing_name;
  end
catch err
  disp(err.message(1:24));
end
try
  for k = 3:-1:-1
    x(k) = k;
  end
catch err
  disp(err.message);
end
try
  A = magic(3);
  for k = 1:4
    A(k, 4 - k) = A(k, k) + 1;
  end
catch err
  disp(err.message);
end
disp(A);
try
  for k = 1:2
    y = loud(k) + nothing(k);
  end
catch err
  disp(err.message(1:13));
end
for n = 0:2
  try
    deep(n);
  catch err
    disp(err.message);
  end
end
try
  for k = 1:3
    z = x(1.5);
  end
catch err
  disp(err.message);
end
try
  for k = 1:3
    if k == 2, error('my:id', 'stop at %d', k); end
  end
catch err
  printf("%s %s\n", err.identifier, err.message);
end
try
  i8 = int8(1); i16 = int16(1);
  for k = 1:2
    z = i8 + i16;
  end
catch err
  disp(err.message);
end
f = @(x) x(3);
try
  for k = 1:2
    z = f([1 2 3]) + f([1 2]);
  end
catch err
  disp(err.message);
end
while true
  try
    u = undefined_thing + 1;
  catch err
    disp(err.message(1:27));
    break
  end
end
