function yi = interp1(x, y, varargin)
  % Interpolation in a table: linear, nearest, previous, next, cubic, pchip or spline.
  if nargin < 2
    print_usage();
  end
  % After the points come the method, what is outside, and other words in any order.
  method = "linear";
  outside = NA;
  want_pieces = false;
  side = "";
  numbers = {};
  for arg = varargin
    word = arg{1};
    if !ischar(word)
      numbers{end+1} = word;
      if numel(numbers) > 1
        outside = word;
      end
    elseif strcmpi(word, "extrap")
      outside = "extrap";
    elseif strcmpi(word, "pp")
      want_pieces = true;
    elseif any(strcmpi(word, {"left", "-left", "right", "-right"}))
      side = strrep(lower(word), "-", "");
    else
      method = lower(word);
    end
  end
  if method(1) == "*"
    method(1) = [];
  end
  xi = [];
  counted = false;
  if !isempty(numbers)
    xi = numbers{1};
  elseif !want_pieces
    xi = y;
    y = x;
    counted = true;
  end
  if isvector(y)
    y = y(:);
  end
  if counted
    x = (1:rows(y)).';
  end
  x = x(:);
  shape = size(xi);
  shape_y = size(y);
  y = y(:, :);
  xi = xi(:);
  n = numel(xi);
  count = rows(x);
  [ny, nc] = size(y);
  if min(count, ny) < 2
    error("interp1: minimum of 2 points required in each dimension");
  elseif count != ny
    error("interp1: X and Y must be vectors of the same length");
  end
  if isempty(side)
    side = ifelse(x(end) < x(1), "left", "right");
  end
  if x(end) < x(1)
    x = flipud(x);
    y = flipud(y);
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
  between = 0.5 * (x(1:end-1) + x(2:end));
  if want_pieces
    switch method
      case "linear"
        yi = interpolation__linear(x, y);
      case {"pchip", "cubic"}
        yi = pchip(x, y.');
      case "spline"
        yi = spline(x, y.');
      case "nearest"
        yi = mkpp([x(1); between; x(end)], y.'(:), nc);
      case "previous"
        yi = mkpp([x; 2 * x(end) - x(end-1)], y.'(:), nc);
      case "next"
        x = flipud(x);
        yi = mkpp([x; 2 * x(end) - x(end-1)], flipud(y).'(:), nc);
      otherwise
        error("interp1: invalid METHOD '%s'", method);
    end
    yi.orient = "first";
    return;
  end
  switch method
    case "linear"
      if any(diff(x) == 0)
        yi = interpolation__jumps(x, y, xi, side);
      else
        at = lookup(x(2:end-1), xi) + 1;
        slope = (y(at + 1, :) - y(at, :)) ./ (x(at + 1) - x(at));
        yi = slope .* (xi - x(at)) + y(at, :);
      end
    case "nearest"
      yi = y(lookup(between, xi) + 1, :);
    case "previous"
      yi = y(max(lookup(x, xi), 1), :);
    case "next"
      at = count - lookup(-flipud(x), -xi) + 1;
      yi = y(min(max(at, 1), count), :);
    case {"pchip", "cubic"}
      if count == 2
        yi = interp1(x, y, xi, "linear", "extrap");
      else
        yi = interpolation__piecewise(@pchip, x, y, xi);
      end
    case "spline"
      yi = interpolation__piecewise(@spline, x, y, xi);
    otherwise
      error("interp1: invalid METHOD '%s'", method);
  end
  yi = reshape(yi, n, nc);
  if !ischar(outside)
    yi(!(xi >= x(1) & xi <= x(end)), :) = outside;
  end
  if n == 1 && numel(shape_y) > 2
    shape = shape_y(2:end);
  elseif nc != 1
    if any(shape(1:2) == 1)
      shape = n;
    end
    shape = [shape, shape_y(2:end)];
  end
  yi = reshape(yi, shape);
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
  method = "linear";
  extrap = [];
  args = varargin;
  if numel(args) > 1 && ischar(args{end})
    method = args{end};
    args(end) = [];
  elseif numel(args) > 2 && ischar(args{end-1})
    extrap = args{end};
    method = args{end-1};
    args(end-1:end) = [];
  end
  switch numel(args)
    case 1
      z = args{1};
      n = 1;
      x = 1:columns(z);
      y = 1:rows(z);
      xi = linspace(1, columns(z), 2 ^ n * (columns(z) - 1) + 1);
      yi = linspace(1, rows(z), 2 ^ n * (rows(z) - 1) + 1)';
    case 2
      z = args{1};
      n = args{2};
      x = 1:columns(z);
      y = 1:rows(z);
      xi = linspace(1, columns(z), 2 ^ n * (columns(z) - 1) + 1);
      yi = linspace(1, rows(z), 2 ^ n * (rows(z) - 1) + 1)';
    case 3
      z = args{1};
      xi = args{2};
      yi = args{3};
      x = 1:columns(z);
      y = 1:rows(z);
    case 5
      x = args{1};
      y = args{2};
      z = args{3};
      xi = args{4};
      yi = args{5};
    otherwise
      print_usage();
  end
  if isscalar(z) || ndims(z) > 2
    error("interp2: Z must be a 2-D matrix");
  end
  if !isvector(x)
    x = x(1, :);
  end
  if !isvector(y)
    y = y(:, 1);
  end
  x = x(:).';
  y = y(:);
  if columns(z) != numel(x) || rows(z) != numel(y)
    error("interp2: X and Y size must match the dimensions of Z");
  end
  if numel(x) > 1 && x(2) < x(1)
    x = fliplr(x);
    z = fliplr(z);
  end
  if numel(y) > 1 && y(2) < y(1)
    y = flipud(y);
    z = flipud(z);
  end
  grid = isvector(xi) && isvector(yi) && !size_equal(xi, yi);
  if grid || (rows(xi) == 1 && columns(yi) == 1 && numel(xi) > 1)
    [xi, yi] = meshgrid(xi, yi);
  end
  if isempty(extrap)
    if strcmp(method, "spline")
      extrap = "extrap";
    else
      extrap = NA;
    end
  end
  shape = size(xi);
  u = xi(:);
  v = yi(:);
  switch method
    case "linear"
      i = lookup(x(2:end-1), u) + 1;
      j = lookup(y(2:end-1), v) + 1;
      i = i(:);
      j = j(:);
      a = (u - x(i)(:)) ./ (x(i + 1)(:) - x(i)(:));
      b = (v - y(j)) ./ (y(j + 1) - y(j));
      n = rows(z);
      at = j + n * (i - 1);
      z = z(:);
      zi = z(at) .* (1 - a) .* (1 - b) + z(at + n) .* a .* (1 - b) + ...
           z(at + 1) .* (1 - a) .* b + z(at + n + 1) .* a .* b;
    case "nearest"
      i = interp1(x, 1:numel(x), u, "nearest", "extrap");
      j = interp1(y, (1:numel(y))', v, "nearest", "extrap");
      zi = z(j(:) + rows(z) * (i(:) - 1));
    case "spline"
      % Along the columns to every height, then along each line.
      [heights, ~, which] = unique(v);
      lines = reshape(spline(y, z.', heights), columns(z), []);
      zi = zeros(numel(u), 1);
      for k = 1:numel(heights)
        at = find(which == k);
        zi(at) = spline(x, lines(:, k).', u(at));
      end
    case {"cubic", "pchip"}
      zi = interpolation__patches(x, y, z, u, v);
    otherwise
      validatestring(method, {"nearest", "linear", "pchip", "cubic", "spline"});
  end
  if !ischar(extrap)
    outside = u < min(x) | u > max(x) | v < min(y) | v > max(y);
    zi(outside) = extrap;
  end
  zi = reshape(zi, shape);
end

function z = interpft(x, n, dim)
  % Interpolation by the Fourier transform.
  if nargin < 2
    print_usage();
  elseif !(isscalar(n) && n == fix(n))
    error("interpft: N must be a scalar integer");
  end
  if nargin < 3
    dim = find(size(x) > 1, 1);
    if isempty(dim)
      dim = 2;
    end
  elseif !(isscalar(dim) && dim == fix(dim) && dim >= 1 && dim <= ndims(x))
    error("interpft: invalid dimension DIM");
  end
  if isempty(x)
    shape = size(x);
    if nargin < 3
      dim = 1;
    end
    shape(dim) = n;
    z = zeros(shape);
    return;
  end
  order = 1:ndims(x);
  order([1, dim]) = order([dim, 1]);
  x = permute(x, order);
  shape = size(x);
  m = rows(x);
  inc = max(ceil(1.0001 * m / n), 1);
  y = fft(x(:, :)) / m;
  k = ceil(m / 2);
  more = n * inc - m;
  if more > 0 && mod(m, 2) == 0
    % The highest frequency counts half on either side.
    half = y(k+1, :) / 2;
    gap = zeros(more - 1, columns(y));
    z = ifft([y(1:k, :); half; gap; half; y(k+2:m, :)]) * (n * inc);
  elseif more > 0
    gap = zeros(more, columns(y));
    z = ifft([y(1:k, :); gap; y(k+1:m, :)]) * (n * inc);
  else
    z = x(:, :);
  end
  if isreal(x)
    z = real(z);
  end
  shape(1) = n;
  z = permute(reshape(z(1:inc:n * inc, :), shape), order);
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
    d = 0.25;
    if nargin > 2
      d = varargin{2};
    end
    if isvector(p0) && nargs == 1
      varargout{1} = (feval(m, p0 + d / 2) - feval(m, p0 - d / 2)) ./ d;
    else
      for i = 1:nargs
        forward = num2cell(p0, 1);
        back = forward;
        forward{i} = forward{i} + d / 2;
        back{i} = back{i} - d / 2;
        varargout{i} = (feval(m, forward{:}) - feval(m, back{:})) ./ d;
      end
    end
  else
    error("gradient: first input must be an array or a function");
  end
end

function g = interpolation__slopes(y, h)
  % In the class of y.
  n = rows(y);
  if isscalar(h)
    x = h * (0:n-1)';
  else
    x = h(:);
  end
  g = zeros(size(y));
  if isa(y, "single")
    g = single(g);
  end
  if n < 2
    return;
  end
  g(1, :) = (y(2, :) - y(1, :)) / (x(2) - x(1));
  g(n, :) = (y(n, :) - y(n-1, :)) / (x(n) - x(n-1));
  if n > 2
    g(2:n-1, :) = (y(3:n, :) - y(1:n-2, :)) ./ (x(3:n) - x(1:n-2));
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
  args = varargin;
  method = "linear";
  extrap = [];
  if numel(args) > 1 && ischar(args{end})
    method = args{end};
    args(end) = [];
  elseif numel(args) > 2 && ischar(args{end-1})
    method = args{end-1};
    extrap = args{end};
    args(end-1:end) = [];
  end
  if isempty(args)
    print_usage();
  end
  if isempty(extrap)
    extrap = NA;
  end
  if numel(args) <= 2 && (numel(args) == 1 || isscalar(args{2}))
    v = args{1};
    m = 1;
    if numel(args) == 2
      m = args{2};
    end
    nd = ndims(v);
    x = cell(1, nd);
    y = cell(1, nd);
    for d = 1:nd
      x{d} = 1:size(v, d);
      y{d} = 1:(1 / 2 ^ m):size(v, d);
    end
    [y{:}] = ndgrid(y{:});
  elseif ndims(args{1}) == numel(args) - 1 && !(isvector(args{1}) && numel(args) == 3)
    v = args{1};
    nd = ndims(v);
    y = args(2:end);
    x = cell(1, nd);
    for d = 1:nd
      x{d} = 1:size(v, d);
    end
  elseif mod(numel(args), 2) == 1
    nd = (numel(args) - 1) / 2;
    x = args(1:nd);
    v = args{nd+1};
    y = args(nd+2:end);
  else
    error("interpn: wrong type or incorrect number of input arguments");
  end
  shape = size(v);
  for d = 1:nd
    if !isvector(x{d})
      place = num2cell(ones(1, nd));
      place{d} = ":";
      x{d} = x{d}(place{:});
    end
    x{d} = x{d}(:);
    if numel(x{d}) != shape(d)
      error("interpn: dimensional mismatch");
    end
  end
  if all(cellfun(@isvector, y)) && !size_equal(y{:})
    [y{:}] = ndgrid(y{:});
  end
  out = size(y{1});
  outside = false(numel(y{1}), 1);
  for d = 1:nd
    y{d} = y{d}(:);
    outside = outside | !(y{d} >= x{d}(1) & y{d} <= x{d}(end));
  end
  strides = [1, cumprod(shape(1:end-1))];
  switch lower(method)
    case "nearest"
      at = ones(numel(outside), 1);
      for d = 1:nd
        near = lookup((x{d}(1:end-1) + x{d}(2:end)) / 2, y{d}) + 1;
        at = at + (near(:) - 1) * strides(d);
      end
      vi = v(at);
    case "linear"
      low = cell(1, nd);
      part = cell(1, nd);
      for d = 1:nd
        k = lookup(x{d}(2:end-1), y{d})(:) + 1;
        low{d} = (k - 1) * strides(d);
        part{d} = (y{d} - x{d}(k)) ./ (x{d}(k + 1) - x{d}(k));
      end
      vi = zeros(numel(outside), 1);
      for corner = 0:2^nd - 1
        weight = ones(numel(outside), 1);
        at = weight;
        for d = 1:nd
          up = bitand(floor(corner / 2 ^ (d - 1)), 1);
          at = at + low{d} + up * strides(d);
          if up
            weight = weight .* part{d};
          else
            weight = weight .* (1 - part{d});
          end
        end
        vi = vi + weight .* v(at)(:);
      end
    case {"spline", "pchip", "cubic"}
      one = @spline;
      if !strcmpi(method, "spline")
        one = @pchip;
      end
      vi = zeros(numel(outside), 1);
      for k = 1:numel(vi)
        rest = v;
        for d = 1:nd
          flat = reshape(rest, shape(d), []);
          line = zeros(1, columns(flat));
          for j = 1:columns(flat)
            line(j) = one(x{d}, flat(:, j), y{d}(k));
          end
          rest = line;
        end
        vi(k) = rest;
      end
      if strcmpi(method, "spline")
        outside(:) = false;
      end
    otherwise
      error("interpn: unrecognized interpolation METHOD");
  end
  vi = vi(:);
  vi(outside) = extrap;
  vi = reshape(vi, out);
end

function vi = interp3(varargin)
  % Interpolation in a table of three variables.
  args = varargin;
  rest = {};
  at = find(cellfun(@ischar, args), 1);
  if !isempty(at)
    rest = args(at:end);
    args = args(1:at-1);
  end
  switch numel(args)
    case 4
      v = args{1};
      x = 1:columns(v);
      y = 1:rows(v);
      z = 1:size(v, 3);
      [xi, yi, zi] = args{2:4};
    case 7
      [x, y, z, v, xi, yi, zi] = args{:};
      if !isvector(x)
        x = x(1, :, 1);
        y = y(:, 1, 1);
        z = z(1, 1, :);
      end
    otherwise
      print_usage();
  end
  if isvector(xi) && isvector(yi) && isvector(zi) && !size_equal(xi, yi, zi)
    [xi, yi, zi] = meshgrid(xi, yi, zi);
  end
  vi = interpn(y(:), x(:), z(:), v, yi, xi, zi, rest{:});
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
