function [p, n] = factor(q)
  % Prime factors.
  if nargin < 1
    print_usage();
  end
  is_natural = isscalar(q) && !(q < 0) && fix(q) == q;
  if !is_natural
    error("factor: Q must be a real non-negative integer");
  end
  p = cast(numbers__primes_of(double(q)), class(q));
  if nargout > 1
    % They are in order: each distinct one and how often it is there.
    starts = find([true, diff(double(p)) != 0]);
    n = diff([starts, numel(p) + 1]);
    p = p(starts);
  end
end

function p = perms(v)
  % All orders of elements, a row each, the last first.
  v = reshape(v, 1, []);
  if ischar(v) || isnumeric(v)
    v = sort(v);
  end
  order = zeros(1, 0);
  for n = 1:numel(v)
    % Each element in front, the last one first, and behind it all orders of the others.
    longer = cell(n, 1);
    for first = 1:n
      longer{n + 1 - first} = [repmat(first, rows(order), 1), order + (order >= first)];
    end
    order = vertcat(longer{:});
  end
  p = v(order);
end

function c = numbers__choose(v, k)
  v = v(:).';
  n = numel(v);
  if k == 0
    c = zeros(1, 0);
  elseif k > n
    c = zeros(0, k);
  else
    count = round(prod((n-k+1:n) ./ (1:k)));
    at = zeros(count, k);
    row = 1:k;
    for i = 1:count
      at(i, :) = row;
      j = k;
      while j > 0 && row(j) == n - k + j
        j = j - 1;
      end
      if j > 0
        row(j:k) = row(j) + 1 : row(j) + 1 + k - j;
      end
    end
    c = reshape(v(at), count, k);
  end
end

function y = atan2d(y, x)
  % Angle of a point in degrees.
  y = 180 ./ pi .* atan2(y, x);
end

function y = sinc(x)
  % sin(pi x) / (pi x).
  y = ones(size(x));
  i = x != 0;
  t = pi * x(i);
  y(i) = sin(t) ./ t;
end

function y = betaln(a, b)
  % Logarithm of the beta function.
  y = gammaln(a) + gammaln(b) - gammaln(a + b);
end

function l = legendre(n, x, normalization)
  % Associated Legendre functions of a degree.
  if nargin < 3
    normalization = "unnorm";
  end
  shape = size(x);
  x = x(:).';
  root = sqrt(1 - x .^ 2);
  l = zeros(n + 1, numel(x));
  for m = 0:n
    p = ones(size(x));
    for k = 1:m
      p = -p .* (2 * k - 1) .* root;
    end
    before = zeros(size(x));
    for k = m+1:n
      next = ((2 * k - 1) * x .* p - (k + m - 1) * before) / (k - m);
      before = p;
      p = next;
    end
    if strcmpi(normalization, "norm")
      p = (-1) ^ m * p * sqrt((n + 0.5) * factorial(n - m) / factorial(n + m));
    elseif strcmpi(normalization, "sch") && m > 0
      p = (-1) ^ m * p * sqrt(2 * factorial(n - m) / factorial(n + m));
    end
    l(m + 1, :) = p;
  end
  if !isvector(zeros(shape))
    l = reshape(l, [n + 1, shape]);
  end
end

function p = list_primes(n)
  % The first primes.
  if nargin < 1
    n = 25;
  end
  if n == 0
    p = [];
    return;
  end
  bound = max(12, ceil(n * (log(n) + log(log(n + 2)) + 1)));
  p = primes(bound)(1:n);
end

function [theta, r, z] = cart2pol(x, y, z)
  % Cartesian as polar coordinates.
  if nargin < 1
    print_usage();
  elseif !(islogical(x) || isnumeric(x))
    error("cart2pol: matrix input must be 2-D numeric array");
  end
  switch nargin
    case 1
      [x, y, z] = numbers__columns("cart2pol", "", x, nargin);
    case 2
      [x, y] = numbers__common("cart2pol", "X, Y", x, y);
      z = [];
    case 3
      [x, y, z] = numbers__common("cart2pol", "X, Y, Z", x, y, z);
  end
  r = sqrt(y .^ 2 + x .^ 2);
  theta = atan2(y, x);
end

function [x, y, z] = numbers__columns(name, what, c, count)
  % The columns of a matrix of points, two or three.
  if isnumeric(c) && isvector(c) && (numel(c) == 2 || numel(c) == 3)
    c = c(:).';
  end
  if !isnumeric(c) || ndims(c) > 2 || !any(columns(c) == [2, 3])
    error(["%s: matrix input must be a 2- or 3-element vector ", ...
           "or a 2- or 3-column array"], name);
  end
  x = c(:, 1);
  y = c(:, 2);
  z = [];
  if columns(c) == 3
    z = c(:, 3);
  end
end

function [x, y, z] = numbers__three(name, what, c)
  % The columns of a matrix of points in space.
  if isnumeric(c) && isvector(c) && numel(c) == 3
    c = c(:).';
  end
  if !isnumeric(c) || ndims(c) > 2 || columns(c) != 3
    error("%s: matrix input %smust be a 3-element vector or 3-column array", name, what);
  end
  x = c(:, 1);
  y = c(:, 2);
  z = c(:, 3);
