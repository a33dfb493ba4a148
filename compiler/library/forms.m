function q = forms__trapz(varargin)
  % trapz along a dimension.
  if nargin < 1
    print_usage();
  end
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
  if nargin < 1
    print_usage();
  end
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
  if nargout < 2
    return;
  elseif nargin < 3 || isempty(s)
    error("polyval: S input is required for DY output argument");
  end
  % The spread of what is predicted at each point, from the factor R of the fit.
  powers = x(:) .^ (numel(p)-1:-1:0);
  growth = sqrt(1 + sumsq(powers / s.R, 2));
  dy = reshape(s.normr * growth / sqrt(s.df), size(x));
end

function z = forms__cross(x, y, dim)
  % cross along a dimension.
  shapes = [size(x), size(y)];
  if isequal(shapes, [3, 1, 1, 3])
    warning("cross: taking cross product of column by row");
    y = y.';
  elseif isequal(shapes, [1, 3, 3, 1])
    warning("cross: taking cross product of row by column");
    x = x.';
  end
  if !size_equal(x, y)
    error("cross: X and Y must have the same dimensions");
  end
  if nargin < 3
    threes = find(size(x) == 3);
    if isempty(threes)
      error("cross: must have at least one dimension with 3 elements");
    end
    dim = threes(1);
  elseif size(x, dim) != 3
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
  % diag of given size, and of cells.
  if nargin < 3
    k = 0;
    if nargin > 1
      k = m;
    end
    d = forms__cell_diag(v, k);
    return;
  elseif !isvector(v)
    error("diag: V must be a vector");
  end
  if iscell(v)
    d = cell(m, n);
  else
    d = repmat(cast(0, class(v)), m, n);
  end
  count = min([m, n, numel(v)]);
  d((0:count-1) * (m + 1) + 1) = v(1:count);
end

function c = forms__num2cell(x, dims)
  % num2cell of structures, and with dimensions that stay together.
  if isa(x, "function_handle")
    error("num2cell: wrong type argument 'function handle'");
  elseif nargin < 2
    c = arrayfun(@(one) one, x, "UniformOutput", false);
    return;
  elseif any(dims(:) < 1)
    error("num2cell: dimension indices must be positive");
  end
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
  % Where a text first or last occurs in another, or in each of several, or 0.
  if nargin < 3
    direction = "first";
  end
  if !any(strcmp(direction, {"first", "last"}))
    error('index: DIRECTION must be either "first" or "last"');
  elseif !ischar(s) && !iscellstr(s)
    error("index: S argument must be a string or cell array of strings");
  end
  if ischar(s)
    s = cellstr(s);
  end
  n = cellfun(@(places) forms__end_place(places, direction), strfind(s, t));
end

function tf = forms__startsWith(s, pattern, option, value)
  % startsWith whatever the case.
  if nargin == 4 && forms__ignores("startsWith", option, value)
    tf = startsWith(lower(s), lower(pattern));
  else
    tf = startsWith(s, pattern);
  end
end

function tf = forms__endsWith(s, pattern, option, value)
  % endsWith whatever the case.
  if nargin == 4 && forms__ignores("endsWith", option, value)
    tf = endsWith(lower(s), lower(pattern));
  else
    tf = endsWith(s, pattern);
  end
end

function varargout = forms__ndgrid(varargin)
  % ndgrid of any number of dimensions.
  if nargin < 1
    print_usage();
  end
  n = max([nargin, nargout]);
  if nargin == 1
    varargin = repmat(varargin, 1, n);
  elseif nargout > nargin
    error("ndgrid: wrong number of input arguments");
  end
  if !all(cellfun(@isvector, varargin))
    error("ndgrid: arguments must be vectors");
  end
  counts = cellfun(@numel, varargin);
  varargout = cell(1, max(nargout, 1));
  for k = 1:numel(varargout)
    % Along dimension k, and as often as the others are long.
    line = reshape(varargin{k}, [ones(1, k - 1), counts(k), 1, 1]);
    varargout{k} = repmat(line, [counts(1:k-1), 1, counts(k+1:end), 1]);
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
  if !(k >= 1 && k <= bits)
    error("bitcmp: K must be in the range [1,%d]", bits);
  end
  c = bitand(bitcmp(a), cast(2 ^ k - 1, class(a)));
end

function y = forms__cast(x, like, value)
  % cast to the class of a value.
  if !strcmpi(like, "like")
    error('cast: second argument must be "like"');
  end
  y = cast(x, class(value));
