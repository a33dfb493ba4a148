function y = postpad(x, l, c, dim)
  % Elements added, or taken away, at the end.
  options = {};
  if nargin > 2
    options{1} = c;
  end
  if nargin > 3
    options{2} = dim;
  end
  y = cells__fitted(x, l, false, options{:});
end

function y = prepad(x, l, c, dim)
  % Elements added, or taken away, at the front.
  options = {};
  if nargin > 2
    options{1} = c;
  end
  if nargin > 3
    options{2} = dim;
  end
  y = cells__fitted(x, l, true, options{:});
end

function y = resize(x, varargin)
  % Another size: elements cut off, or zeros added, or structures without values.
  if nargin < 2
    print_usage();
  end
  shape = [varargin{:}];
  if isscalar(shape)
    shape = [shape, shape];
  end
  seen = size(x);
  if numel(shape) < numel(seen)
    error("Octave:invalid-resize", ["Invalid resizing operation or ambiguous assignment to an ", ...
                                    "out-of-bounds array element"]);
  end
  seen(end+1:numel(shape)) = 1;
  kept = arrayfun(@(n) 1:n, min(seen, shape), "UniformOutput", false);
  y = x(kept{:});
  if any(shape > seen)
    if iscell(x)
      wider = repmat({0}, shape);
    elseif isstruct(x)
      wider = repmat(cell2struct(cell(numfields(x), 1), fieldnames(x), 1), shape);
    else
      wider = repmat(cast(0, class(x)), shape);
    end
    wider(kept{:}) = y;
    y = wider;
  end
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
  % One of two values, or elements of both, by a mask.
  if nargin != 3
    print_usage();
  elseif !islogical(mask) && !isnumeric(mask)
    error("merge: first argument must be logical or numeric");
  end
  if isscalar(mask)
    if mask
      r = tval;
    else
      r = fval;
    end
    return;
  end
  mask = logical(mask);
  if !strcmp(class(tval), class(fval))
    error("merge: cannot merge %s with %s with array mask", class(tval), class(fval));
  elseif !(isscalar(tval) || size_equal(tval, mask)) || !(isscalar(fval) || size_equal(fval, mask))
    error("merge: MASK, TVAL, and FVAL dimensions must match");
  end
  r = fval;
  if isscalar(fval)
    r = repmat(fval, size(mask));
  end
  if isscalar(tval)
    r(mask) = tval;
  else
    r(mask) = tval(mask);
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
  % Turned by quarter turns in a plane, which is that of the first two dimensions if not given.
  if nargin < 1
    print_usage();
  end
  if nargin < 2 || isempty(n)
    n = 1;
  elseif numel(n) > 1 && nargin == 2
    plane = n;
    n = 1;
  end
  if !isscalar(n) || n != fix(n)
    error("rotdim: N must be a scalar integer");
  end
  if !exist("plane", "var")
    plane = cells__plane(size(x));
  elseif numel(plane) != 2 || any(plane < 1 | plane != fix(plane) | plane > ndims(x)) ...
         || plane(1) == plane(2)
    error("rotdim: PLANE must be a 2 element integer vector defining a valid PLANE");
  end
  plane = sort(plane(:).');
  n = mod(n, 4);
  y = x;
  for dim = plane([n == 2 || n == 3, n == 1 || n == 2])
    y = flip(y, dim);
  end
  if mod(n, 2) == 1
    order = 1:ndims(x);
    order(plane) = flip(plane);
    y = permute(y, order);
  end
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
  [u, v, steps] = cells__field(varargin{:});
  [~, u_along_y] = gradient(u, steps{:});
  turning = gradient(v, steps{:}) - u_along_y;
  varargout = {turning, turning / 2};
  if nargout < 2
    varargout(1) = [];
  end
end

function d = divergence(varargin)
  % Divergence of a field of the plane.
  if nargin < 2
    print_usage();
  end
  [u, v, steps] = cells__field(varargin{:});
  along = gradient(u, steps{:});
  [~, across] = gradient(v, steps{:});
  d = along + across;
end

function b = bincoeff(n, k)
  % Binomial coefficient, of any number over a whole one.
  if nargin != 2
    print_usage();
  end
  pair = cell(1, 2);
  [has_failed, pair{:}] = common_size(n, k);
  if has_failed
    error("bincoeff: N and K must be of common size or scalars");
  end
  b = arrayfun(@(n, k) cells__bincoeff(double(n), double(k)), pair{:});
  if any(strcmp({class(n), class(k)}, "single"))
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
  if nargin < 2 || mod(nargin, 2) != 0
    print_usage();
  end
  types = varargin(1:2:end);
  subs = varargin(2:2:end);
  is_field = strcmp(types, ".");
  if !all(is_field | strcmp(types, "()") | strcmp(types, "{}"))
    error('substruct: TYPE must be one of "()", "{}", or ""');
  elseif !all(cellfun(@ischar, subs(is_field)))
    error("substruct: for TYPE == ., SUBS must be a character string");
  elseif !all(cellfun(@iscell, subs(!is_field)))
    error("substruct: for TYPE == () or {}, SUBS must be a cell array");
  end
  s = struct("type", types, "subs", subs);
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

function [reg, varargout] = parseparams(params, varargin)
  % Arguments before the first text, and the rest, or the values of options that have defaults.
  at = [find(cellfun(@ischar, params), 1), numel(params) + 1](1);
  reg = params;
  prop = {};
  if at <= numel(params)
    reg = params(1:at-1);
    prop = params(at:end);
  end
  if nargin == 1
    varargout = {prop};
    return;
  elseif mod(nargin, 2) == 0
    error("parseparams: needs odd number of arguments");
  end
  names = varargin(1:2:end);
  varargout = varargin(2:2:end);
  if mod(numel(prop), 2) != 0 || !iscellstr(prop(1:2:end))
    error("parseparams: options must be given as name-value pairs");
  end
  for k = 1:2:numel(prop)
    is_named = strcmpi(names, prop{k});
    if !any(is_named)
      error("parseparams: unrecognized option: %s", prop{k});
    end
    varargout(is_named) = prop(k+1);
  end
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
  end
  by_rows = nargin > 1;
  if by_rows && !strcmp("rows", option)
    error('powerset: optional second argument must be "rows"');
  elseif iscell(a)
    if !iscellstr(a)
      error("powerset: cell arrays can only be used for character strings");
    elseif by_rows
      error('powerset: "rows" not valid for cell arrays');
    end
  end
  p = {};
  if isempty(a)
    return;
  end
  if by_rows
    elements = unique(a, "rows");
    pick = @(at) elements(at, :);
    count = rows(elements);
  else
    elements = unique(a);
    pick = @(at) elements(at);
    count = numel(elements);
  end
  % The bits of a number say which elements are in a subset.
  places = @(number) reshape(find(bitget(number, 1:count)), 1, []);
  p = arrayfun(@(number) pick(places(number)), 0:2^count-1, "UniformOutput", false);
  if by_rows || count > 1 && iscolumn(elements)
    p = p.';
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
  first = index(1).type;
  subs = index(1).subs;
  rest = index(2:end);
  if strcmp(first, "()") && !isempty(rest) && strcmp(rest(1).type, ".")
    % The fields of the other elements stay.
    name = rest(1).subs;
    if numel(rest) > 1
      new = subsasgn(cells__inner(value, index(1:2)), rest(2:end), new);
    end
    value(subs{:}).(name) = new;
    return;
  elseif !isempty(rest)
    new = subsasgn(cells__inner(value, index(1)), rest, new);
  end
  switch first
    case "()"
      if isa(new, "double") && isequal(size(new), [0, 0])
        value(subs{:}) = [];
      else
        value(subs{:}) = new;
      end
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
  if nargin < 2
    print_usage();
  end
  value = subsref(s, cells__way(varargin));
end

function s = forms__setfield(s, varargin)
  % A structure with what is on a way with indices set.
  if nargin < 3
    print_usage();
  end
  s = subsasgn(s, cells__way(varargin(1:end-1)), varargin{end});
end

function way = cells__way(parts)
  % Names of fields and cells of indices as what subsref takes.
  kinds = repmat({"."}, 1, numel(parts));
  kinds(cellfun(@iscell, parts)) = {"()"};
  way = struct("type", kinds, "subs", parts);
end

function [u, v, steps] = cells__field(varargin)
  % Both parts of a field, and its places along x and y, or steps of 1.
  if nargin == 2
    [u, v] = varargin{:};
    steps = {1, 1};
  else
    [x, y, u, v] = varargin{1:4};
    steps = {x(1, :), y(:, 1)};
  end
end

function y = cells__fitted(x, wanted, at_front, filler, dim)
  % Exactly so many elements along a dimension: some are added, or left out, at one side.
  if nargin < 5
    dim = find(1 < size(x), 1);
  end
  if isempty(dim)
    dim = 1;
  end
  if nargin < 4 || isempty(filler)
    filler = 0;
  end
  surplus = size(x, dim) - wanted;
  if surplus < 0
    shape = [size(x), ones(1, dim - ndims(x))];
    shape(dim) = -surplus;
    parts = {x, filler * ones(shape)};
    if at_front
      parts = fliplr(parts);
    end
    y = cat(dim, parts{:});
    return;
  end
  kept = cell(1, max(dim, ndims(x)));
  kept(:) = {":"};
  kept{dim} = (1:wanted) + surplus * at_front;
  y = x(kept{:});
end

function inner = cells__inner(value, index)
  % What an index picks, or nothing where there is nothing yet.
  try
    inner = subsref(value, index);
  catch
    inner = [];
  end
end

function plane = cells__plane(shape)
  % The first two dimensions that are longer than 1; the first ones if there are less.
  plane = [find(shape != 1, 2), 1, 2];
  if plane(2) == plane(1)
    plane(2) = 2;
  end
  plane = plane(1:2);
end
