function q = forms__trapz(varargin)
  % trapz along a dimension.
  [x, y, dim] = forms__table(varargin);
  n = size(y, dim);
  if n < 2
    count = size(y);
    count(dim) = 1;
    q = zeros(count);
    return;
  end
  [high, low] = forms__ends(y, dim);
  steps = high + low;
  if !isempty(x)
    [high, low] = forms__ends(forms__along(x, y, dim), dim);
    steps = steps .* (high - low);
  end
  q = 0.5 * sum(steps, dim);
end

function q = forms__cumtrapz(varargin)
  % cumtrapz along a dimension.
  [x, y, dim] = forms__table(varargin);
  first = size(y);
  first(dim) = 1;
  if size(y, dim) < 2
    q = zeros(size(y));
    return;
  end
  [high, low] = forms__ends(y, dim);
  steps = high + low;
  if !isempty(x)
    [high, low] = forms__ends(forms__along(x, y, dim), dim);
    steps = steps .* (high - low);
  end
  q = cat(dim, zeros(first), 0.5 * cumsum(steps, dim));
end

function [x, y, dim] = forms__table(args)
  x = [];
  dim = [];
  switch numel(args)
    case 3
      [x, y, dim] = args{:};
    case 2
      if isequal(size(args{1}), size(args{2})) || !isscalar(args{2})
        [x, y] = args{:};
      else
        [y, dim] = args{:};
      end
    otherwise
      y = args{1};
  end
  if isempty(dim)
    dim = statistics__dim(y);
  end
  if isscalar(x)
    % Points at equal distance.
    shape = ones(1, max(ndims(y), dim));
    shape(dim) = size(y, dim);
    x = reshape(x * (0:size(y, dim) - 1), shape);
  end
end

function x = forms__along(x, y, dim)
  if ndims(x) == 2 && isvector(x) && !isequal(size(x), size(y))
    if numel(x) != size(y, dim)
      error("trapz: length of X and length of Y along DIM must match");
    end
    shape = ones(1, max(ndims(y), dim));
    shape(dim) = numel(x);
    x = reshape(x, shape);
  end
end

function [high, low] = forms__ends(x, dim)
  n = size(x, dim);
  index = repmat({":"}, 1, max(ndims(x), dim));
  index{dim} = 2:n;
  high = x(index{:});
  index{dim} = 1:n-1;
  low = x(index{:});
end

function [y, dy] = forms__polyval(p, x, s, mu)
  % polyval with the results of polyfit.
  if nargin > 3
    x = (x - mu(1)) / mu(2);
  end
  y = polyval(p, x);
  if nargout > 1
    if nargin < 3 || isempty(s)
      error("polyval: S input is required for DY output argument");
    end
    a = x(:) .^ (numel(p)-1:-1:0);
    dy = reshape(sqrt(1 + sumsq(a / s.R, 2)) * s.normr / sqrt(s.df), size(x));
  end
end

function z = forms__cross(x, y, dim)
  % cross along a dimension.
  if isvector(x) && isvector(y) && numel(x) == 3 && numel(y) == 3
    if columns(x) == 1 && rows(y) == 1
      warning("cross: taking cross product of column by row");
      y = y.';
    elseif rows(x) == 1 && columns(y) == 1
      warning("cross: taking cross product of row by column");
      x = x.';
    end
  end
  if !isequal(size(x), size(y))
    error("cross: X and Y must have the same dimensions");
  end
  if nargin < 3
    dim = find(size(x) == 3, 1);
    if isempty(dim)
      error("cross: must have at least one dimension with 3 elements");
    end
  end
  if size(x, dim) != 3
    error("cross: dimension DIM must have 3 elements");
  end
  ahead = repmat({":"}, 1, ndims(x));
  back = ahead;
  ahead{dim} = [2, 3, 1];
  back{dim} = [3, 1, 2];
  z = x(ahead{:}) .* y(back{:}) - x(back{:}) .* y(ahead{:});
end

