% Variables of texts and handlers, conditions, deletion, sparse matrices.
1;
function r = after_handler(n)
  x = n + 1;
  try
    y = sin(x);
  catch err
    r = -1;
    return;
  end
  r = n;
end
function r = in_loop(n)
  r = [];
  for k = 1:3
    z = k * n;
    try
      if k == 2, error('two'); end
    catch
      continue;
    end
    r(end+1) = z;
  end
end
function made_by_text()
  eval('q1 = 4; q2 = [5 6];');
  disp(q1 + q2(2))
  eval('clear q1');
  disp(exist('q1'))
  disp(who')
end
disp(after_handler(1))
disp(in_loop(10))
made_by_text();
a = 1; b = 2;
eval('clear -x b');
disp([exist('a') exist('b')])
eval('clear all');
disp(exist('b'))
j = [];
if (isempty(j) | j(:, 1) > 3) & true, disp('left out'), end
k = 0;
while (~isempty(j) & j(1) > 3) | k < 2, k = k + 1; end
disp(k)
if ((isempty(j) | j(1)) & 1) | j(2), disp('nested'), end
try, if true && (isempty(j) | j(1)), disp('no'), end, catch err, disp(err.message), end
b = zeros(4, 3, 2);
b(3:end, :) = [];
disp(size(b))
b(:, 2) = [];
disp(size(b))
try, b(3, :) = 1; catch err, disp(err.message), end
S = sparse([1 3], [2 3], [4.5 -1])
T = [S; S(1, :)];
disp(issparse(T)), disp(issparse(S + 1)), disp(issparse(S * ones(3, 1)))
S(2, 2) = 7;
disp(S)
E = sparse(0, 3)
x = S * [1; 2; 3]
