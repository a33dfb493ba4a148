function yi = interp1(x, y, varargin)
  % Interpolation in a table: linear, nearest, previous, next, cubic, pchip or spline.
  if nargin < 2
    print_usage();
  end
  [o, numbers] = interpolation__options(varargin);
  is_counted = !o.want_pieces && (nargin == 2 || ischar(varargin{1}));
  if is_counted && !isempty(numbers)
    o.outside = numbers{1};
  end
  if is_counted
    numbers = {y};
    y = x;
  end
  if isvector(y)
    y = reshape(y, [], 1);
  end
  if is_counted
    x = 1:rows(y);
  end
  table = size(y);
  [x, y, side] = interpolation__rising(x(:), y(:, :), o.method, o.side);
  if o.want_pieces
    yi = interpolation__pieces(x, y, o.method);
    yi.orient = "first";
    return;
  end
  at = numbers{1}(:);
  yi = interpolation__curve(x, y, at, o.method, side);
  yi = reshape(yi, numel(at), columns(y));
  if !ischar(o.outside)
    is_inside = at <= x(end) & at >= x(1);
    if iscomplex(yi) && isna(o.outside)
      o.outside = complex(NA, NA);
    end
    yi(!is_inside, :) = o.outside;
  end
  yi = reshape(yi, interpolation__result_size(numel(at), size(numbers{1}), table));
end

function pp = interpolation__linear(x, y)
  % Where an abscissa is there twice, the value jumps to that of the second.
  left = find(diff(x) != 0);
  slope = (y(left + 1, :) - y(left, :)) ./ (x(left + 1) - x(left));
  breaks = [x(left); x(end)];
  pp = mkpp(breaks, [reshape(slope.', [], 1), reshape(y(left, :).', [], 1)], columns(y));
end

function yi = interpolation__piecewise(method, x, y, xi)
  yi = zeros(numel(xi), columns(y));
  if isa(x, "single") || isa(y, "single") || isa(xi, "single")
    yi = single(yi);
  end
  for j = 1:columns(y)
    yi(:, j) = ppval(method(x, y(:, j)), xi);
  end
end

function zi = interp2(varargin)
  % Interpolation in a table of two variables: linear, nearest, cubic or spline.
  if nargin < 1
    error("narginchk: not enough input arguments");
  elseif nargin > 7
    error("narginchk: too many input arguments");
  end
  [args, method, outside] = interpolation__words(varargin);
  if !any(numel(args) == [1, 2, 3, 5])
    print_usage();
  end
  [x, y, z, xi, yi] = interpolation__plane(args);
  [x, y, z] = interpolation__table(x, y, z);
  is_cross = rows(xi) == 1 && numel(xi) > 1 && columns(yi) == 1;
  if is_cross || isvector(xi) && isvector(yi) && !size_equal(xi, yi)
    [xi, yi] = meshgrid(xi, yi);
  end
  if isempty(outside)
    outside = ifelse(iscomplex(z), complex(NA, NA), NA);
    if strcmp(method, "spline")
      outside = "extrap";
    end
  end
  u = xi(:);
  v = yi(:);
  zi = interpolation__surface(x, y, z, u, v, method);
  if !ischar(outside)
    zi(u < min(x) | u > max(x) | v < min(y) | v > max(y)) = outside;
  end
  zi = reshape(zi, size(xi));
end

function z = interpft(x, n, dim)
  % Interpolation by the Fourier transform.
  if nargin < 2
    print_usage();
  end
  is_whole = @(v) isscalar(v) && v == fix(v);
  if !is_whole(n)
    error("interpft: N must be a scalar integer");
  end
  if nargin < 3
    dim = find(1 < size(x), 1);
    if isempty(dim)
      dim = 2;
    end
  elseif !is_whole(dim) || dim < 1 || dim > ndims(x)
    error("interpft: invalid dimension DIM");
  end
  shape = size(x);
  if isempty(x)
    shape(ifelse(nargin < 3, 1, dim)) = n;
    z = zeros(shape);
    return;
  end
  order = [dim, setdiff(1:ndims(x), dim)];
  lines = reshape(permute(x, order), shape(dim), []);
  % Every so many of a whole multiple of the points.
  stride = max(1, 1 + floor(rows(lines) / n));
  fine = interpolation__refined(lines, stride * n);
  if isreal(x)
    fine = real(fine);
  end
  shape(dim) = n;
  z = ipermute(reshape(fine(1:stride:stride * n, :), shape(order)), order);