function [g, c, d] = forms__gcd(a, b)
  % gcd with the factors of which it is a sum.
  if any(a(:) != fix(a(:))) || any(b(:) != fix(b(:)))
    error("gcd: all values must be integers");
  end
  [a, b] = deal(a + zeros(size(b), class(b)), b + zeros(size(a), class(a)));
  g = zeros(size(a));
  c = g;
  d = g;
  for k = 1:numel(a)
    [rest, last] = deal(abs(double(b(k))), abs(double(a(k))));
    [x, last_x, y, last_y] = deal(0, 1, 1, 0);
    while rest != 0
      q = floor(last / rest);
      [last, rest] = deal(rest, last - q * rest);
      [last_x, x] = deal(x, last_x - q * x);
      [last_y, y] = deal(y, last_y - q * y);
    end
    g(k) = last;
    c(k) = last_x * sign(double(a(k)));
    d(k) = last_y * sign(double(b(k)));
  end
end

function d = forms__diag(v, m, n)
  % diag of given size.
  if !isvector(v)
    error("diag: V must be a vector");
  end
  d = zeros(m, n);
  for k = 1:min([m, n, numel(v)])
    d(k, k) = v(k);
  end
end

function c = forms__num2cell(x, dims)
  % num2cell with dimensions that stay together.
  shape = size(x);
  shape(end+1:max(dims)) = 1;
  counts = shape;
  counts(dims) = 1;
  c = cell(counts);
  place = cell(1, numel(shape));
  for k = 1:numel(c)
    [place{:}] = ind2sub(counts, k);
    index = place;
    for d = dims(:).'
      index{d} = ":";
    end
    c{k} = x(index{:});
  end
end

function [m, f, c] = forms__mode(x, dim)
  % mode with all values that are as frequent.
  if nargin < 2
    dim = statistics__dim(x);
  end
  m = mode(x, dim);
  f = zeros(size(m));
  c = cell(size(m));
  if isempty(x)
    return
  end
  place = cell(1, max(ndims(x), dim));
  for k = 1:numel(m)
    [place{:}] = ind2sub(size(m), k);
    place{dim} = ":";
    line = sort(x(place{:})(:));
    values = unique(line);
    count = zeros(size(values));
    for i = 1:numel(values)
      count(i) = max(1, sum(line == values(i)));
    end
    f(k) = max(count);
    c{k} = values(count == f(k));
  end
end

function [y, ns] = forms__shiftdim(x)
  % shiftdim with the number of dimensions that went.
  ns = find(size(x) != 1, 1) - 1;
  if isempty(ns)
    ns = 0;
  end
  y = shiftdim(x);
end

function z = forms__xor(varargin)
  % xor of more than two.
  z = xor(varargin{1}, varargin{2});
  for k = 3:nargin
    z = xor(z, varargin{k});
  end
end

function n = forms__index(s, t, direction)
  % index in a direction.
  if strcmp(direction, "last")
    n = rindex(s, t);
  elseif strcmp(direction, "first")
    n = index(s, t);
  else
    error('index: DIRECTION must be either "first" or "last"');
  end
end

function tf = forms__startsWith(s, pattern, option, value)
  % startsWith whatever the case.
  if nargin == 4 && value
    tf = startsWith(lower(s), lower(pattern));
  else
    tf = startsWith(s, pattern);
  end
end

function tf = forms__endsWith(s, pattern, option, value)
  % endsWith whatever the case.
  if nargin == 4 && value
    tf = endsWith(lower(s), lower(pattern));
  else
    tf = endsWith(s, pattern);
  end
end

function varargout = forms__ndgrid(varargin)
  % ndgrid of any number of dimensions.
  n = max([nargin, nargout, 2]);
  if nargin == 1
    varargin = repmat(varargin, 1, n);
  end
  shape = cellfun(@numel, varargin);
  varargout = cell(1, max(nargout, 1));
  for k = 1:numel(varargout)
    line = ones(1, n);
    line(k) = shape(k);
    others = shape;
    others(k) = 1;
    varargout{k} = repmat(reshape(varargin{k}, line), others);
  end
