1;
function varargout = multi(varargin)
  printf('%d in, %d out\n', nargin, nargout);
  for k = 1:nargout
    varargout{k} = k * numel(varargin);
  end
end
function r = defaults(a, b)
  if nargin < 2, b = 10; end
  if nargin < 1, a = 1; end
  r = a + b;
end
multi(1, 2);
[a, b] = multi('x', 'y', 'z');
printf('%d %d\n', a, b);
printf('%d %d %d\n', defaults(), defaults(5), defaults(5, 5));
c = {1, 2, 3};
plus(c{1:2})
f = @(varargin) numel(varargin);
f(1, 2, 3)
g = @() deal(1, 2);
[p, q] = g();
disp([p q]);
function [s, varargout] = stat(v)
  s = sum(v);
  if nargout > 1, varargout{1} = mean(v); end
end
[s, m] = stat([1 2 3])
h = @stat; h([4 5])
compose = @(f, g) @(x) f(g(x));
k = compose(@sqrt, @abs);
k(-16)
cellfun(@(f) f(4), {@sqrt, @(x) x^2})
feval('defaults', 2), feval(@plus, 1, 2)
func2str(k)