end

function varargout = gradient(m, varargin)
  % Differences of neighbours, central inside: the gradient of a table or of a function.
  if nargin < 1
    print_usage();
  end
  nargs = max(1, nargout);
  if isnumeric(m)
    if isvector(m)
      h = 1;
      if nargin > 1
        h = varargin{1};
      end
      column = iscolumn(m);
      g = interpolation__slopes(m(:), h);
      if !column
        g = g.';
      end
      varargout{1} = g;
      return;
    end
    nd = ndims(m);
    spacings = num2cell(ones(1, nd));
    if nargin == 2
      spacings(:) = varargin(1);
    elseif nargin > 2
      spacings(1:numel(varargin)) = varargin;
    end
    for i = 1:nargs
      dim = i;
      if i == 1
        dim = 2;
      elseif i == 2
        dim = 1;
      end
      order = 1:nd;
      order([1, dim]) = order([dim, 1]);
      moved = permute(m, order);
      shape = size(moved);
      g = interpolation__slopes(reshape(moved, shape(1), []), spacings{i});
      varargout{i} = ipermute(reshape(g, shape), order);
    end
  elseif is_function_handle(m) || ischar(m)
    p0 = varargin{1};
    steps = [varargin{2:end}, ones(1, nargin < 3)](:).';
    steps = steps .* ones(1, max(nargs, numel(steps)));
    if isvector(p0) && nargs == 1
      varargout{1} = interpolation__central(m, {p0}, 1, steps(1));
    else
      for i = 1:nargs
        varargout{i} = interpolation__central(m, num2cell(p0, 1), i, steps(i));
      end
    end
  else
    error("gradient: first input must be an array or a function");
  end
end

function g = interpolation__slopes(y, h)
  % In the class of y: over two steps inside, over one at either end.
  n = rows(y);
  g = zeros(size(y));
  if isa(y, "single")
    g = single(g);
  end
  if n > 1
    x = h(:);
    if isscalar(h)
      x = h * (0:n-1)';
    end
    ahead = [2:n, n];
    behind = [1, 1:n-1];
    g(:) = (y(ahead, :) - y(behind, :)) ./ (x(ahead) - x(behind));
  end
end

function d = del2(m, varargin)
  % Discrete Laplace operator, divided by four (two for a vector).
  nd = ndims(m);
  shape = size(m);
  dx = cell(1, nd);
  for i = 1:nd
    dx{i} = 1;
  end
  if numel(varargin) == 1
    for i = 1:nd
      dx{i} = varargin{1};
    end
  elseif numel(varargin) > 1
    for i = 1:numel(varargin)
      dx{i} = varargin{i};
    end
    dx([1, 2]) = dx([2, 1]);
  end
  d = zeros(shape);
  used = 0;
  for dim = 1:nd
    if shape(dim) < 3
      continue;
    end
    used = used + 1;
    order = 1:nd;
    order([1, dim]) = order([dim, 1]);
    moved = permute(m, order);
    sz = size(moved);
    flat = reshape(moved, sz(1), []);
    n = rows(flat);
    h = dx{dim};
    if isscalar(h)
      steps = h * ones(n - 1, 1);
    else
      steps = diff(h(:));
    end
    left = steps(1:n-2);
    right = steps(2:n-1);
    dd = zeros(n, columns(flat));
    dd(2:n-1, :) = ((flat(3:n, :) - flat(2:n-1, :)) ./ right - ...
                    (flat(2:n-1, :) - flat(1:n-2, :)) ./ left) ./ (left + right);
    if n > 3
      dd(1, :) = (steps(1) + steps(2)) / steps(2) * dd(2, :) - steps(1) / steps(2) * dd(3, :);
      dd(n, :) = -steps(n-1) / steps(n-2) * dd(n-2, :) + ...
                 (steps(n-1) + steps(n-2)) / steps(n-2) * dd(n-1, :);
    else
      dd(1, :) = dd(2, :);
      dd(n, :) = dd(2, :);
    end
    d = d + ipermute(reshape(dd, sz), order);
  end
  d = d ./ nd;
