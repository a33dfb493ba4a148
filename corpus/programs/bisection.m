1;
function [root, iter] = bisect(f, a, b, tol)
  fa = f(a);
  fb = f(b);
  if fa * fb > 0
    error('bisect:sign', 'f(a) and f(b) must differ in sign');
  end
  iter = 0;
  while (b - a) / 2 > tol
    c = (a + b) / 2;
    fc = f(c);
    iter++;
    if fc == 0
      break
    elseif fa * fc < 0
      b = c;
    else
      a = c;
      fa = fc;
    end
  end
  root = (a + b) / 2;
end
[r, n] = bisect(@(x) cos(x) - x, 0, 1, 1e-8);
printf('%.6f %d\n', r, n);
[r, n] = bisect(@(x) x^2 - 2, 0, 2, 1e-10);
printf('%.8f %d\n', r, n);
try
  bisect(@(x) x^2 + 1, 0, 1, 1e-3);
catch err
  disp(err.identifier);
  disp(err.message);
end