end

function c = forms__cond(a, p)
  % cond in another norm.
  if isequal(p, 2)
    c = cond(a);
  else
    c = norm(a, p) * norm(inv(a), p);
  end
end

function c = forms__bitcmp(a, k)
  % The other bits of the lowest k.
  if isinteger(a)
    bits = sizeof(a(1)) * 8;
  else
    bits = 53;
  end
  c = bitand(bitcmp(a), cast(2 ^ min(k, bits) - 1, class(a)));
end

function y = forms__cast(x, like, value)
  % cast to the class of a value.
  if !strcmpi(like, "like")
    error('cast: second argument must be "like"');
  end
  y = cast(x, class(value));
end

function [low, high] = forms__bounds(x, dim, flag)
  % bounds with or without NaN.
  if ischar(dim)
    flag = dim;
    dim = statistics__dim(x);
  end
  low = min(x, [], dim);
  high = max(x, [], dim);
  if strcmpi(flag, "includenan")
    bad = any(isnan(x), dim);
    low(bad) = NaN;
    high(bad) = NaN;
  end
end

function at = forms__findstr(s, t, overlap)
  % findstr with or without overlaps.
  if numel(t) > numel(s)
    [s, t] = deal(t, s);
  end
  at = strfind(s, t);
  if !overlap
    kept = zeros(1, 0);
    next = 1;
    for k = at
      if k >= next
        kept(end+1) = k;
        next = k + numel(t);
      end
    end
    at = kept;
  end
  if isempty(at)
    at = [];
  end
end

function [v, d] = forms__version()
  % version with its date.
  v = "7.3.0";
  d = "2022-11-02";
end

function varargout = forms__union(a, b, varargin)
  % union in the order of the arguments.
  [varargout{1:max(nargout, 1)}] = forms__stable("union", a, b, varargin);
end

function varargout = forms__intersect(a, b, varargin)
  % intersect in the order of the arguments.
  [varargout{1:max(nargout, 1)}] = forms__stable("intersect", a, b, varargin);
end

function varargout = forms__setdiff(a, b, varargin)
  % setdiff in the order of the arguments.
  [varargout{1:max(nargout, 1)}] = forms__stable("setdiff", a, b, varargin);
end

function varargout = forms__setxor(a, b, varargin)
  % setxor in the order of the arguments.
  [varargout{1:max(nargout, 1)}] = forms__stable("setxor", a, b, varargin);
end

function [y, ia, ib] = forms__stable(kind, a, b, options)
  by_rows = any(strcmp(options, "rows"));
  if by_rows
    ka = (1:rows(a))';
    kb = (1:rows(b))';
    both = [a; b];
    [~, ~, code] = unique(both, "rows");
  else
    is_row = isrow(a) && (isrow(b) || strcmp(kind, "setdiff")) ...
             || isrow(a) && isempty(b) || isempty(a) && isrow(b);
    ka = (1:numel(a))';
    kb = (1:numel(b))';
    if iscell(a) || iscell(b)
      if !iscell(a)
        a = {a};
        ka = 1;
      end
      if !iscell(b)
        b = {b};
        kb = 1;
      end
    end
    both = [a(:); b(:)];
    [~, ~, code] = unique(both);
  end
  code = code(:);
  ca = code(ka);
  cb = code(numel(ka) + kb);
  [~, first_a] = unique(ca, "first");
  first_a = sort(first_a(:));
  [~, first_b] = unique(cb, "first");
  first_b = sort(first_b(:));
  switch kind
    case "union"
      ia = first_a;
      ib = first_b(!ismember(cb(first_b), ca));
    case "intersect"
      ia = first_a(ismember(ca(first_a), cb));
      ib = zeros(size(ia));
      for k = 1:numel(ia)
        ib(k) = find(cb == ca(ia(k)), 1);
      end
    case "setdiff"
      ia = first_a(!ismember(ca(first_a), cb));
      ib = [];
    case "setxor"
      ia = first_a(!ismember(ca(first_a), cb));
      ib = first_b(!ismember(cb(first_b), ca));
  end
  at = ia;
  if any(strcmp(kind, {"union", "setxor"}))
    at = [ia; numel(ka) + ib];
  end
  if by_rows
    y = both(at, :);
  else
    y = both(at);
    if is_row
      y = y(:).';
    end
  end