end

function vi = interpn(varargin)
  % Interpolation in a table of any number of variables: linear, nearest, or by splines.
  [args, method, outside] = interpolation__words(varargin);
  if isempty(args)
    print_usage();
  end
  [axes, v, points] = interpolation__lattice(args);
  for d = 1:numel(axes)
    axes{d} = interpolation__axis(axes{d}, d);
    if numel(axes{d}) != size(v, d)
      error("interpn: dimensional mismatch");
    end
    if axes{d}(1) > axes{d}(end)
      axes{d} = flip(axes{d});
      v = flip(v, d);
    end
  end
  if !size_equal(points{:}) && all(cellfun(@isvector, points))
    [points{:}] = ndgrid(points{:});
  end
  shape = size(points{1});
  points = cellfun(@(at) at(:), points, "UniformOutput", false);
  switch lower(method)
    case "nearest"
      vi = interpolation__closest(axes, v, points);
    case "linear"
      vi = interpolation__corners(axes, v, points);
    case "spline"
      vi = interpolation__in_turn(@spline, axes, v, points);
    case {"pchip", "cubic"}
      vi = interpolation__in_turn(@pchip, axes, v, points);
    otherwise
      error("interpn: unrecognized interpolation METHOD");
  end
  vi = vi(:);
  if isempty(outside) && !strcmpi(method, "spline")
    outside = ifelse(iscomplex(v), complex(NA, NA), NA);
  end
  if !isempty(outside)
    within = @(line, at) at >= line(1) & at <= line(end);
    inside = cellfun(within, axes, points, "UniformOutput", false);
    vi(!all([inside{:}], 2)) = outside;
  end
  vi = reshape(vi, shape);
  if isa(v, "double")
    vi = double(vi);
  end
end

function vi = interp3(varargin)
  % Interpolation in a table of three variables.
  words = find([cellfun(@ischar, varargin), true], 1):nargin;
  args = varargin(setdiff(1:nargin, words));
  if any(numel(args) == [1, 2])
    vi = interpn(args{:}, varargin{words});
    return;
  elseif numel(args) == 4
    v = args{1};
    table = {1:rows(v), 1:columns(v), 1:size(v, 3)};
    points = args(2:4);
  elseif numel(args) == 7
    v = args{4};
    table = args([2, 1, 3]);
    if !isvector(args{1})
      table = {table{1}(:, 1, 1), table{2}(1, :, 1), table{3}(1, 1, :)};
    end
    points = args(5:7);
  else
    print_usage();
  end
  if !size_equal(points{:}) && all(cellfun(@isvector, points))
    [points{:}] = meshgrid(points{:});
  end
  table = cellfun(@(line) line(:), table, "UniformOutput", false);
  vi = interpn(table{:}, v, points{[2, 1, 3]}, varargin{words});
end

function [values, slopes] = interpolation__hermite(t, width)
  % What the values and the slopes at both ends count for at parts of an interval.
  values = [(1 + 2 * t) .* (1 - t) .^ 2, t .^ 2 .* (3 - 2 * t)];
  slopes = [t .* (1 - t) .^ 2, t .^ 2 .* (t - 1)] .* width;
end

function yi = interpolation__jumps(x, y, xi, side)
  % Lines between points of which some are above each other: the one that ends or starts there.
  if strcmp(side, "left")
    at = numel(x) - lookup(-flipud(x), -xi);
    at = min(max(at, 1), numel(x) - 1);
  else
    at = min(max(lookup(x, xi), 1), numel(x) - 1);
  end
  step = x(at + 1) - x(at);
  part = (xi - x(at)) ./ step;
  part(step == 0) = 0;
  yi = y(at, :) + part .* (y(at + 1, :) - y(at, :));