end

function varargout = numbers__common(name, what, varargin)
  if !all(cellfun(@(v) isnumeric(v) || islogical(v), varargin))
    error("%s: %s must be numeric arrays or scalars", name, what);
  end
  varargout = cell(1, numel(varargin));
  [bad, varargout{:}] = common_size(varargin{:});
  if bad
    error("%s: %s must be the same size or scalars", name, what);
  end
end

function [x, y, z] = pol2cart(theta, r, z)
  % Polar as Cartesian coordinates.
  if nargin == 1
    [theta, r, z] = numbers__columns("cart2pol", "", theta, nargin);
  elseif nargin == 2
    [theta, r] = numbers__common("pol2cart", "THETA, R", theta, r);
    z = [];
  elseif nargin == 3
    [theta, r, z] = numbers__common("pol2cart", "THETA, R, Z", theta, r, z);
  else
    print_usage();
  end
  x = cos(theta) .* r;
  y = sin(theta) .* r;
end

function [azimuth, elevation, r] = cart2sph(x, y, z)
  % Cartesian as spherical coordinates.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("cart2sph: matrix input C must be a 2-D numeric array");
  end
  if nargin == 1
    [x, y, z] = numbers__three("cart2sph", "C ", x);
  elseif nargin == 3
    [x, y, z] = numbers__common("cart2sph", "X, Y, Z", x, y, z);
  else
    print_usage();
  end
  % The shadow on the plane z = 0 first.
  shadow = x .^ 2 + y .^ 2;
  r = sqrt(shadow + z .^ 2);
  elevation = atan2(z, sqrt(shadow));
  azimuth = atan2(y, x);
end

function [x, y, z] = sph2cart(azimuth, elevation, r)
  % Spherical as Cartesian coordinates.
  if nargin > 0 && !(isnumeric(azimuth) || islogical(azimuth))
    error("sph2cart: matrix input must be a 2-D numeric array");
  end
  if nargin == 1
    [azimuth, elevation, r] = numbers__three("sph2cart", "", azimuth);
  elseif nargin == 3
    [azimuth, elevation, r] = numbers__common("sph2cart", "THETA, PHI, R", azimuth, elevation, r);
  else
    print_usage();
  end
  z = r .* sin(elevation);
  shadow = r .* cos(elevation);
  x = shadow .* cos(azimuth);
  y = shadow .* sin(azimuth);
end

function varargout = rat(x, tol)
  % Fractions near numbers.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("rat: X must be a single or double array");
  end
  y = x(:);
  shape = size(x);
  if nargin < 2
    tol = 1e-6 * norm(y(!isinf(y)), 1);
  end
  n = numel(y);
  num = zeros(n, 1);
  den = zeros(n, 1);
  texts = cell(n, 1);
  for k = 1:n
    [num(k), den(k), texts{k}] = numbers__rat(y(k), tol);
  end
  if nargout == 2
    varargout{1} = reshape(num, shape);
    varargout{2} = reshape(den, shape);
  else
    varargout{1} = char(texts);
  end
end

function [n, d, text] = numbers__rat(y, tol)
  if isnan(y)
    n = 0;
    d = 0;
    text = "NaN";
    return;
  elseif isinf(y)
    n = sign(y);
    d = 0;
    text = num2str(y);
    return;
  end
  last_n = 1;
  last_d = 0;
  step = round(y);
  n = step;
  d = 1;
  frac = y - step;
  text = sprintf("%d", step);
  depth = 0;
  steps = [];
  while abs(y - n / d) >= tol && depth < 40 && frac != 0
    flip = 1 / frac;
    step = round(flip);
    frac = flip - step;
    new_n = n * step + last_n;
    new_d = d * step + last_d;
    last_n = n;
    last_d = d;
    n = new_n;
    d = new_d;
    depth = depth + 1;
    steps(depth) = step;
  end
  for k = 1:depth
    if k < depth || steps(k) < 0
      text = [text, sprintf(" + 1/(%d", steps(k))];
    else
      text = [text, sprintf(" + 1/%d", steps(k))];
    end
  end
  text = [text, repmat(")", 1, depth - (depth > 0 && steps(end) > 0))];
  if d < 0
    n = -n;
    d = -d;
  end
end

function r = numbers__linspace(first, last, count)
  % Values at equal distance, a row for each pair of ends.
  if nargin < 3
    count = 100;
  end
  count = max(1, floor(count));
  first = first(:);
  last = last(:);
  r = first + (last - first) / max(count - 1, 1) .* (0:count - 1);
  r(:, count) = last;
end

function r = realsqrt(x)
  % Square roots of numbers that are not negative.
  r = sqrt(numbers__not_negative("realsqrt", x));
end

function r = reallog(x)
  % Logarithms of numbers that are not negative.
  r = log(numbers__not_negative("reallog", x));
end

function r = realpow(x, y)
  % Powers that are real.
  r = x .^ y;
  if ~isreal(r)
    error('realpow: produced complex result');
  end
end

