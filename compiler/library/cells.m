function y = postpad(x, l, c, dim)
  % Elements added, or taken away, at the end.
  if nargin < 3 || isempty(c)
    c = 0;
  end
  if nargin < 4
    dim = find(size(x) > 1, 1);
    if isempty(dim)
      dim = 2;
    end
  end
  d = size(x, dim);
  index = repmat({":"}, 1, max(ndims(x), dim));
  if d >= l
    index{dim} = 1:l;
    y = x(index{:});
  else
    shape = size(x);
    shape(end+1:dim) = 1;
    shape(dim) = l - d;
    y = cat(dim, x, c * ones(shape));
  end
end

function y = prepad(x, l, c, dim)
  % Elements added, or taken away, at the front.
  if nargin < 3 || isempty(c)
    c = 0;
  end
  if nargin < 4
    dim = find(size(x) > 1, 1);
    if isempty(dim)
      dim = 2;
    end
  end
  d = size(x, dim);
  index = repmat({":"}, 1, max(ndims(x), dim));
  if d >= l
    index{dim} = d-l+1:d;
    y = x(index{:});
  else
    shape = size(x);
    shape(end+1:dim) = 1;
    shape(dim) = l - d;
    y = cat(dim, c * ones(shape), x);
  end
end

function y = resize(x, varargin)
  % Another size: elements cut off, or zeros added.
  if numel(varargin) == 1
    sz = varargin{1};
    if isscalar(sz)
      sz = [sz, sz];
    end
  else
    sz = [varargin{:}];
  end
  y = zeros(sz, class(x));
  m = min(rows(x), sz(1));
  n = min(columns(x), sz(2));
  y(1:m, 1:n) = x(1:m, 1:n);
end

function sl = cellslices(x, lb, ub, dim)
  % Slices of an array as a cell.
  if nargin < 4
    dim = find(size(x) > 1, 1);
    if isempty(dim)
      dim = 1;
    end
  end
  n = numel(lb);
  sl = cell(1, n);
  index = repmat({":"}, 1, ndims(x));
  for i = 1:n
    index{dim} = lb(i):ub(i);
    sl{i} = x(index{:});
  end
end

function celldisp(c, name)
  % Prints the elements of a cell.
  if nargin < 2
    name = inputname(1);
  end
  if !iscell(c)
    error("celldisp: argument must be a cell array");
  end
  for i = 1:numel(c)
    if isvector(c)
      label = sprintf("%s{%d}", name, i);
    else
      [r, k] = ind2sub(size(c), i);
      label = sprintf("%s{%d,%d}", name, r, k);
    end
    if iscell(c{i})
      celldisp(c{i}, label);
    elseif isempty(c{i})
      printf("%s = [](%dx%d)\n", label, rows(c{i}), columns(c{i}));
    else
      printf("%s = \n\n", label);
      disp(c{i});
      printf("\n");
    end
  end
end

function [s, i] = sortrows(a, c)
  % Rows in order.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    c = 1:columns(a);
  elseif ischar(c)
    if strcmpi(c, "descend")
      c = -(1:columns(a));
    else
      c = 1:columns(a);
    end
  end
  if any(c == 0) || any(abs(c) > columns(a)) || any(c != fix(c))
    error("sortrows: invalid column specification");
  end
  i = (1:rows(a))';
  for k = numel(c):-1:1
    column = a(i, abs(c(k)));
    if iscell(column) && !iscellstr(column)
      if !all(cellfun(@(x) isnumeric(x) && isscalar(x), column))
        error("sortrows: only cell arrays of character strings may be sorted");
      end
      column = cell2mat(column);
    end
    if c(k) < 0
      [~, order] = sort(column, "descend");
    else
      [~, order] = sort(column);
    end
    i = i(order);
  end
  s = a(i, :);
end

function r = merge(mask, tval, fval)
  % One of two values, by a mask.
  if isscalar(mask)
    if mask
      r = tval;
    else
      r = fval;
    end
  else
    r = zeros(size(mask));
    if isscalar(tval)
      r(mask) = tval;
    else
      r(mask) = tval(mask);
    end
    if isscalar(fval)
      r(!mask) = fval;
    else
      r(!mask) = fval(!mask);
    end
  end
end

function r = ifelse(mask, tval, fval)
  % One of two values, by a mask.
  r = merge(mask, tval, fval);
end

