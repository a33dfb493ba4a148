function y = erfinv(x)
  % Inverse of the error function.
  if nargin != 1
    print_usage();
  end
  y = zeros(size(x));
  for k = 1:numel(x)
    y(k) = special__erfinv(x(k));
  end
end

function z = special__erfinv(x)
  if isnan(x) || abs(x) > 1
    z = NaN;
    return;
  elseif abs(x) == 1
    z = x * Inf;
    return;
  end
  a = 0.147;
  l = log((1 - x) * (1 + x));
  t = 2 / (pi * a) + l / 2;
  z = sign(x) * sqrt(sqrt(t ^ 2 - l / a) - t);
  for step = 1:4
    if abs(x) < 0.9
      f = erf(z) - x;
    else
      f = sign(x) * ((1 - abs(x)) - erfc(abs(z)));
    end
    d = f * sqrt(pi) / 2 * exp(z ^ 2);
    z = z - d / (1 + z * d);
  end
end

function y = erfcinv(x)
  % Inverse of the complementary error function.
  y = zeros(size(x));
  for k = 1:numel(x)
    y(k) = special__erfcinv(x(k));
  end
end

function z = special__erfcinv(x)
  if isnan(x) || x < 0 || x > 2
    z = NaN;
  elseif x == 0
    z = Inf;
  elseif x >= 0.1
    z = special__erfinv(1 - x);
  else
    % Newton's method for the logarithm, which is nearly a parabola.
    z = sqrt(-log(x));
    for step = 1:20
      d = erfcx(z) * sqrt(pi) / 2 * (log(erfcx(z)) - z ^ 2 - log(x));
      z = z + d;
      if abs(d) < eps * z
        break;
      end
    end
  end
end

function y = erfcx(x)
  % Scaled complementary error function.
  y = zeros(size(x));
  for k = 1:numel(x)
    v = x(k);
    if v < 20
      y(k) = exp(v ^ 2) * erfc(v);
    else
      s = 1;
      term = 1;
      for n = 1:10
        term = -term * (2 * n - 1) / (2 * v ^ 2);
        s = s + term;
      end
      y(k) = s / (v * sqrt(pi));
    end
  end
end

function y = gammainc(x, a, tail)
  % Incomplete gamma function, regularized.
  if nargin < 3
    tail = "lower";
  end
  if any(a(:) < 0)
    error("gammainc: A must be non-negative");
  end
  [x, a] = special__expand(x, a);
  y = zeros(size(x));
  for k = 1:numel(x)
    p = special__gammainc(x(k), a(k));
    switch tail
      case "lower"
        y(k) = p(1);
      case "upper"
        y(k) = p(2);
      case {"scaledlower", "scaledupper"}
        scale = exp(x(k) + gammaln(a(k) + 1) - a(k) * log(x(k)));
        y(k) = p(1 + strcmp(tail, "scaledupper")) * scale;
      otherwise
        error("gammainc: invalid value for TAIL");
    end
  end
end

function x = gammaincinv(y, a, tail)
  % Inverse of the incomplete gamma function.
  if nargin < 3
    tail = "lower";
  end
  [y, a] = special__expand(y, a);
  x = zeros(size(y));
  for k = 1:numel(y)
    x(k) = special__gammaincinv(y(k), a(k), strcmp(tail, "upper"));
  end
end

function x = special__gammaincinv(y, a, is_upper)
  if isnan(y) || isnan(a) || y < 0 || y > 1 || a <= 0
    x = NaN;
    return;
  end
  if (y == 0 && !is_upper) || (y == 1 && is_upper)
    x = 0;
    return;
  end
  if (y == 1 && !is_upper) || (y == 0 && is_upper)
    x = Inf;
    return;
  end
  % The smaller tail is the one that has digits.
  side = 1 + is_upper;
  if y > 0.5
    y = 1 - y;
    side = 3 - side;
  end
  if side == 1
    guess = exp((log(y) + gammaln(a + 1)) / a);
  else
    guess = a;
  end
  density = @(x) exp((a - 1) * log(x) - x - gammaln(a));
  x = special__root(@(x) special__gammainc(x, a)(side) - y, density, guess, Inf, side == 1);