end

function t = forms__trace(a)
  % trace of what is no square matrix.
  if isempty(a)
    t = 0;
  else
    t = a(1);
  end
end

function t = forms__toeplitz(c, r)
  % toeplitz of complex numbers.
  if nargin == 1
    r = c;
    c = conj(c);
    c(1) = conj(c(1));
  end
  n = numel(c);
  m = numel(r);
  line = [r(m:-1:2)(:); c(:)];
  t = reshape(line((0:n-1)' + (m:-1:1)), n, m);
end

function v = forms__vander(c, n)
  % vander of complex numbers.
  if nargin < 2
    n = numel(c);
  end
  v = c(:) .^ (n-1:-1:0);
end

function v = forms__vec(x, dim)
  % vec along a dimension.
  v = reshape(x, [ones(1, dim - 1), numel(x), 1]);
end

function n = forms__norm(x, varargin)
  % norm of each row or column.
  p = 2;
  if numel(varargin) == 2
    p = varargin{1};
  end
  if strcmp(varargin{end}, "rows")
    n = vecnorm(x, p, 2);
  else
    n = vecnorm(x, p, 1);
  end
end

function [parts, found] = forms__strsplit(s, varargin)
  delimiter = '\s';
  collapses = true;
  if !isempty(varargin) && (iscell(varargin{1}) || mod(numel(varargin), 2) == 1 || !ischar(varargin{2}))
    if ischar(varargin{1}) || iscell(varargin{1})
      delimiter = varargin{1};
      varargin(1) = [];
    end
  end
  if !isempty(varargin) && !ischar(varargin{1})
    collapses = varargin{1};
    varargin(1) = [];
  end
  at = find(strcmpi(varargin(1:2:end), "collapsedelimiters"), 1);
  if !isempty(at)
    collapses = varargin{2 * at};
  end
  if iscell(delimiter)
    delimiter = strjoin(delimiter, "|");
  end
  if collapses
    delimiter = ["(" delimiter ")+"];
  end
  [parts, found] = regexp(s, delimiter, "split", "match");
end

function m = forms__cell2mat(c)
  lines = cell(rows(c), 1);
  for k = 1:rows(c)
    lines{k} = horzcat(c{k, :});
  end
  m = vertcat(lines{:});
end

function v = forms__tril(a, k, pack)
  % The elements of a lower triangle as a column.
  v = forms__triangle(@tril, a, k, pack);
end

function v = forms__triu(a, k, pack)
  % The elements of an upper triangle as a column.
  v = forms__triangle(@triu, a, k, pack);
end

function v = forms__triangle(part, a, k, pack)
  if strcmp(pack, "pack")
    v = a(part(true(size(a)), k));
  else
    v = part(a, k);
  end
end

function c = forms__mat2cell(a, varargin)
  % mat2cell of more than two dimensions.
  n = numel(varargin);
  counts = ones(1, max(n, 2));
  ends = cell(1, n);
  for d = 1:n
    if sum(varargin{d}) != size(a, d)
      error("mat2cell: mismatch on dimension %d (%d != %d)", d, size(a, d), sum(varargin{d}));
    end
    counts(d) = numel(varargin{d});
    ends{d} = cumsum(varargin{d}(:).');
  end
  c = cell(counts);
  place = cell(1, n);
  index = repmat({":"}, 1, max(n, ndims(a)));
  for k = 1:numel(c)
    [place{:}] = ind2sub(counts, k);
    for d = 1:n
      last = ends{d}(place{d});
      index{d} = last - varargin{d}(place{d}) + 1:last;
    end
    c{k} = a(index{:});
  end
end