function y = swapbytes(x)
  % Bytes in the opposite order.
  n = numel(typecast(x(1), "uint8"));
  bytes = reshape(typecast(x(:), "uint8"), n, []);
  y = reshape(typecast(flipud(bytes)(:), class(x)), size(x));
end

function y = rotdim(x, n, plane)
  % Turned by quarter turns in a plane.
  if nargin < 2
    n = 1;
  end
  y = rot90(x, n);
end

function t = ismissing(a, indicator)
  % True for missing elements.
  if iscellstr(a)
    t = cellfun("isempty", a);
  elseif ischar(a)
    t = a == " ";
  else
    t = isnan(a);
  end
  if nargin > 1
    t = false(size(a));
    for k = 1:numel(indicator)
      t = t | a == indicator(k);
    end
  end
end

function r = rmmissing(a)
  % Without missing elements.
  if isvector(a)
    r = a(!ismissing(a));
  else
    r = a(!any(ismissing(a), 2), :);
  end
end

function m = nth_element(x, n, dim)
  % The n-th smallest element along a dimension.
  if nargin < 3
    dim = find(size(x) > 1, 1);
    if isempty(dim)
      dim = 1;
    end
  end
  s = sort(x, dim);
  if dim == 1
    m = s(n, :);
  else
    m = s(:, n);
  end
end

function varargout = curl(varargin)
  % Curl of a field of the plane.
  if nargin < 2
    print_usage();
  end
  if nargin == 2
    fx = varargin{1};
    fy = varargin{2};
    dx = 1;
    dy = 1;
  else
    fx = varargin{3};
    fy = varargin{4};
    dx = varargin{1}(1, :);
    dy = varargin{2}(:, 1);
  end
  [~, fxy] = gradient(fx, dx, dy);
  fyx = gradient(fy, dx, dy);
  rot = fyx - fxy;
  if nargout < 2
    varargout{1} = rot / 2;
  else
    varargout{1} = rot;
    varargout{2} = rot / 2;
  end
end

function d = divergence(varargin)
  % Divergence of a field of the plane.
  if nargin < 2
    print_usage();
  end
  if nargin == 2
    fx = varargin{1};
    fy = varargin{2};
    dx = 1;
    dy = 1;
  else
    fx = varargin{3};
    fy = varargin{4};
    dx = varargin{1}(1, :);
    dy = varargin{2}(:, 1);
  end
  fxx = gradient(fx, dx, dy);
  [~, fyy] = gradient(fy, dx, dy);
  d = fxx + fyy;
end

function b = bincoeff(n, k)
  % Binomial coefficient, of any number over a whole one.
  if nargin != 2
    print_usage();
  end
  [bad, n, k] = common_size(n, k);
  if bad
    error("bincoeff: N and K must be of common size or scalars");
  end
  b = zeros(size(n));
  for i = 1:numel(n)
    b(i) = cells__bincoeff(double(n(i)), double(k(i)));
  end
  if isa(n, "single") || isa(k, "single")
    b = single(b);
  end
end

function b = cells__bincoeff(n, k)
  if isnan(n) || !(k >= 0) || k != fix(k) || isinf(k)
    b = NaN;
  elseif k == 0
    b = 1;
  elseif n >= 0 && n == fix(n) && k > n
    b = 0;
  elseif n < 0 && n == fix(n)
    % Upper negation.
    b = round(exp(gammaln(k - n) - gammaln(k + 1) - gammaln(-n)));
    if mod(k, 2) == 1
      b = -b;
    end
  elseif n < k
    % gamma(n - k + 1) has its sign by reflection.
    b = gamma(n + 1) / (gamma(k + 1) * gamma(n - k + 1));
    if n < 0 || k < 40
      b = prod((n - (0:k - 1)) ./ (k - (0:k - 1)));
    end
  else
    b = exp(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1));
    if n == fix(n)
      b = round(b);
    elseif k < 1000
      b = prod((n - (0:k - 1)) ./ (k - (0:k - 1)));
    end
  end
end

function y = shift(x, b, varargin)
  % Elements moved around in a circle.
  y = circshift(x, b, varargin{:});
end

function y = cellindexmat(x, varargin)
  % The same elements of each array of a cell.
  y = cellfun(@(one) one(varargin{:}), x, "UniformOutput", false);
end