end

function x = betaincinv(y, a, b, tail)
  % Inverse of the incomplete beta function.
  if nargin < 4
    tail = "lower";
  end
  whole = y + a + b;
  [y, a, b] = deal(y + zeros(size(whole)), a + zeros(size(whole)), b + zeros(size(whole)));
  x = zeros(size(y));
  for k = 1:numel(y)
    x(k) = special__betaincinv(y(k), a(k), b(k), strcmp(tail, "upper"));
  end
end

function x = special__betaincinv(y, a, b, is_upper)
  if isnan(y + a + b) || y < 0 || y > 1 || a <= 0 || b <= 0
    x = NaN;
    return;
  end
  if is_upper
    % The upper tail at x is the lower one at 1 - x, of parameters exchanged.
    x = 1 - special__betaincinv(y, b, a, false);
  elseif y == 0 || y == 1
    x = y;
  else
    density = @(x) exp((a - 1) * log(x) + (b - 1) * log1p(-x) - betaln(a, b));
    x = special__root(@(x) betainc(x, a, b) - y, density, a / (a + b), 1, true);
  end
end

function x = special__root(f, density, x, high, is_rising)
  % The root of a function that rises, or falls, over the numbers above 0: Newton's method, with
  % halves of a bracket where it leaves that.
  low = 0;
  x = min(max(x, realmin), 1e300);
  for step = 1:400
    value = f(x);
    if value == 0
      return;
    end
    if (value < 0) == is_rising
      low = x;
    else
      high = x;
    end
    slope = density(x);
    if !is_rising
      slope = -slope;
    end
    next = x - value / slope;
    if !(next > low && next < high)
      if isinf(high)
        next = 2 * x;
      elseif low == 0
        next = high / 16;
      else
        next = (low + high) / 2;
      end
    end
    if abs(next - x) <= eps * x
      x = next;
      return;
    end
    x = next;
  end
end

function [x, a] = special__expand(x, a)
  if isequal(size(x), size(a))
    return;
  end
  if isscalar(x) && !isscalar(a)
    x = x * ones(size(a));
  elseif isscalar(a) && !isscalar(x)
    a = a * ones(size(x));
  end
end

function p = special__gammainc(x, a)
  if isnan(x) || isnan(a) || (isinf(x) && isinf(a))
    p = [NaN, NaN];
  elseif a == 0
    p = [1, 0];
  elseif x == 0 || isinf(a)
    p = [0, 1];
  elseif isinf(x)
    p = [1, 0];
  elseif x < a + 1
    term = 1 / a;
    s = term;
    n = a;
    for k = 1:10000
      n = n + 1;
      term = term * x / n;
      s = s + term;
      if abs(term) < abs(s) * eps / 4
        break;
      end
    end
    low = s * exp(-x + a * log(abs(x)) - gammaln(a));
    if x < 0
      low = low * real((-1) ^ a);
    end
    p = [low, 1 - low];
  else
    b = x + 1 - a;
    c = 1e300;
    d = 1 / b;
    h = d;
    for k = 1:10000
      an = -k * (k - a);
      b = b + 2;
      d = 1 / (an * d + b);
      c = b + an / c;
      delta = d * c;
      h = h * delta;
      if abs(delta - 1) < eps
        break;
      end
    end
    high = exp(-x + a * log(x) - gammaln(a)) * h;
    p = [1 - high, high];
  end
end

function y = betainc(x, a, b, tail)
  % Incomplete beta function, regularized.
  if nargin < 4
    tail = "lower";
  end
  [bad, x, a, b] = common_size(x, a, b);
  if bad
    error("betainc: X, A, and B must have consistent sizes");
  end
  y = zeros(size(x));
  n = numel(x);
  for k = 1:n
    xk = x(min(k, end));
    ak = a(min(k, end));
    bk = b(min(k, end));
    if strcmp(tail, "upper")
      y(k) = special__betainc(1 - xk, bk, ak);
    else
      y(k) = special__betainc(xk, ak, bk);
    end
  end
end

