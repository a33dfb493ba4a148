function varargout = spread(varargin)
  printf('%d in, %d out\n', nargin, nargout);
  for k = 1:max(nargout, 1)
    varargout{k} = k;
  end
end
spread();
x = spread(1, 2);
[a, b, c] = spread({});
[~, d] = spread('x');
disp([a b c d]);
c = cell(1, 2);
[c{:}] = spread(c{:});
c
function r = defaults(a, b)
  if nargin < 2 || isempty(b)
    b = 10;
  end
  r = a + b;
end
disp([defaults(1), defaults(1, []), defaults(1, 2)]);
disp(nargin('defaults'));