function s = substruct(varargin)
  % A structure that says how to index.
  if nargin < 2
    print_usage();
  end
  types = varargin(1:2:end);
  if mod(nargin, 2) != 0
    print_usage();
  elseif !all(cellfun(@(t) ischar(t) && any(strcmp(t, {"()", "{}", "."})), types))
    error('substruct: TYPE must be one of "()", "{}", or ""');
  end
  s = struct("type", varargin(1:2:end), "subs", varargin(2:2:end));
end

function tf = isequaln(first, varargin)
  % True if all are equal, where NaN equals NaN.
  if nargin < 2
    print_usage();
  end
  tf = true;
  for k = 1:numel(varargin)
    tf = tf && cells__equal(first, varargin{k});
  end
end

function tf = cells__equal(a, b)
  % Equal values, where NaN equals NaN.
  if iscell(a) && iscell(b)
    tf = isequal(size(a), size(b)) && all(cellfun(@cells__equal, a, b)(:));
  elseif isstruct(a) && isstruct(b)
    tf = isequal(size(a), size(b)) ...
         && isequal(sort(fieldnames(a)), sort(fieldnames(b))) ...
         && cells__equal(struct2cell(orderfields(a)), struct2cell(orderfields(b)));
  elseif isnumeric(a) && isnumeric(b)
    tf = isequal(size(a), size(b)) && all((a(:) == b(:)) | (isnan(a(:)) & isnan(b(:))));
  else
    tf = isequal(a, b);
  end
end

function pairs = cells__pairs(s)
  names = fieldnames(s)';
  pairs = cell(2, numel(names));
  for k = 1:numel(names)
    if isscalar(s)
      pairs{1, k} = s.(names{k});
    else
      pairs{1, k} = reshape({s.(names{k})}, size(s));
    end
    pairs{2, k} = names{k};
  end
end

function varargout = common_size(varargin)
  % Scalars brought to the size that the other arguments share, and whether they do.
  if nargin < 2
    error("common_size: only makes sense if nargin >= 2");
  end
  sizes = varargin(!cellfun(@isscalar, varargin));
  varargout = cell(1, nargin + 1);
  bad = false;
  for k = 2:numel(sizes)
    bad = bad || !isequal(size(sizes{1}), size(sizes{k}));
  end
  varargout{1} = double(bad);
  for k = 1:nargin
    if bad || isempty(sizes) || !isscalar(varargin{k})
      varargout{k+1} = varargin{k};
    else
      varargout{k+1} = repmat(varargin{k}, size(sizes{1}));
    end
  end
end

function tf = isindex(x, n)
  % True for what can be an index, up to a bound.
  if nargin < 2
    n = Inf;
  end
  if islogical(x)
    tf = numel(x) <= n;
  else
    tf = isnumeric(x) && isreal(x) && all(x(:) >= 1) && all(x(:) == fix(x(:))) && all(x(:) <= n);
  end
end

function y = repelems(x, r)
  % Elements repeated as a table of positions and counts says.
  y = [];
  for k = 1:columns(r)
    y = [y, repmat(x(r(1, k)), 1, r(2, k))];
  end
end

function tf = isna(x)
  % True where an element is NA.
  tf = false(size(x));
  if isnumeric(x)
    bits = sprintf("%g,", x);
    words = strsplit(bits(1:end-1), ",");
    tf(:) = strcmp(words, "NA");
  end
end

function n = sizeof(x)
  % Bytes of a value.
  if iscell(x)
    n = sum(cellfun(@sizeof, x(:)));
  elseif isstruct(x)
    n = sizeof(struct2cell(x));
  else
    switch class(x)
      case {"double", "int64", "uint64"}
        n = 8 * numel(x) * (1 + iscomplex(x));
      case {"single", "int32", "uint32"}
        n = 4 * numel(x);
      case {"int16", "uint16"}
        n = 2 * numel(x);
      otherwise
        n = numel(x);
    end
  end
end

function varargout = builtin(name, varargin)
  % Calls a function by its name.
  [varargout{1:nargout}] = feval(name, varargin{:});
end

function [reg, prop] = parseparams(params, varargin)
  % Arguments before the first text, and from there on.
  at = find(cellfun(@ischar, params), 1);
  if isempty(at)
    at = numel(params) + 1;
  end
  reg = params(1:at-1);
  prop = params(at:end);
end

function tf = signbit(x)
  % True where the sign is negative, of zeros too.
  tf = x < 0 | (x == 0 & 1 ./ x < 0);
end

function n = namelengthmax()
  % The longest name.
  n = 63;
end