end

function zi = interpolation__patches(x, y, z, u, v)
  % Patches that are cubic along both axes, with the slopes of pchip.
  zx = interpolation__pchip_slopes(x, z);
  zy = interpolation__pchip_slopes(y, z.').';
  zxy = (interpolation__pchip_slopes(x, zy) + interpolation__pchip_slopes(y, zx.').') / 2;
  i = lookup(x(2:end-1), u)(:) + 1;
  j = lookup(y(2:end-1), v)(:) + 1;
  x = x(:);
  width = x(i + 1) - x(i);
  height = y(j + 1) - y(j);
  [a, b] = interpolation__hermite((u - x(i)) ./ width, width);
  [c, d] = interpolation__hermite((v - y(j)) ./ height, height);
  zi = zeros(numel(u), 1);
  n = rows(z);
  for p = 0:1
    for q = 0:1
      at = j + q + n * (i + p - 1);
      zi = zi + c(:, q+1) .* (a(:, p+1) .* z(at)(:) + b(:, p+1) .* zx(at)(:)) ...
           + d(:, q+1) .* (a(:, p+1) .* zy(at)(:) + b(:, p+1) .* zxy(at)(:));
    end
  end
end

function slopes = interpolation__pchip_slopes(x, z)
  % The slopes of pchip at each point, row by row.
  if numel(x) == 2
    slopes = repmat(diff(z, 1, 2) / (x(2) - x(1)), 1, 2);
    return;
  end
  pp = pchip(x, z);
  count = rows(z);
  coefs = pp.coefs;
  last = coefs(end-count+1:end, :) * [3 * (x(end) - x(end-1)) ^ 2; 2 * (x(end) - x(end-1)); 1; 0];
  slopes = [reshape(coefs(:, 3), count, []), last];
end

function pp = splinefit(x, y, breaks, varargin)
  % The piecewise polynomial, smooth at its breaks, that is nearest to data.
  if nargin < 3
    print_usage();
  end
  options = struct("order", 3, "periodic", false, "robust", false, "beta", 0.5, ...
                   "constraints", []);
  for k = 1:2:numel(varargin)
    options.(lower(varargin{k})) = varargin{k+1};
  end
  if options.robust
    error("splinefit: the option 'robust' is not supported");
  end
  x = x(:);
  if isvector(y)
    y = y(:).';
  end
  if isscalar(breaks)
    breaks = linspace(min(x), max(x), breaks + 1);
  end
  breaks = breaks(:).';
  order = options.order + 1;
  pieces = numel(breaks) - 1;
  width = diff(breaks);
  dim = rows(y);
  % Each piece is a polynomial over [0, 1]; the conditions are rows over all coefficients.
  conditions = zeros(0, pieces * order);
  values = zeros(0, dim);
  for k = 1:pieces-1+options.periodic
    next = mod(k, pieces) + 1;
    for derivative = 0:order-2
      row = zeros(1, pieces * order);
      here = (k - 1) * order + (1:order);
      row(here) = polynomial__basis(1, order, derivative) / width(k) ^ derivative;
      there = (next - 1) * order + (1:order);
      row(there) = row(there) ...
                   - polynomial__basis(0, order, derivative) / width(next) ^ derivative;
      conditions(end+1, :) = row * width(k) ^ derivative;
      values(end+1, :) = 0;
    end
  end
  given = options.constraints;
  if ~isempty(given)
    factors = 1;
    if isfield(given, "cc") && ~isempty(given.cc)
      factors = given.cc;
    end
    for k = 1:numel(given.xc)
      [piece, share] = polynomial__piece(breaks, given.xc(k));
      row = zeros(1, pieces * order);
      for derivative = 0:rows(factors)-1
        factor = factors(derivative + 1, min(k, columns(factors))) / width(piece) ^ derivative;
        at = (piece - 1) * order + (1:order);
        row(at) = row(at) + factor * polynomial__basis(share, order, derivative);
      end
      conditions(end+1, :) = row;
      values(end+1, :) = given.yc(:, k).';
    end
  end
  system = zeros(numel(x), pieces * order);
  for k = 1:numel(x)
    [piece, share] = polynomial__piece(breaks, x(k));
    system(k, (piece - 1) * order + (1:order)) = polynomial__basis(share, order, 0);
  end
  start = zeros(pieces * order, dim);
  space = eye(pieces * order);
  if ~isempty(conditions)
    start = pinv(conditions) * values;
    space = null(conditions);
  end
  c = start + space * ((system * space) \ (y.' - system * start));
  coefs = permute(reshape(c, order, pieces, dim), [3, 2, 1]);
  scale = reshape(width, 1, pieces) .^ reshape(order-1:-1:0, 1, 1, order);
  pp = mkpp(breaks, reshape(coefs ./ scale, dim * pieces, order), dim);
end

function [o, numbers] = interpolation__options(args)
  % After the points come the method, what is outside, and other words in any order.
  o = struct("method", "linear", "outside", NA, "want_pieces", false, "side", "");
  numbers = {};
  for arg = args
    word = arg{1};
    if !ischar(word)
      numbers{end+1} = word;
      if numel(numbers) > 1
        o.outside = word;
      end
      continue;
    end
    switch lower(word)
      case "pp"
        o.want_pieces = true;
      case "extrap"
        o.outside = "extrap";
      case {"left", "-left"}
        o.side = "left";
      case {"right", "-right"}
        o.side = "right";
      otherwise
        o.method = lower(word);
    end
  end
  if o.method(1) == "*"
    o.method(1) = [];
  end
end

function [x, y, side] = interpolation__rising(x, y, method, side)
  % The table in order, and which one counts where an abscissa is there twice.
  if min(rows(x), rows(y)) < 2
    error("interp1: minimum of 2 points required in each dimension");
  elseif rows(y) != rows(x)
    error("interp1: X and Y must be vectors of the same length");
  end
  falls = x(1) > x(end);
  if isempty(side)
    side = {"right", "left"}{1 + falls};
  end
  if falls
    [x, y] = deal(flip(x, 1), flip(y, 1));
  end
  if !issorted(x)
    [x, order] = sort(x);
    y = y(order, :);
  end
  if any(diff(x) == 0) && !any(strcmp(method, {"linear", "nearest"}))
    if strcmp(method, "next")
      method = "previous";
    end
    error("interp1: discontinuities not supported for METHOD '%s'", method);
  end
end

function pp = interpolation__pieces(x, y, method)
  % The whole curve as polynomials.
  steps = @(breaks, levels) mkpp(breaks, levels.'(:), columns(y));
  switch method
    case "linear"
      pp = interpolation__linear(x, y);
    case "spline"
      pp = spline(x, y.');
    case {"pchip", "cubic"}
      pp = pchip(x, y.');
    case "nearest"
      pp = steps([x(1); interpolation__middles(x); x(end)], y);
    case "previous"
      pp = steps([x; 2 * x(end) - x(end-1)], y);
    case "next"
      pp = steps([flip(x, 1); 2 * x(1) - x(2)], flip(y, 1));
    otherwise
      error("interp1: invalid METHOD '%s'", method);
  end
end

function between = interpolation__middles(x)
  between = 0.5 * (x(2:end) + x(1:end-1));
end

function yi = interpolation__curve(x, y, at, method, side)
  % Values at some places.
  count = rows(x);
  switch method
    case "linear"
      if any(diff(x) == 0)
        yi = interpolation__jumps(x, y, at, side);
      else
        k = 1 + lookup(x(2:count-1), at);
        slope = (y(k + 1, :) - y(k, :)) ./ (x(k + 1) - x(k));
        yi = slope .* (at - x(k)) + y(k, :);
      end
    case "nearest"
      yi = y(1 + lookup(interpolation__middles(x), at), :);
    case "previous"
      yi = y(max(1, lookup(x, at)), :);
    case "next"
      behind = lookup(-flip(x, 1), -at);
      yi = y(min(max(count + 1 - behind, 1), count), :);
    case {"pchip", "cubic"}
      if count > 2
        yi = interpolation__piecewise(@pchip, x, y, at);
      else
        yi = interpolation__curve(x, y, at, "linear", side);
      end
    case "spline"
      yi = interpolation__piecewise(@spline, x, y, at);
    otherwise
      error("interp1: invalid METHOD '%s'", method);
  end
end

function shape = interpolation__result_size(count, shape, table)
  % The size of the places, and a page for each further column of the table.
  if count == 1 && numel(table) > 2
    shape = table(2:end);
  elseif numel(table) > 2 || table(2) != 1
    if shape(1) == 1 || shape(2) == 1
      shape = count;
    end
    shape = [shape, table(2:end)];
  end
end

function [args, method, outside] = interpolation__words(args)
  % A method at the end, or before the value for what is outside.
  method = "linear";
  outside = [];
  is_word = cellfun(@ischar, args);
  count = numel(args);
  if count > 1 && is_word(end)
    method = args{end};
    count = count - 1;
  elseif count > 2 && is_word(end-1)
    [method, outside] = args{end-1:end};
    count = count - 2;
  end
  args = args(1:count);
end

function [x, y, z, xi, yi] = interpolation__plane(args)
  % The table and the points; without either they are counted from 1.
  if numel(args) == 5
    [x, y, z, xi, yi] = args{:};
    return;
  end
  z = args{1};
  [x, y] = deal(1:columns(z), 1:rows(z));
  if numel(args) == 3
    [xi, yi] = args{2:3};
  else
    % Each interval is halved so many times.
    parts = 2 ^ [args, {1}]{2};
    finer = @(n) linspace(1, n, parts * (n - 1) + 1);
    xi = finer(columns(z));
    yi = finer(rows(z)).';
  end
end

function [x, y, z] = interpolation__table(x, y, z)
  % X a row and Y a column, both rising.
  if ndims(z) > 2 || isscalar(z)
    error("interp2: Z must be a 2-D matrix");
  end
  if !isvector(x)
    x = x(1, :);
  end
  if !isvector(y)
    y = y(:, 1);
  end
  x = reshape(x, 1, []);
  y = reshape(y, [], 1);
  if !isequal(size(z), [numel(y), numel(x)])
    error("interp2: X and Y size must match the dimensions of Z");
  end
  if !isscalar(x) && x(1) > x(2)
    x = flip(x);
    z = flip(z, 2);
  end
  if !isscalar(y) && y(1) > y(2)
    y = flip(y);
    z = flip(z, 1);
  end
end

function zi = interpolation__surface(x, y, z, u, v, method)
  % Values at the points (u, v).
  switch method
    case "linear"
      [i, a] = interpolation__share(x, u);
      [j, b] = interpolation__share(y, v);
      corner = j + rows(z) * (i - 1);
      value = @(right, up) z(corner + rows(z) * right + up)(:);
      zi = value(0, 0) .* (1 - a) .* (1 - b) + value(1, 0) .* a .* (1 - b) ...
           + value(0, 1) .* (1 - a) .* b + value(1, 1) .* a .* b;
    case "nearest"
      closest = @(line, at) interp1(line, 1:numel(line), at, "nearest", "extrap")(:);
      zi = z(closest(y, v) + rows(z) * (closest(x, u) - 1));
    case "spline"
      % Along the columns to every height, then along each line.
      [heights, ~, which] = unique(v);
      lines = reshape(spline(y, z.', heights), columns(z), []);
      zi = zeros(numel(u), 1);
      for k = 1:numel(heights)
        zi(which == k) = spline(x, lines(:, k).', u(which == k));
      end
    case {"cubic", "pchip"}
      zi = interpolation__patches(x, y, z, u, v);
    otherwise
      validatestring(method, {"nearest", "linear", "pchip", "cubic", "spline"});
  end
end

function [k, share] = interpolation__share(x, at)
  % The interval of each point, the outer ones without an end, and how far in it the point is.
  k = 1 + lookup(x(2:end-1), at)(:);
  x = x(:);
  share = (at - x(k)) ./ (x(k + 1) - x(k));
end

function [axes, v, points] = interpolation__lattice(args)
  % A place along every dimension for the table and for what is asked; counted from 1 without.
  count = numel(args);
  v = args{1};
  is_plain = count < 3 && isscalar([args, {1}]{2});
  is_counted = ndims(v) == count - 1 && !(count == 3 && isvector(v));
  if !is_plain && !is_counted
    if mod(count, 2) == 0
      error("interpn: wrong type or incorrect number of input arguments");
    end
    dims = (count - 1) / 2;
    [axes, v, points] = deal(args(1:dims), args{dims+1}, args(dims+2:end));
    return;
  end
  axes = arrayfun(@(n) 1:n, size(v), "UniformOutput", false);
  points = args(2:end);
  if is_plain
    step = 1 / 2 ^ [args, {1}]{2};
    fine = arrayfun(@(n) 1:step:n, size(v), "UniformOutput", false);
    points = cell(size(fine));
    [points{:}] = ndgrid(fine{:});
  end
end

function line = interpolation__axis(line, d)
  % The places along dimension D as a column.
  if !isvector(line)
    line = permute(line, [d, 1:d-1, d+1:ndims(line)])(:, 1);
  end
  line = line(:);
end

function vi = interpolation__closest(axes, v, points)
  % Values of the nearest points, the upper one of two.
  at = 1;
  stride = 1;
  for d = 1:numel(axes)
    between = (axes{d}(1:end-1) + axes{d}(2:end)) / 2;
    at = at + stride * lookup(between, points{d})(:);
    stride = stride * size(v, d);
  end
  vi = v(at);
end

function vi = interpolation__corners(axes, v, points)
  % Means of the corners of a cell, weighted by the shares along every dimension.
  dims = numel(axes);
  [first, share] = cellfun(@interpolation__share, axes, points, "UniformOutput", false);
  stride = [1, cumprod(size(v)(1:dims-1))];
  vi = zeros(numel(points{1}), 1);
  for corner = 0:2^dims-1
    is_up = bitget(corner, 1:dims);
    weight = 1;
    at = 1;
    for d = 1:dims
      at = at + stride(d) * (first{d} - 1 + is_up(d));
      if is_up(d)
        weight = weight .* share{d};
      else
        weight = weight .* (1 - share{d});
      end
    end
    vi = vi + weight .* v(at)(:);
  end
end

function vi = interpolation__in_turn(curve, axes, v, points)
  % One dimension after the other by a curve, for each point on its own.
  vi = zeros(numel(points{1}), 1);
  for k = 1:numel(vi)
    left = v;
    for d = 1:numel(axes)
      lines = reshape(left, numel(axes{d}), []);
      left = arrayfun(@(j) curve(axes{d}, lines(:, j), points{d}(k)), 1:columns(lines));
    end
    vi(k) = left;
  end
end

function z = interpolation__refined(lines, total)
  % Columns at more points: zeros in the middle of their spectra.
  m = rows(lines);
  spectra = fft(lines) / m;
  low = ceil(m / 2);
  front = spectra(1:low, :);
  back = spectra(low+1:m, :);
  if mod(m, 2) == 0
    % The highest frequency counts half on either side.
    back(1, :) = back(1, :) / 2;
    front(end+1, :) = back(1, :);
  end
  gap = zeros(total - rows(front) - rows(back), columns(lines));
  z = ifft([front; gap; back]) * total;
end

function slope = interpolation__central(f, at, i, step)
  % The slope of a function along its I-th variable, from values a step away on either side.
  [ahead, behind] = deal(at);
  ahead{i} = ahead{i} + step;
  behind{i} = behind{i} - step;
  slope = (feval(f, ahead{:}) - feval(f, behind{:})) ./ (2 * step);
end
