function [p, s, mu] = polyfit(x, y, n)
  % Coefficients of the polynomial of degree n that fits points best.
  if nargin != 3
    print_usage();
  end
  if numel(y) != numel(x)
    error("polyfit: X and Y must have the same number of points");
  end
  if islogical(n)
    % A mark for each power, the highest first.
    count = numel(n);
    powers = count - find(n(:).');
  elseif isscalar(n) && n == fix(abs(n)) && n < Inf
    count = n + 1;
    powers = n:-1:0;
  else
    error("polyfit: N must be a non-negative integer");
  end
  is_single = isa(y, "single") || isa(x, "single");
  if nargout == 3
    middle = mean(x);
    spread = std(x);
    mu = [middle, spread];
    x = (x - mu(1)) ./ mu(2);
  end
  % Least squares by orthogonal columns; with too few points the highest powers have no part.
  few = numel(powers) - numel(y);
  if few >= 0 && numel(y) > 0 && powers(1) >= numel(y)
    warning("polyfit: degree of polynomial N is >= number of data points; solution is not unique");
  end
  powers(1:few) = [];
  design = x(:) .^ powers;
  [base, r] = qr(design, 0);
  found = r \ (base' * y(:));
  p = zeros(1, count);
  p(count - powers) = found;
  if is_single
    p = single(p);
  end
  if nargout > 1
    fitted = design * found;
    at = count - powers;
    [r, order] = polynomial__pivoted(design);
    back = zeros(numel(powers));
    back(order, :) = inv(r);
    s = struct("yf", reshape(fitted, size(y)), "X", zeros(numel(y), count), ...
               "R", zeros(rows(r), count), "C", zeros(numel(powers), count), ...
               "df", max(0, numel(y) - numel(powers) - max(few, 0)), ...
               "normr", norm(fitted - y(:)));
    s.X(:, at) = design;
    s.R(:, at) = r;
    s.C(:, at) = back * back';
    if is_single
      s.R = single(s.R);
      s.C = single(s.C);
    end
  end
end

function r = roots(p)
  % Roots of a polynomial: eigenvalues of its companion matrix, and a zero for each zero at the end.
  if nargin < 1 || (!isvector(p) && !isempty(p))
    print_usage();
  end
  if any(!isfinite(p))
    error("roots: inputs must not contain Inf or NaN");
  end
  p = p(:).';
  % What is nothing beside the largest coefficient counts as zero.
  used = find(p / max([abs(p), realmin]));
  if isempty(used)
    r = [];
    return;
  end
  degree = used(end) - used(1);
  r = zeros(numel(p) - used(end), 1);
  if degree > 0
    first = -p(used(1)+1:used(end)) / p(used(1));
    r = [eig([first; eye(degree - 1, degree)]); r];
  end
end

function y = poly(x)
  % The polynomial with given roots, or of a matrix.
  if nargin < 1
    print_usage();
  end
  if isvector(x) || isempty(x)
    zeros_of = x(:).';
  elseif rows(x) == columns(x)
    zeros_of = eig(x).';
  else
    print_usage();
  end
  y = 1;
  for z = zeros_of
    y = [y, 0] - z * [0, y];
  end
  up = zeros_of(imag(zeros_of) > 0);
  down = conj(zeros_of(imag(zeros_of) < 0));
  if isreal(x) || isequal(sort(up), sort(down))
    y = real(y);
  end
end

function [q, d] = polyder(p, a)
  % Derivative of a polynomial, of a product, or of a quotient.
  if nargin < 1
    print_usage();
  end
  given = {p};
  if nargin > 1
    given{2} = a;
  end
  if !all(cellfun(@isvector, given))
    error("polyder: argument must be a vector");
  end
  given = cellfun(@(v) reshape(v, 1, []), given, "UniformOutput", false);
  if numel(given) == 1
    q = polynomial__derived(given{1});
  elseif nargout == 1
    q = polynomial__derived(conv(given{:}));
  else
    [q, d] = polynomial__quotient_derived(given{:});
  end
end

function q = polyint(p, k)
  % Integral of a polynomial.
  if nargin < 2
    k = 0;
  end
  if !isvector(p)
    error("polyint: argument must be a vector");
  end
  q = [];
  if !isempty(p)
    powers = numel(p):-1:1;
    q = [p(:).' ./ powers, k];
  end
end

function p = polyreduce(pc)
  % A polynomial without leading zeros.
  if nargin < 1
    print_usage();
  end
  p = pc;
  if !isempty(pc)
    p = pc(find(pc != 0, 1):end);
    if isempty(p)
      p = 0;
    end
  end
end

function y = polyvalm(c, x)
  % The value of a polynomial of a square matrix.
  if columns(x) != rows(x)
    error("polyvalm: argument must be a square matrix");
  end
  one = eye(size(x));
  y = zeros(size(x));
  if !isempty(c)
    y = c(1) * one;
  end
  for factor = reshape(c(2:end), 1, [])
    y = factor * one + y * x;
  end
end

function g = polyaffine(f, mu)
  % A polynomial of (x - mu(1)) / mu(2).
  if nargin != 2
    print_usage();
  end
  % Horner's scheme, with a polynomial in place of the number.
  inner = [1, -mu(1)] / mu(2);
  g = f(1);
  for k = 2:numel(f)
    g = conv(g, inner);
    g(end) += f(k);
  end
end

function y = conv(a, b, shape)
  % Convolution of two vectors: the product of two polynomials.
  if nargin < 2
    print_usage();
  end
  if !(isvector(a) && isvector(b))
    error("conv: both arguments A and B must be vectors");
  end
  if nargin < 3
    shape = "full";
  end
  if numel(a) > numel(b)
    [short, long] = deal(b, a);
  else
    [short, long] = deal(a, b);
  end
  % The short one is a filter for the long one, with room for its tail.
  if !isscalar(short)
    long(end + numel(short) - 1) = 0;
  end
  y = filter(short, 1, long);
  switch shape
    case "full"
    case "same"
      y = y(ceil((numel(b) - 1) / 2) + (1:numel(a)));
    case "valid"
      y = y(numel(b):numel(a));
    otherwise
      error('conv: SHAPE argument must be "full", "same", or "valid"');
  end
end

function [quotient, rest] = deconv(y, a)
  % The quotient and remainder of two polynomials.
  if nargin < 2
    print_usage();
  elseif !isvector(y) || !isvector(a)
    error("deconv: Y and A must be vectors");
  end
  count = numel(y) - numel(a) + 1;
  quotient = 0;
  rest = y;
  if count > 0
    % The quotient is what the filter y / a makes of a single pulse.
    pulse = [1, zeros(1, count - 1)];
    if iscolumn(y) && !isscalar(y)
      pulse = pulse.';
    end
    [quotient, state] = filter(y, a, pulse);
    % What the filter still holds is what is left over.
    rest(:) = 0;
    rest(count+1:end) = a(1) * state(1:numel(a)-1);
  end
end

function pp = mkpp(breaks, coefs, d)
  % A piecewise polynomial of breaks and coefficients.
  if nargin < 2
    print_usage();
  end
  pieces = numel(breaks) - 1;
  if pieces < 1
    error("mkpp: BREAKS must have at least one interval");
  end
  if nargin < 3
    d = max(1, round(rows(coefs) / pieces));
  end
  lines = pieces * prod(d);
  order = round(numel(coefs) / lines);
  coefs = reshape(coefs, lines, order);
  pp.form = "pp";
  pp.breaks = reshape(breaks, 1, []);
  pp.coefs = coefs;
  pp.pieces = pieces;
  pp.order = order;
  pp.dim = d;
end

function [breaks, coefs, pieces, order, d] = unmkpp(pp)
  % The parts of a piecewise polynomial.
  if !polynomial__is_pp(pp)
    error("unmkpp: PP must be a piecewise polynomial structure");
  end
  names = {"breaks", "coefs", "pieces", "order", "dim"};
  parts = cellfun(@(name) pp.(name), names, "UniformOutput", false);
  [breaks, coefs, pieces, order, d] = parts{:};
end

function y = ppval(pp, x)
  % The values of a piecewise polynomial.
  if nargin != 2
    print_usage();
  end
  if !polynomial__is_pp(pp)
    error("ppval: first argument must be a pp-form structure");
  end
  breaks = pp.breaks(:).';
  k = pp.order;
  n = pp.pieces;
  d = prod(pp.dim);
  shape = size(x);
  points = x(:).';
  at = lookup(breaks(2:end-1), points) + 1;
  dx = points - breaks(at);
  coefs = reshape(pp.coefs, d, n, k);
  y = zeros(d, numel(points));
  for i = 1:k
    y = y .* dx + reshape(coefs(:, at, i), d, numel(points));
  end
  if d == 1
    y = reshape(y, shape);
  elseif isvector(x)
    y = reshape(y, [pp.dim, numel(x)]);
  else
    y = reshape(y, [pp.dim, shape]);
  end
  y(isnan(x)) = NaN;
end

function result = spline(x, y, xi)
  % Cubic spline through points, or its pieces.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("spline: requires at least 2 points");
  end
  if nargin < 2
    print_usage();
  end
  x = x(:);
  n = numel(x);
  if n < 2
    error("spline: requires at least 2 points");
  end
  if isvector(y)
    shape = 1;
    values = y(:);
  else
    shape = size(y)(1:end-1);
    values = reshape(y, prod(shape), []).';
  end
  slopes = zeros(n, columns(values));
  has_ends = rows(values) == n + 2;
  if has_ends
    slopes([1, n], :) = values([1, end], :);
    values = values(2:end-1, :);
  elseif rows(values) != n
    error("spline: the number of points must be that of the values or two less");
  end
  is_known = !any(isnan(values), 2);
  if !all(is_known)
    % Through the points that are known.
    x = x(is_known);
    values = values(is_known, :);
    slopes = slopes(is_known, :);
    n = numel(x);
    if n < 2
      error("spline: requires at least 2 points");
    end
  end
  if !issorted(x)
    [x, order] = sort(x);
    values = values(order, :);
  end
  step = diff(x);
  rise = diff(values) ./ step;
  if n > 2 && (has_ends || n > 3)
    slopes = polynomial__smooth(step, rise, slopes, has_ends);
  elseif !has_ends && n == 3
    % One parabola.
    bend = (rise(2, :) - rise(1, :)) / (step(1) + step(2));
    slopes = [rise(1, :) - step(1) * bend; rise(1, :) + step(1) * bend; ...
              rise(2, :) + step(2) * bend];
  elseif !has_ends
    slopes = [rise; rise];
  end
  head = slopes(1:end-1, :);
  tail = slopes(2:end, :);
  cubic = (head + tail - 2 * rise) ./ step .^ 2;
  square = (3 * rise - 2 * head - tail) ./ step;
  parts = cellfun(@(part) part.'(:), {cubic, square, head, values(1:end-1, :)}, ...
                  "UniformOutput", false);
  pieces = [parts{:}];
  if n == 3 && !has_ends
    % One piece is enough.
    pieces = pieces(1:columns(values), 2:4);
    x = x([1, 3]);
  elseif n == 2 && !has_ends
    pieces = pieces(:, 3:4);
  end
  result = mkpp(x, pieces, shape);
  if nargin > 2
    result = ppval(result, xi);
  end
end

function slopes = polynomial__smooth(step, rise, slopes, has_ends)
  % Slopes at the points for which second derivatives are continuous: a tridiagonal system. Without
  % slopes at the ends the third derivative is continuous at the second and the last but one point.
  % After de Boor, "A Practical Guide to Splines", chapter IV.
  n = rows(slopes);
  below = [0; step(2:end); 0];
  above = [0; step(1:end-1); 0];
  middle = [1; 2 * (step(1:end-1) + step(2:end)); 1];
  right = slopes;
  right(2:end-1, :) = 3 * (step(2:end) .* rise(1:end-1, :) + step(1:end-1) .* rise(2:end, :));
  if !has_ends
    [middle(1), above(1), right(1, :)] = polynomial__free(step(1), step(2), rise(1, :), rise(2, :));
    [middle(n), below(n), right(n, :)] = ...
      polynomial__free(step(end), step(end-1), rise(end, :), rise(end-1, :));
  end
  share = zeros(n, 1);
  for i = 2:n
    share(i) = below(i) / middle(i-1);
    middle(i) = middle(i) - share(i) * above(i-1);
  end
  for j = 1:columns(right)
    s = right(:, j);
    for i = 2:n
      s(i) = s(i) - share(i) * s(i-1);
    end
    s(n) = s(n) / middle(n);
    for i = n-1:-1:1
      s(i) = (s(i) - above(i) * s(i+1)) / middle(i);
    end
    slopes(:, j) = s;
  end
end

function [own, next, right] = polynomial__free(near, far, near_rise, far_rise)
  % The equation of an end without a slope.
  own = far;
  next = near + far;
  right = ((near + 2 * next) * far * near_rise + near ^ 2 * far_rise) / next;
end

function result = pchip(x, y, xi)
  % Cubic interpolation that keeps the shape of the data.
  if !isreal(y)
    result = pchip(x, real(y));
    result.coefs = result.coefs + 1i * pchip(x, imag(y)).coefs;
  else
    result = polynomial__monotone(x, y);
  end
  if nargin == 3
    result = ppval(result, xi);
  end
end

function d = polynomial__slopes(h, delta, n)
  d = zeros(1, n);
  if n == 2
    d(:) = delta(1);
    return;
  end
  before = delta(1:n-2);
  after = delta(2:n-1);
  total = h(1:n-2) + h(2:n-1);
  w1 = (total + h(1:n-2)) ./ (3 * total);
  w2 = (total + h(2:n-1)) ./ (3 * total);
  top = max(abs(before), abs(after));
  top(top == 0) = 1;
  slopes = min(abs(before), abs(after)) ./ (w1 .* (before ./ top) + w2 .* (after ./ top));
  slopes(!(before .* after > 0)) = 0;
  d(2:n-1) = slopes;
  d(1) = polynomial__end(h(1), h(2), delta(1), delta(2));
  d(n) = polynomial__end(h(n-1), h(n-2), delta(n-1), delta(n-2));
end

function d = polynomial__end(h1, h2, delta1, delta2)
  d = ((2 * h1 + h2) * delta1 - h1 * delta2) / (h1 + h2);
  if sign(d) != sign(delta1)
    d = 0;
  elseif sign(delta1) != sign(delta2) && abs(d) > abs(3 * delta1)
    d = 3 * delta1;
  end
end

function [r, p, k, e] = residue(b, a, varargin)
  % Partial fractions of a quotient of polynomials, and the quotient of partial fractions.
  if nargin > 2
    [r, p] = polynomial__quotient(b, a, varargin{:});
    return;
  end
  below = polyreduce(a);
  above = polyreduce(b) / below(1);
  below = below / below(1);
  if numel(below) < 2
    [r, p, k, e] = deal([], [], above, []);
    return;
  end
  k = [];
  if numel(above) >= numel(below)
    [k, above] = deconv(above, below);
    above = polyreduce(above);
  end
  [p, e] = polynomial__poles(below);
  n = numel(p);
  terms = zeros(n);
  for i = 1:n
    terms(:, i) = prepad(polynomial__without(p, p == p(i), e(i)), n, 0, 2).';
  end
  r = terms \ prepad(above, n, 0, 2).';
  r = polynomial__clean(r, 4 * eps * max(abs(r)));
end

function z = polynomial__clean(z, least)
  % Without parts that are round-off beside the others.
  re = real(z);
  im = imag(z);
  re(abs(re) <= least) = 0;
  im(abs(im) <= least) = 0;
  z = re;
  if any(im)
    z = complex(re, im);
  end
end

function [b, a] = polynomial__quotient(r, p, k, e)
  n = numel(p);
  near = @(i) abs(p(:) - p(i)) <= 0.001 * max(1, abs(p(i)));
  if nargin < 4
    e = ones(n, 1);
    for i = 1:n
      later = find(near(i));
      later = later(later > i);
      e(later) = e(i) + 1;
    end
  end
  a = poly(p);
  [b, sizes] = deal(zeros(1, n));
  for i = 1:n
    term = r(i) * prepad(polynomial__without(p, near(i), e(i)), n, 0, 2);
    b = b + term;
    sizes = sizes + abs(term);
  end
  b = polynomial__clean(b, 4 * eps * max([sizes, 0]));
  if !isempty(k)
    whole = conv(k, a);
    width = max(n, numel(whole));
    b = prepad(b, width, 0, 2) + prepad(whole, width, 0, 2);
  end
  b = polyreduce(b);
end

function a = compan(c)
  % The companion matrix of a polynomial.
  if !isvector(c)
    error("compan: expecting a vector argument");
  end
  degree = numel(c) - 1;
  a = [];
  if degree > 0
    a = [-c(2:end)(:).' / c(1); eye(degree - 1, degree)];
  end
end

function varargout = polyout(c, x)
  % A polynomial as text.
  if nargin < 2
    x = 's';
  end
  text = '';
  for power = numel(c)-1:-1:0
    value = c(end-power);
    sign = '';
    if !isempty(text)
      sign = ' + ';
      if real(value) < 0
        [sign, value] = deal(' - ', -value);
      end
    end
    text = [text, sign, polynomial__coefficient(value)];
    if power > 0
      text = sprintf('%s*%s^%d', text, x, power);
    end
  end
  if isempty(text)
    text = ' ';
  end
  if nargout == 0
    disp(text);
  else
    varargout{1} = text;
  end
end

function text = polynomial__coefficient(c)
  % A coefficient as text.
  if imag(c) ~= 0
    text = sprintf('(%s)', num2str(c, 5));
  else
    text = num2str(c, 5);
  end
end

function q = polygcd(b, a, tol)
  % Greatest common divisor of polynomials: Euclid's algorithm.
  if nargin < 3
    tol = sqrt(eps);
  end
  if isscalar(a) || isscalar(b)
    q = 1;
    if isequal(a, 0)
      q = b;
    elseif isequal(b, 0)
      q = a;
    end
    return;
  end
  small = tol * norm(b, Inf);
  [last, q] = deal(b, a / a(1));
  do
    [~, rest] = deconv(last, q);
    rest = rest(find(abs(rest) > small, 1):end);
    if !isempty(rest)
      [last, q] = deal(q, rest / rest(1));
    end
  until numel(rest) < 2
end

function d = ppder(pp, m)
  % Derivative of a piecewise polynomial.
  if nargin < 1
    print_usage();
  elseif !isstruct(pp)
    error("ppder: PP must be a structure");
  end
  if nargin < 2
    m = 1;
  end
  c = pp.coefs;
  if columns(c) <= m
    % Nothing is left: one piece of zeros.
    d = mkpp(pp.breaks([1, end]), zeros(prod(pp.dim), 1), pp.dim);
    return;
  end
  for k = 1:m
    n = columns(c);
    c = c(:, 1:n-1) .* (n-1:-1:1);
  end
  d = mkpp(pp.breaks, c, pp.dim);
end

function i = ppint(pp, c)
  % Integral of a piecewise polynomial; the constant counts for the first piece alone, as in Octave.
  if nargin < 1
    print_usage();
  elseif !isstruct(pp)
    error("ppint: PP must be a structure");
  end
  if nargin < 2
    c = 0;
  end
  n = pp.order;
  count = prod(pp.dim);
  coefs = [pp.coefs ./ (n:-1:1), zeros(rows(pp.coefs), 1)];
  widths = diff(pp.breaks);
  start = zeros(count, 1);
  for k = 1:pp.pieces
    at = (k - 1) * count + (1:count);
    coefs(at, end) = start;
    start = coefs(at, :) * (widths(k) .^ (n:-1:0)).';
  end
  coefs(1:count, end) = c(:);
  i = mkpp(pp.breaks, coefs, pp.dim);
end

function [multp, indx] = mpoles(p, limit, by_size)
  % Multiplicities of poles, and how they are ordered by size.
  if nargin == 0
    print_usage();
  end
  tol = 0.001;
  if nargin > 1 && !isempty(limit)
    tol = limit;
  end
  p = p(:);
  n = numel(p);
  [~, left] = sort(abs(p), "descend");
  if nargin > 2 && !isempty(by_size) && !all(by_size(:))
    left = (1:n)';
  end
  multp = zeros(n, 1);
  indx = zeros(n, 1);
  at = 0;
  while !isempty(left)
    first = p(left(1));
    off = abs(p(left) - first);
    if abs(first) > 0
      off = off / abs(first);
    end
    same = off < tol;
    same(1) = true;
    count = sum(same);
    multp(at+1:at+count) = 1:count;
    indx(at+1:at+count) = left(same);
    at = at + count;
    left = left(!same);
  end
end

function jumps = ppjumps(pp)
  % The jumps of a piecewise polynomial at its inner breaks.
  if nargin < 1
    print_usage();
  elseif ~isstruct(pp)
    error("ppjumps: PP must be a structure");
  end
  [breaks, coefs, pieces, order, dim] = unmkpp(pp);
  count = prod(dim);
  coefs = reshape(coefs, count, pieces, order);
  width = repmat(diff(breaks(:).')(1:pieces-1), count, 1);
  before = zeros(count, pieces - 1);
  for k = 1:order
    before = before .* width + coefs(:, 1:pieces-1, k);
  end
  jumps = reshape(coefs(:, 2:pieces, order), count, pieces - 1) - before;
end

function t = polynomial__is_pp(pp)
  % True for a piecewise polynomial.
  t = isfield(pp, "form") && strcmp("pp", pp.form);
end

function row = polynomial__basis(x, order, derivative)
  % The powers of x, the highest first, or a derivative of each.
  powers = order-1:-1:0;
  factor = ones(1, order);
  for k = 0:derivative-1
    factor = factor .* (powers - k);
  end
  row = factor .* x .^ max(powers - derivative, 0);
end

function [piece, share] = polynomial__piece(breaks, x)
  % The piece in which x lies, and how far through it.
  piece = max(1, min(numel(breaks) - 1, sum(breaks <= x)));
  share = (x - breaks(piece)) / (breaks(piece + 1) - breaks(piece));
end

function q = polynomial__derived(p)
  powers = numel(p)-1:-1:1;
  q = p(1:numel(powers)) .* powers;
  if isscalar(p)
    q = 0;
  end
end

function [q, d] = polynomial__quotient_derived(p, a)
  % (p' a - p a') / a^2 without what both have in common; the denominator starts with 1.
  parts = {conv(polynomial__derived(p), a), conv(p, polynomial__derived(a))};
  width = max(cellfun(@numel, parts));
  q = polyreduce(prepad(parts{1}, width, 0, 2) - prepad(parts{2}, width, 0, 2));
  d = conv(a, a);
  if all(q == 0)
    q = 0;
    d = 1;
  elseif !isscalar(q) && !isscalar(d)
    shared = polygcd(d, q);
    if !isscalar(shared)
      d = deconv(d, shared);
      q = deconv(q, shared);
    end
  end
  q = q / d(1);
  d = d / d(1);
end

function [p, e] = polynomial__poles(a)
  % Roots, the largest first and equal ones side by side, with the power of each.
  p = roots(a);
  [~, by_size] = sort(-abs(p));
  p = p(by_size);
  [e, by_value] = mpoles(p, 0.001, 0);
  p = p(by_value);
  % Equal poles are as near to each other as round-off lets them: their mean is right.
  group = cumsum(e == 1);
  for g = 1:max(group)
    same = group == g;
    common = mean(p(same));
    if nnz(same) > 1
      common = polynomial__clean(common, 1e-10 * abs(common));
    end
    p(same) = common;
  end
end

function product = polynomial__without(p, same, count)
  % The polynomial with the roots P except for the first COUNT of the same ones.
  p(find(same, count)) = [];
  product = 1;
  for root = reshape(p, 1, [])
    product = conv(product, [1, -root]);
  end
end

function pp = polynomial__monotone(x, y)
  % After Fritsch and Butland: a cubic on each interval from values and slopes at both ends.
  knots = reshape(x, 1, []);
  n = numel(knots);
  if n < 2
    error("pchip: X must be at least of length 2");
  end
  dim = 1;
  if !isvector(y)
    dim = size(y)(1:end-1);
  end
  lines = reshape(y, prod(dim), []);
  ways = sign(diff(knots));
  if all(ways == -1)
    knots = knots(n:-1:1);
    lines = lines(:, end:-1:1);
  elseif !all(ways == 1 | isnan(ways))
    error("pchip: X must be strictly monotonic");
  end
  width = diff(knots);
  rise = diff(lines, 1, 2) ./ width;
  slopes = zeros(size(lines));
  for k = 1:rows(lines)
    slopes(k, :) = polynomial__slopes(width, rise(k, :), n);
  end
  start = slopes(:, 1:end-1);
  finish = slopes(:, 2:end);
  square = (3 * rise - 2 * start - finish) ./ width;
  cubic = (start + finish - 2 * rise) ./ width .^ 2;
  pp = mkpp(knots, [cubic(:); square(:); start(:); lines(:, 1:n-1)(:)], dim);
end

function [r, order] = polynomial__pivoted(a)
  % The triangle of an orthogonal factorization whose columns are taken by their remaining norms,
  % by Householder's reflections.
  n = columns(a);
  order = 1:n;
  for k = 1:n
    [~, next] = max(sumsq(a(k:end, k:n), 1));
    next = next + k - 1;
    order([k, next]) = order([next, k]);
    a(:, [k, next]) = a(:, [next, k]);
    mirror = a(k:end, k);
    if !any(mirror(2:end))
      continue;
    end
    beta = -ifelse(mirror(1) < 0, -1, 1) * norm(mirror);
    share = (beta - mirror(1)) / beta;
    mirror = [1; mirror(2:end) / (mirror(1) - beta)];
    a(k:end, k:n) = a(k:end, k:n) - mirror * (share * (mirror.' * a(k:end, k:n)));
  end
  r = triu(a(1:min(size(a)), :));
end