function b = padarray(a, count, varargin)
  % Elements added around an array: a value, or more of the array.
  value = 0;
  where = "both";
  for k = 1:numel(varargin)
    if ischar(varargin{k}) && any(strcmpi(varargin{k}, {"pre", "post", "both"}))
      where = lower(varargin{k});
    else
      value = varargin{k};
    end
  end
  b = a;
  for dim = 1:numel(count)
    n = size(b, dim);
    at = 1:n;
    if !strcmp(where, "post")
      at = [(1 - count(dim)):0, at];
    end
    if !strcmp(where, "pre")
      at = [at, n + (1:count(dim))];
    end
    outside = at < 1 | at > n;
    if ischar(value)
      switch lower(value)
        case "replicate"
          at = min(max(at, 1), n);
        case "circular"
          at = mod(at - 1, n) + 1;
        case "symmetric"
          at = mod(at - 1, 2 * n) + 1;
          at(at > n) = 2 * n + 1 - at(at > n);
        otherwise
          error("padarray: the padding '%s' is not supported", value);
      end
    else
      at(outside) = 1;
    end
    index = repmat({":"}, 1, max(ndims(b), dim));
    index{dim} = at;
    b = b(index{:});
    if !ischar(value)
      index{dim} = outside;
      b(index{:}) = value;
    end
  end
end

function y = flipdim(x, dim)
  % In the opposite order along a dimension.
  if nargin < 2
    dim = find(size(x) != 1, 1);
    if isempty(dim)
      dim = 1;
    end
  end
  y = flip(x, dim);
end

function tf = isequalwithequalnans(varargin)
  % True if all are equal, where NaN equals NaN.
  tf = isequaln(varargin{:});
end

function p = powerset(a, option)
  % All subsets, as a cell.
  if nargin < 1
    print_usage();
  elseif nargin > 1 && !strcmp(option, "rows")
    error('powerset: optional second argument must be "rows"');
  elseif iscell(a) && !iscellstr(a)
    error("powerset: cell arrays can only be used for character strings");
  elseif nargin > 1 && iscell(a)
    error('powerset: "rows" not valid for cell arrays');
  end
  if isempty(a)
    p = {};
    return;
  end
  if nargin > 1
    a = unique(a, "rows");
    n = rows(a);
    pick = @(at) a(at, :);
  else
    a = unique(a);
    n = numel(a);
    pick = @(at) a(at);
  end
  % The bits of a number say which elements are in a subset.
  subset = @(number) pick(reshape(find(bitget(number, 1:n)), 1, []));
  p = arrayfun(subset, 0:2^n-1, "UniformOutput", false);
  if iscolumn(a) && n > 1 || nargin > 1
    p = p(:);
  end
end

function value = subsref(value, index)
  % An element, or a field, as a structure says.
  for k = 1:numel(index)
    subs = index(k).subs;
    switch index(k).type
      case "()"
        value = value(subs{:});
      case "{}"
        value = value{subs{:}};
      otherwise
        value = value.(subs);
    end
  end
end

function value = subsasgn(value, index, new)
  % A value with an element, or a field, replaced as a structure says.
  if numel(index) > 1
    try
      inner = subsref(value, index(1));
    catch
      inner = [];
    end
    new = subsasgn(inner, index(2:end), new);
  end
  subs = index(1).subs;
  switch index(1).type
    case "()"
      value(subs{:}) = new;
    case "{}"
      value{subs{:}} = new;
    otherwise
      value.(subs) = new;
  end
end

function c = namedargs2cell(s)
  % Names and values of a structure, one after the other.
  if nargin < 1
    print_usage();
  end
  if !isstruct(s)
    error("namedargs2cell: S must be a scalar structure");
  elseif !isscalar(s)
    error("namedargs2cell: S must be a scalar structure");
  end
  c = [fieldnames(s), struct2cell(s)].'(:).';
end

function value = forms__getfield(s, varargin)
  % A field on a way that has indices.
  value = subsref(s, cells__way(varargin));
end

function s = forms__setfield(s, varargin)
  % A structure with what is on a way with indices set.
  s = subsasgn(s, cells__way(varargin(1:end-1)), varargin{end});
end

function way = cells__way(parts)
  % Names of fields and cells of indices as what subsref takes.
  kinds = repmat({"."}, 1, numel(parts));
  kinds(cellfun(@iscell, parts)) = {"()"};
  way = struct("type", kinds, "subs", parts);
end