end

function [low, high] = forms__bounds(x, dim, flag)
  % bounds with or without NaN, and what is wrong with its arguments.
  if nargin < 2
    dim = [];
  end
  if nargin < 3
    flag = "omitnan";
  end
  if ischar(dim)
    flag = dim;
    dim = [];
  end
  dim = statistics__check("bounds", x, dim);
  low = min(x, [], dim);
  high = max(x, [], dim);
  if strcmpi(flag, "includenan")
    bad = any(isnan(x), dim);
    low(bad) = NaN;
    high(bad) = NaN;
  end
end

function [v, d] = forms__version(feature)
  % version with its date, and of parts of the program.
  v = "7.3.0";
  d = "2022-11-02";
  if nargin > 0
    if nargout > 1
      error("version: nargout > 1 requires no inputs");
    elseif !ischar(feature)
      print_usage();
    end
    switch lower(feature)
      case "-date"
        v = d;
      case {"-description", "-release"}
        v = "";
      case {"-java", "-fftw", "-blas", "-lapack"}
        error("version: there is no such part here: %s", feature);
      otherwise
        error("version: invalid FEATURE");
    end
  end
end

function varargout = forms__union(a, b, varargin)
  % union in the order of the arguments or in the ways of old versions; what is wrong with them.
  [varargout{1:max(nargout, 1)}] = forms__other_sets("union", a, b, varargin);
end

function varargout = forms__intersect(a, b, varargin)
  % intersect in the order of the arguments or in the ways of old versions; what is wrong with them.
  [varargout{1:max(nargout, 1)}] = forms__other_sets("intersect", a, b, varargin);
end

function varargout = forms__setdiff(a, b, varargin)
  % setdiff in the order of the arguments or in the ways of old versions; what is wrong with them.
  [varargout{1:max(nargout, 1)}] = forms__other_sets("setdiff", a, b, varargin);
end

function varargout = forms__setxor(a, b, varargin)
  % setxor in the order of the arguments or in the ways of old versions; what is wrong with them.
  [varargout{1:max(nargout, 1)}] = forms__other_sets("setxor", a, b, varargin);
end

