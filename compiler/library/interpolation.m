function yi = interp1(x, y, varargin)
  % Interpolation in a table: linear, nearest, previous, next, cubic, pchip or spline.
  if nargin < 2
    print_usage();
  end
  method = "linear";
  extrap = NA;
  xi = [];
  have_xi = false;
  have_extrap = false;
  ispp = false;
  numeric = {};
  for i = 1:numel(varargin)
    arg = varargin{i};
    if ischar(arg)
      arg = lower(arg);
      switch arg
        case "extrap"
          extrap = "extrap";
          have_extrap = true;
        case "pp"
          ispp = true;
        case {"right", "-right", "left", "-left"}
        otherwise
          method = arg;
      end
    elseif !have_xi
      xi = arg;
      have_xi = true;
    else
      extrap = arg;
      have_extrap = true;
    end
  end
  if !have_xi && !ispp
    xi = y;
    y = x;
    if isvector(y)
      x = 1:numel(y);
    else
      x = 1:rows(y);
    end
  end
  if method(1) == "*"
    method(1) = [];
  end
  x = x(:);
  nx = rows(x);
  if isvector(y)
    y = y(:);
  end
  szy = size(y);
  y = y(:, :);
  ny = rows(y);
  nc = columns(y);
  szx = size(xi);
  xi = xi(:);
  if nx < 2 || ny < 2
    error("interp1: minimum of 2 points required in each dimension");
  end
  if nx != ny
    error("interp1: X and Y must be vectors of the same length");
  end
  if !issorted(x)
    [x, order] = sort(x);
    y = y(order, :);
  end
  if any(strcmp(method, {"previous", "next"})) == 0 && any(diff(x) == 0) && ...
      any(strcmp(method, {"cubic", "pchip", "spline"}))
    error("interp1: discontinuities not supported for METHOD '%s'", method);
  end
  if ispp
    switch method
      case "linear"
        yi = interpolation__linear(x, y);
      case {"pchip", "cubic"}
        yi = pchip(x, y.');
      case "spline"
        yi = spline(x, y.');
      case "nearest"
        yi = mkpp([x(1); (x(1:nx-1) + x(2:nx)) / 2; x(nx)], y.'(:), nc);
      case "previous"
        yi = mkpp([x; 2 * x(nx) - x(nx-1)], y.'(:), nc);
      otherwise
        error("interp1: piecewise polynomials of METHOD '%s' are not supported", method);
    end
    return;
  end
  lo = x(1);
  hi = x(end);
  n = numel(xi);
  switch method
    case "linear"
      if any(diff(x) == 0)
        yi = reshape(ppval(interpolation__linear(x, y), xi), nc, n).';
      else
        at = lookup(x(2:end-1), xi) + 1;
        slope = (y(at + 1, :) - y(at, :)) ./ (x(at + 1) - x(at));
        yi = slope .* (xi - x(at)) + y(at, :);
      end
    case "nearest"
      at = lookup(0.5 * (x(1:nx-1) + x(2:nx)), xi) + 1;
      yi = y(at, :);
    case "previous"
      at = max(lookup(x, xi), 1);
      yi = y(at, :);
    case "next"
      at = nx - lookup(-flipud(x), -xi) + 1;
      yi = y(min(max(at, 1), nx), :);
    case {"pchip", "cubic"}
      if nx == 2
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
  outside = xi < lo | xi > hi | isnan(xi);
  if !ischar(extrap)
    yi(outside, :) = extrap;
  end
  if isvector(y) && nc == 1
    if isvector(xi) && numel(szy) == 2
      yi = reshape(yi, szx);
    else
      yi = reshape(yi, szx);
    end
  elseif szx(1) == 1 || szx(2) == 1
    yi = reshape(yi, [n, szy(2:end)]);
  else
    yi = reshape(yi, [szx, szy(2:end)]);
  end
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
  if !isvector(x)
    x = x(1, :);
  end
  if !isvector(y)
    y = y(:, 1);
  end
  x = x(:).';
  y = y(:);
  if columns(z) != numel(x) || rows(z) != numel(y)
    error("interp2: X and Y must match the dimensions of Z");
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
    case {"spline", "cubic", "pchip"}
      if strcmp(method, "spline")
        method1 = @spline;
      else
        method1 = @pchip;
      end
      zi = zeros(numel(u), 1);
      for k = 1:numel(u)
        line = zeros(rows(z), 1);
        for r = 1:rows(z)
          line(r) = method1(x, z(r, :), u(k));
        end
        zi(k) = method1(y, line, v(k));
      end
    otherwise
      error("interp2: unrecognized interpolation METHOD '%s'", method);
  end
  if !ischar(extrap)
    outside = u < min(x) | u > max(x) | v < min(y) | v > max(y);
    zi(outside) = extrap;
  end
  zi = reshape(zi, shape);
end

function z = interpft(x, n, dim)
  % Interpolation by the Fourier transform.
  if nargin < 3
    dim = find(size(x) > 1, 1);
    if isempty(dim)
      dim = 1;
    end
  end
  if dim == 2
    z = interpft(x.', n, 1).';
    return;
  end
  m = rows(x);
  inc = ceil(1.0001 * m / n);
  inc = max(inc, 1);
  y = fft(x) / m;
  k = ceil(m / 2);
  if n * inc > m
    gap = zeros(n * inc - m, columns(x));
    z = ifft([y(1:k, :); gap; y(k+1:m, :)]) * (n * inc);
  else
    z = x;
  end
  z = z(1:inc:n * inc, :);
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