function y = special__betainc(x, a, b)
  if x <= 0
    y = 0;
    return;
  elseif x >= 1
    y = 1;
    return;
  end
  if x > (a + 1) / (a + b + 2)
    y = 1 - special__betainc(1 - x, b, a);
    return;
  end
  front = exp(a * log(x) + b * log1p(-x) + gammaln(a + b) - gammaln(a) - gammaln(b)) / a;
  f = 1;
  c = 1;
  d = 0;
  for i = 0:10000
    m = floor(i / 2);
    if i == 0
      top = 1;
    elseif mod(i, 2) == 0
      top = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    else
      top = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    end
    d = 1 + top * d;
    if d == 0
      d = 1e-300;
    end
    d = 1 / d;
    c = 1 + top / c;
    if c == 0
      c = 1e-300;
    end
    f = f * c * d;
    if abs(1 - c * d) < eps
      break;
    end
  end
  y = front * (f - 1);
end

function y = expint(x)
  % Exponential integral.
  y = zeros(size(x));
  for k = 1:numel(x)
    v = x(k);
    if v == 0
      y(k) = Inf;
    elseif v > 1
      b = v + 1;
      c = 1e300;
      d = 1 / b;
      h = d;
      for n = 1:10000
        an = -n * n;
        b = b + 2;
        d = 1 / (an * d + b);
        c = b + an / c;
        h = h * (c * d);
        if abs(c * d - 1) < eps
          break;
        end
      end
      y(k) = h * exp(-v);
    else
      s = -0.57721566490153286061 - log(v);
      term = 1;
      for n = 1:200
        term = -term * v / n;
        s = s - term / n;
        if abs(term) < eps * abs(s) / 10
          break;
        end
      end
      y(k) = s;
    end
  end
end

function y = besselj(n, x)
  % Bessel function of the first kind, of whole order.
  if any(n(:) != fix(n(:)))
    error("besselj: orders that are not whole numbers are not supported");
  end
  [x, n] = special__expand(x, n);
  y = zeros(size(x));
  for k = 1:numel(x)
    m = 2 * ceil(abs(x(k)) + abs(n(k)) + 30);
    t = pi * ((1:m) - 0.5) / m;
    y(k) = mean(cos(n(k) * t - x(k) * sin(t)));
  end
end

function y = besseli(n, x)
  % Modified Bessel function of the first kind, of whole order.
  if any(n(:) != fix(n(:)))
    error("besseli: orders that are not whole numbers are not supported");
  end
  [x, n] = special__expand(x, n);
  y = zeros(size(x));
  for k = 1:numel(x)
    m = 2 * ceil(abs(x(k)) + abs(n(k)) + 30);
    t = pi * ((1:m) - 0.5) / m;
    y(k) = mean(exp(x(k) * cos(t)) .* cos(n(k) * t));
  end
end

function [k, e] = ellipke(m)
  % Complete elliptic integrals.
  k = zeros(size(m));
  e = zeros(size(m));
  for i = 1:numel(m)
    if m(i) == 1
      k(i) = Inf;
      e(i) = 1;
      continue;
    end
    a = 1;
    b = sqrt(1 - m(i));
    c = sqrt(abs(m(i)));
    f = 0.5;
    s = f * m(i);
    for n = 1:60
      t = (a + b) / 2;
      c = (a - b) / 2;
      b = sqrt(a * b);
      a = t;
      f = f * 2;
      s = s + f * c ^ 2;
      if c / a < eps
        break;
      end
    end
    k(i) = pi / (2 * a);
    e(i) = k(i) * (1 - s);
  end
end

function y = psi(x)
  % Logarithmic derivative of the gamma function.
  y = zeros(size(x));
  for k = 1:numel(x)
    v = x(k);
    s = 0;
    if v <= 0 && v == fix(v)
      y(k) = -Inf;
      continue;
    end
    if v < 0
      s = -pi / tan(pi * v);
      v = 1 - v;
    end
    while v < 10
      s = s - 1 / v;
      v = v + 1;
    end
    r = 1 / v ^ 2;
    y(k) = s + log(v) - 0.5 / v - r * (1/12 - r * (1/120 - r * (1/252 - r * (1/240 - r / 132))));
  end
end