function [y, ia, ib] = forms__stable(kind, a, b, options)
  if strcmp(kind, "intersect") && (isempty(a) || isempty(b))
    [y, ia, ib] = deal([]);
    if iscell(a) || iscell(b)
      y = {};
    end
    return;
  end
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
      % In the order of the elements, from the first one that the second set has, as 7.3 has it.
      [~, at] = ismember(sort(ca(ia)), cb(first_b));
      ib = first_b(at);
      [~, start] = min(ib);
      ib = circshift(ib, 1 - start);
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
  % toeplitz of complex numbers, and what is wrong with its arguments.
  below = c(2:end);
  if nargin > 1
    if !isvector(r) || !isvector(c)
      error("toeplitz: C and R must be vectors");
    end
  elseif isvector(c)
    below = conj(below);
    r = c;
  else
    error("toeplitz: C must be a vector");
  end
  % From the right end of the first row to the corner, and down the first column.
  border = [flip(r(2:end)(:)); c(1); below(:)];
  [n, m] = deal(numel(c), numel(r));
  t = reshape(border((1:n).' - (1:m) + m), n, m);
end

function v = forms__vander(c, n)
  % vander of complex numbers, and what is wrong with its arguments.
  if !isvector(c)
    error("vander: polynomial C must be a vector");
  end
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
  if nargin < 2 || nargin > 3 || !ischar(varargin{end})
    error("Octave:invalid-fun-call", "Invalid call to norm");
  end
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
  % cell2mat of arrays of several classes, of more dimensions, and of cells and structures.
  if isempty(c) && !iscell(c) && isnumeric(c)
    m = [];
    return;
  elseif !iscell(c)
    error("cell2mat: C must be a cell array");
  end
  is_array = @(x) isnumeric(x) || islogical(x) || ischar(x);
  if !(all(cellfun(is_array, c(:))) || all(cellfun(@iscell, c(:))) || all(cellfun(@isstruct, c(:))))
    error("cell2mat: wrong type elements or mixed cells, structs, and matrices");
  elseif isempty(c)
    m = zeros(size(c));
    return;
  elseif isnumeric(c{1}) && any(cellfun(@ischar, c(:)))
    error("cell2mat: wrong type elements or mixed cells, structs, and matrices");
  end
  % The longest dimension is joined first.
  [~, order] = sort(size(c), "descend");
  for dim = order
    count = size(c, dim);
    slices = cell(1, count);
    at = repmat({":"}, 1, ndims(c));
    for k = 1:count
      at{dim} = k;
      slices{k} = c(at{:});
    end
    joined = slices{1};
    for i = 1:numel(joined)
      parts = cellfun(@(slice) slice{i}, slices, "UniformOutput", false);
      joined{i} = forms__joined(dim, parts);
    end
    c = joined;
  end
  m = c{1};
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

function x = forms__base2dec(s, base)
  % base2dec with symbols, with bases that are not whole, and what is wrong with its arguments.
  if !ischar(s) && !iscellstr(s)
    error("base2dec: S must be a string or cellstring");
  end
  lines = numel(cellstr(s)) * !isempty(s);
  s = char(s);
  if ischar(base)
    if numel(unique(base(:))) != numel(base)
      error("base2dec: symbols representing digits must be unique");
    elseif any(isspace(base(:)))
      error("base2dec: whitespace characters are not valid symbols");
    end
    symbols = base(:).';
    base = numel(base);
  elseif !isscalar(base)
    error("base2dec: cannot convert from several bases at once");
  elseif !(base >= 2 && base <= 36)
    error("base2dec: BASE must be between 2 and 36, or a string of symbols");
  else
    symbols = ["0":"9", "A":"Z"](1:floor(base));
    s = upper(s);
  end
  x = zeros(lines, 1);
  for i = 1:lines
    line = s(min(i, end), :);
    [~, digits] = ismember(line(line != " "), symbols);
    if any(digits == 0)
      x(i) = NaN;
    else
      x(i) = sum((digits - 1) .* base .^ (numel(digits)-1:-1:0));
    end
  end
end

function y = forms__center(x, dim)
  % What is wrong with the arguments of center.
  if nargin < 2
    dim = [];
  end
  dim = statistics__check("center", x, dim);
  y = x - mean(x, dim);
end

function forms__check_sets(name, a, b, options)
  is_set = @(x) isnumeric(x) || islogical(x) || ischar(x) || iscell(x);
  is_text = @(x) ischar(x) || iscellstr(x) || isempty(x);
  cells = [iscell(a), iscell(b)];
  if !is_set(a) || !is_set(b) || (any(cells) && !is_text(a) && !is_text(b))
    error("%s: A and B must be arrays or cell arrays of strings", name);
  elseif any(cells) && !(is_text(a) && is_text(b))
    error("%s: cell array of strings cannot be combined with a nonstring value", name);
  end
  texts = options(cellfun(@ischar, options));
  known = {"rows", "sorted", "stable", "legacy"};
  for k = 1:numel(options)
    if !ischar(options{k})
      error("%s: invalid option: ", name);
    elseif !any(strcmp(options{k}, known))
      error("%s: invalid option: %s", name, options{k});
    end
  end
  if sum(ismember(known(2:4), texts)) > 1
    error('%s: only one of "sorted", "stable", or "legacy" may be specified', name);
  end
  if any(strcmp(texts, "rows"))
    if any(cells)
      error('%s: cells not supported with "rows" flag', name);
    elseif ndims(a) > 2 || ndims(b) > 2
      error('%s: A and B must be 2-dimensional matrices with "rows" flag', name);
    elseif columns(a) != columns(b) && !isempty(a) && !isempty(b)
      error("%s: number of columns in A and B must match", name);
    end
  end
end

function t = forms__dec2base(x, base, len)
  % dec2base with symbols, of large numbers, and what is wrong with its arguments.
  if iscell(x)
    x = cell2mat(x);
  end
  is_number = isreal(x) && (isnumeric(x) || islogical(x));
  x = x(:);
  if !is_number || any(x < 0 | isinf(x) | x != fix(x))
    error("dec2base: input must be real non-negative integers");
  end
  [symbols, base] = forms__symbols(base);
  least = 1;
  if nargin > 2
    if numel(len) != 1 || len < 0 || fix(len) != len
      error("dec2base: LEN must be a non-negative integer");
    end
    least = max(1, double(len));
  end
  t = "";
  if isempty(x)
    return;
  end
  if isinteger(x)
    x = uint64(x);
  else
    base = double(base);
  end
  digits = forms__digits(x, base);
  % Columns from the first that is not all zero, or more of them if a length asks for it.
  used = columns(digits) + 1 - find([any(digits, 1), true], 1);
  width = max(used, least);
  digits = [zeros(numel(x), width), digits];
  digits = digits(:, end-width+1:end);
  t = repmat(symbols(1), size(digits));
  t(:) = symbols(1 + digits);
end

function t = forms__dec2bin(x, len)
  % dec2bin of negative and large numbers.
  x = forms__unsigned(x);
  if nargin < 2
    t = dec2base(x, 2);
  else
    t = dec2base(x, 2, len);
  end
end

function t = forms__dec2hex(x, len)
  % dec2hex of negative and large numbers.
  x = forms__unsigned(x);
  if nargin < 2
    t = dec2base(x, 16);
  else
    t = dec2base(x, 16, len);
  end
end

function digits = forms__digits(x, base)
  % Digits as remainders; those of large floats are as exact as the quotients.
  digits = zeros(numel(x), 0);
  while true
    if isinteger(x)
      next = idivide(x, uint64(base));
      rest = x - next * uint64(base);
    else
      rest = max(x - floor(x / base) * base, 0);
      next = round((x - rest) / base);
    end
    digits = [min(double(rest), double(base) - 1), digits];
    x = next;
    if all(x == 0)
      break;
    end
  end
end

function is_in_order = forms__issorted(x, varargin)
  % Whether the rows of a matrix are in order.
  words = lower(varargin);
  is_rows = strcmp(words, "rows");
  if !any(is_rows) || ndims(x) > 2
    error("issorted: needs a vector");
  end
  mode = [words(!is_rows), {"ascend"}]{1};
  switch mode
    case {"ascend", "ascending"}
      [~, order] = sortrows(x);
    case {"descend", "descending"}
      [~, order] = sortrows(x, -(1:columns(x)));
    case "either"
      is_in_order = issorted(x, "rows") || issorted(x, "descend", "rows");
      return;
    otherwise
      error("issorted: MODE must be \"ascend\", \"descend\", or \"either\"");
  end
  is_in_order = isequal(order(:), (1:rows(x)).');
end

function varargout = forms__ismember(a, s, varargin)
  % What is wrong with the arguments of ismember.
  forms__check_sets("ismember", a, s, varargin);
  [varargout{1:max(nargout, 1)}] = ismember(a, s);
end

function x = forms__joined(dim, parts)
  try
    x = cat(dim, parts{:});
  catch problem
    if isstruct(parts{1})
      rethrow(problem);
    end
    error("cat: dimension mismatch");
  end
end

function at = forms__last_places(x, y, options)
  % Where elements of a set are last.
  if isempty(x) || isempty(y)
    count = rows(y);
    if isempty(options)
      count = numel(y);
    end
    at = zeros(count, 1);
    return;
  end
  if isempty(options)
    [~, at] = ismember(y(:), x(:));
  else
    [~, at] = ismember(y, x, "rows");
  end
end

function y = forms__mean(x, varargin)
  % Geometric and harmonic means, and what is wrong with the arguments of mean.
  statistics__numbers("mean", x);
  [kind, type, dim] = forms__mean_options(varargin);
  dim = statistics__check("mean", x, dim);
  switch kind
    case "a"
      y = mean(x, dim, type{:});
    case "h"
      y = 1 ./ mean(1 ./ x, dim);
    case "g"
      if !all(x(:) >= 0 | isnan(x(:)))
        error("mean: X must not contain any negative values");
      end
      y = exp(mean(log(double(x)), dim));
  end
  if isa(x, "single") && !any(strcmp(type, "double"))
    y = single(y);
  end
end

function parts = forms__ostrsplit(s, sep, strip)
  % ostrsplit of several lines, and what is wrong with its arguments.
  if !iscellstr({s, sep})
    error("ostrsplit: S and SEP must be string values");
  end
  drops_empty = false;
  if nargin > 2
    drops_empty = strip;
  end
  if numel(drops_empty) != 1
    error("ostrsplit: STRIP_EMPTY must be a scalar value");
  end
  parts = cell(size(s));
  if numel(s) > 0
    separators = reshape(sep, 1, []);
    parts = cell(1, rows(s));
    for k = 1:rows(s)
      parts{k} = ostrsplit(s(k, :), separators, drops_empty);
    end
    parts = [parts{:}];
  end
end

function varargout = forms__other_sets(name, a, b, options)
  forms__check_sets(name, a, b, options);
  varargout = cell(1, max(1, nargout));
  if !any(strcmp(options, "legacy"))
    [varargout{:}] = forms__stable(name, a, b, options);
    return;
  end
  options = options(strcmp(options, "rows"));
  if ischar(a) && iscell(b)
    a = {a};
  elseif ischar(b) && iscell(a)
    b = {b};
  end
  y = feval(name, a, b, options{:});
  ia = forms__last_places(a, y, options);
  ib = forms__last_places(b, y, options);
  if strcmp(name, "union")
    % What both have counts as the second one's.
    ia = ia(ib == 0);
  end
  results = {ia(ia > 0), ib(ib > 0)};
  empty = [isempty(a), isempty(b)];
  if strcmp(name, "setxor")
    results(empty) = {[]};
  elseif strcmp(name, "intersect") && any(empty)
    results = {[], []};
  elseif strcmp(name, "setdiff") && isempty(a)
    results = {[]};
  end
  if isempty(options) && !all(empty) && (!any(empty) || strcmp(name, "union"))
    % A column only for two columns.
    shape = {[], 1};
    if !(iscolumn(a) && iscolumn(b))
      shape = {1, []};
    end
    y = reshape(y, shape{:});
  end
  if isempty(options) && isrow(y) && !iscolumn(y)
    lines = !cellfun(@(x) isequal(size(x), [0, 0]), results);
    results(lines) = cellfun(@(x) x(:).', results(lines), "UniformOutput", false);
  end
  varargout = [{y}, results](1:numel(varargout));
end

function varargout = forms__unique(x, varargin)
  % unique in the ways of old versions, and what is wrong with its arguments.
  if !(iscellstr(x) || ischar(x) || islogical(x) || isnumeric(x))
    error("unique: X must be an array or cell array of strings");
  elseif !iscellstr(varargin)
    error("unique: options must be strings");
  end
  by_rows = forms__unique_options(varargin) && !iscell(x);
  % The last of equal elements, and places along a row for a row.
  options = {"last", "rows"}(1:1 + by_rows);
  results = cell(1, max(nargout, 1));
  [results{:}] = unique(x, options{:});
  if !by_rows && isrow(x) && numel(x) > 0
    for k = 2:numel(results)
      results{k} = reshape(results{k}, 1, []);
    end
  end
  varargout = results;
end

function x = forms__unsigned(x)
  if iscell(x)
    x = [cellfun(@(part) part(:).', x(:).', "UniformOutput", false){:}];
  end
  if !isnumeric(x) || !isreal(x) || any(x(:) != fix(x(:))) ...
     || any(x(:) == Inf)
    error("dec2bin: input must be integers");
  end
  x = x(:);
  if all(x >= 0)
    return;
  end
  % Numbers of as few bytes as hold all of them.
  for class = {"int8", "int16", "int32", "int64"}
    if all(x >= intmin(class{1}) & x <= intmax(class{1}))
      break;
    end
  end
  x = typecast(feval(class{1}, x), ["u", class{1}]);
end

function [z, mu, sigma] = forms__zscore(x, opt, dim)
  % zscore with mean and deviation, and what is wrong with its arguments.
  along = [];
  if nargin > 2
    along = dim;
  end
  bias = 0;
  statistics__check("zscore", x, []);
  if nargin > 1 && !isempty(opt)
    bias = opt;
  end
  if !any(cellfun(@(known) isequal(bias, known), {0, 1}))
    error("zscore: normalization OPT must be empty, 0, or 1");
  end
  along = statistics__check("zscore", x, along);
  z = x;
  if isempty(x)
    return;
  elseif !isfloat(x)
    z = double(x);
  end
  [mu, sigma] = deal(mean(z, along), std(z, bias, along));
  % A constant line stays 0.
  z = (z - mu) ./ (sigma + (sigma == 0));
end

function [symbols, base] = forms__symbols(base)
  % The digits of a base that is a number or a text of all its digits, and how many they are.
  symbols = char([48:57, 65:90]);
  if ischar(base)
    symbols = reshape(base, 1, []);
    base = columns(symbols);
    if any(diff(sort(double(symbols))) == 0)
      error("dec2base: symbols representing digits must be unique");
    end
    if !isempty(regexp(symbols, '\s', "once"))
      error("dec2base: whitespace characters are not valid symbols");
    end
  end
  if !(isnumeric(base) && isscalar(base) && any(base == 2:numel(symbols)))
    error("dec2base: BASE must be an integer between 2 and 36, or a string of symbols");
  end
end

function [kind, type, dim] = forms__mean_options(given)
  % Which mean, the class of the result in a cell, and a dimension or nothing.
  kind = "a";
  type = {};
  dim = [];
  for k = 1:numel(given)
    word = given{k};
    if any(strcmp(word, {"default", "double", "native"}))
      type = {word};
    elseif any(strcmp(word, {"a", "g", "h"}))
      kind = word;
    elseif ischar(word)
      error("mean: mean type '%s' not recognized", word);
    elseif isempty(dim) && k < 3
      dim = word;
    else
      error("Octave:invalid-fun-call", "Invalid call to mean");
    end
  end
end

function by_rows = forms__unique_options(words)
  % Whether rows are compared; refuses what is unknown, or does not go together.
  names = {"rows", "first", "last", "sorted", "stable", "legacy"};
  is_given = num2cell(ismember(names, words));
  [by_rows, first, last, sorted, stable, legacy] = is_given{:};
  if first && last
    error('unique: cannot specify both "first" and "last"');
  elseif sorted && stable
    error('unique: cannot specify both "sorted" and "stable"');
  elseif sorted || stable
    if first || last
      error('unique: cannot specify "first"/"last" with "sorted"/"stable"');
    elseif legacy
      error('unique: cannot specify "sorted" or "stable" with "legacy"');
    end
  end
  if numel(words) > 3 || !all(ismember(words, names))
    error("unique: invalid option");
  end
end

function d = forms__cell_diag(v, k)
  % A cell with elements on a diagonal, or the diagonal of one as a column.
  if isvector(v)
    n = numel(v) + abs(k);
    d = cell(n, n);
    first = max(k, 0) * n + max(-k, 0) + 1;
    d(first + (0:numel(v)-1) * (n + 1)) = v;
    return;
  end
  [rows, columns] = size(v);
  count = max(0, min([rows, columns, rows + k, columns - k]));
  first = max(k, 0) * rows + max(-k, 0) + 1;
  d = v(first + (0:count-1).' * (rows + 1));
end

function n = forms__end_place(places, direction)
  % The first or the last of some places, or 0 if there are none.
  n = 0;
  if !isempty(places) && strcmp(direction, "first")
    n = places(1);
  elseif !isempty(places)
    n = places(end);
  end
end

function tf = forms__ignores(caller, option, value)
  % The value of the option that has the case ignored.
  if !strcmpi(option, "IgnoreCase")
    error('%s: third input must be "IgnoreCase"', caller);
  elseif !isscalar(value) || !isreal(value) || !(isnumeric(value) || islogical(value))
    error('%s: "IgnoreCase" value must be a logical scalar', caller);
  end
  tf = logical(value);
end

function n = forms__rindex(s, t)
  % Where a text last occurs in each of several, or 0.
  n = forms__index(s, t, "last");
end

function [counts, bins] = forms__histc(x, edges, dim)
  % histc of arrays of more dimensions.
  if nargin < 3
    dim = find(size(x) != 1, 1);
  end
  order = [dim, setdiff(1:max(ndims(x), dim), dim)];
  moved = permute(x, order);
  shape = size(moved);
  lines = reshape(moved, shape(1), []);
  last = numel(edges);
  bins = lookup(edges, lines);
  bins(lines > edges(last) | isnan(lines)) = 0;
  line = repmat(1:columns(lines), rows(lines), 1);
  inside = bins > 0;
  counts = accumarray([bins(inside), line(inside)], 1, [last, columns(lines)]);
  counts = ipermute(reshape(counts, [last, shape(2:end)]), order);
  bins = ipermute(reshape(bins, shape), order);
end

function at = forms__lookup(table, y, options)
  % lookup with letters: the places that equal, or whether, or within the first and the last.
  others = setdiff(options, "mblr");
  if !isempty(others)
    error("lookup: unrecognized option: %s", others(1));
  end
  has = @(letter) any(options == letter);
  if has("m") && has("b")
    error("lookup: only one of m or b can be specified");
  elseif (has("m") || has("b")) && (has("l") || has("r"))
    error("lookup: m, b cannot be specified with l or r");
  end
  at = lookup(table, y);
  if has("l")
    at = max(at, 1);
  end
  if has("r")
    at = min(at, numel(table) - 1);
  end
  if !(has("m") || has("b"))
    return;
  end
  known = at > 0;
  if iscell(table)
    y = cellstr(y);
    known(known) = strcmp(table(at(known))(:), y(known)(:));
  else
    known(known) = table(at(known))(:) == y(known)(:);
  end
  at = ifelse(has("b"), known, at .* known);
end
