% Messages of assertions that fail.
1;
function check(f)
  try
    f();
    disp('passed');
  catch err
    disp(err.message);
  end
end
x = 3;
check(@() assert(true));
check(@() assert([1 2 3], [1 2 3]));
check(@() assert(pi, 3.14159, 1e-4));
try, assert([1 2 3], [1 2 4]); catch err, disp(err.message); end
try, assert(3, 'a'); catch err, disp(err.message); end
try, assert(3, 3.1, 0.01); catch err, disp(err.message); end
try, assert([1 2], [1 2 3]); catch err, disp(err.message); end
try, assert(x == 4); catch err, disp(err.message); end
try, assert(x, 4); catch err, disp(err.message); end
try, assert({1, 2}, {1, 3}); catch err, disp(err.message); end
try, assert(pi, 3, -0.001); catch err, disp(err.message); end
try, assert('a', 'b'); catch err, disp(err.message); end
try, assert(struct('a', 1), struct('a', 2)); catch err, disp(err.message); end
try, assert([1 2; 3 4], [1 2; 3 5]); catch err, disp(err.message); end
try, assert(single(1), 1); catch err, disp(err.message); end
try, assert([1 NaN], [1 2]); catch err, disp(err.message); end
try, assert(all([1 0])); catch err, disp(err.message); end
try, assert(zeros(0, 3), []); catch err, disp(err.message); end
try, assert(x > 5, 'x is only %d', x); catch err, disp(err.message); end