function x = hex2num(s, kind)
  % Numbers of a class, double if none is given, of the digits of their bits.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    kind = "double";
  end
  if !(ischar(s) || iscellstr(s))
    error("hex2num: S must be a string or cellstring");
  end
  shape = [rows(s), 1];
  if iscellstr(s)
    shape = size(s);
    s = char(s);
  end
  switch kind
    case {"char", "logical"}
      unit = uint8(0);
    otherwise
      unit = cast(0, kind);
  end
  width = 2 * sizeof(unit);
  x = zeros(shape, class(unit));
  for k = 1:rows(s)
    digits = strrep(strtrim(s(k, :)), " ", "0");
    digits = [digits repmat("0", 1, width - numel(digits))];
    bytes = uint8(hex2dec(reshape(digits, 2, width / 2)'));
    x(k) = typecast(flipud(bytes(:))', class(unit));
  end
  if strcmp(kind, "char")
    x = char(x);
  elseif strcmp(kind, "logical")
    x = logical(x);
  end
end

function y = cospi(x)
  % cos(pi x), exact at halves.
  y = cos(pi * mod(x, 2));
  y(mod(x, 1) == 0.5) = 0;
end

function y = sinpi(x)
  % sin(pi x), exact at whole numbers.
  y = sin(pi * rem(x, 2));
  y(x == fix(x)) = 0;
end

function a = polyarea(x, y, dim)
  % Area of a polygon.
  if nargin < 3
    dim = find(size(x) != 1, 1);
  end
  % Twice the signed areas of the triangles of each side with the origin.
  parts = x .* circshift(y, -1, dim) - circshift(x, -1, dim) .* y;
  a = abs(sum(parts, dim)) / 2;
end

function [in, on] = inpolygon(x, y, xv, yv)
  % True for points inside of a polygon or on it.
  [in, on] = deal(false(size(x)));
  % From inside a ray to the right crosses the border an odd number of times.
  to = [xv(:), yv(:)];
  from = circshift(to, 1);
  for k = 1:rows(to)
    [a, b] = deal(from(k, :), to(k, :));
    % Positive to the left of the side.
    left = (b(1) - a(1)) * (y - a(2)) - (x - a(1)) * (b(2) - a(2));
    rises = a(2) <= y & y < b(2);
    falls = b(2) <= y & y < a(2);
    in = xor(in, (rises & left > 0) | (falls & left < 0));
    in_box = min(a(1), b(1)) <= x & x <= max(a(1), b(1)) ...
             & min(a(2), b(2)) <= y & y <= max(a(2), b(2));
    on = on | (in_box & left == 0);
  end
  in = in | on;
end

function area = rectint(a, b)
  % Areas that rectangles share, or volumes that boxes of more dimensions do: a row for each of A.
  if nargin != 2
    print_usage();
  elseif columns(a) != columns(b)
    error("rectint: A and B must have same number of columns");
  elseif mod(columns(a), 2) == 1
    error("rectint: number of columns of A and B must be a multiple of two");
  end
  dims = columns(a) / 2;
  area = ones(rows(a), rows(b));
  for d = 1:dims
    low = max(a(:, d), b(:, d).');
    high = min(a(:, d) + a(:, d + dims), (b(:, d) + b(:, d + dims)).');
    area = area .* max(high - low, 0);
  end
end

function t = rotx(angle)
  % Rotation about the x axis, in degrees.
  if nargin < 1
    print_usage();
  end
  a = angle * pi / 180;
  t = [1, 0, 0; 0, cos(a), -sin(a); 0, sin(a), cos(a)];
end

function t = roty(angle)
  % Rotation about the y axis, in degrees.
  if nargin < 1
    print_usage();
  end
  a = angle * pi / 180;
  t = [cos(a), 0, sin(a); 0, 1, 0; -sin(a), 0, cos(a)];
end

function t = rotz(angle)
  % Rotation about the z axis, in degrees.
  if nargin < 1
    print_usage();
  end
  a = angle * pi / 180;
  t = [cos(a), -sin(a), 0; sin(a), cos(a), 0; 0, 0, 1];
end

function [x, y] = humps(x)
  % A function with two peaks and a zero, for tests of searches.
  if nargin < 1
    x = 0:0.05:1;
  end
  y = 1 ./ ((x - 0.3) .^ 2 + 0.01) + 1 ./ ((x - 0.9) .^ 2 + 0.04) - 6;
  if nargout < 2
    x = y;
  end
end

function p = numbers__primes_of(left)
  % By division with 2 and the odd numbers, until what is left has no divisor.
  p = zeros(1, 0);
  divisor = 2;
  while divisor ^ 2 <= left
    if mod(left, divisor) == 0
      p(end+1) = divisor;
      left = left / divisor;
    else
      divisor = max(3, divisor + 2 * (divisor > 2));
    end
  end
  if left > 1 || isempty(p)
    p(end+1) = left;
  end
end

function x = numbers__not_negative(name, x)
  % Refuse what has no real root and no real logarithm.
  has_real = isreal(x) && !any(x(:) < 0);
  if !has_real
    error("%s: produced complex result", name);
  end
end
