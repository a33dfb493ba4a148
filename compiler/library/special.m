function y = erfinv(x)
  % Inverse of the error function.
  if nargin != 1
    print_usage();
  end
  y = special__of_each(@special__erfinv, x);
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
  if nargin != 1
    print_usage();
  end
  y = special__of_each(@special__erfcinv, x);
end

function y = special__erfcinv(x)
  if x >= 0.1 || isnan(x) || x < 0
    y = special__erfinv(1 - x);
  elseif x == 0
    y = Inf;
  else
    % Newton's steps in log erfc, from the leading terms of its expansion.
    l = -log(x);
    y = sqrt(l - 0.5 * log(pi * l));
    for step = 1:20
      scaled = erfcx(y);
      move = (log(scaled) - y ^ 2 + l) * scaled * sqrt(pi) / 2;
      y = y + move;
      if abs(move) < eps / 2 * y
        break;
      end
    end
  end
end

function y = erfcx(x)
  % Scaled complementary error function.
  if nargin != 1
    print_usage();
  end
  y = zeros(size(x), class(x));
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
  % Incomplete gamma function, regularized, or scaled as a text says.
  if !any(nargin == [2, 3])
    print_usage();
  end
  [x, a, shape, cls] = special__columns("gammainc", "X and A", x, a);
  if !all(a >= 0 | isnan(a))
    error("gammainc: A must be non-negative");
  end
  kind = "lower";
  if nargin > 2
    kind = lower(tail);
  end
  kinds = {"scaledlower", "lower", "scaledupper", "upper"};
  if !any(strcmp(kinds, kind))
    error("gammainc: invalid value for TAIL");
  end
  y = zeros(size(x));
  for k = 1:numel(y)
    if isfinite(a(k)) && x(k) < 0
      value = special__gammainc_left(x(k), a(k), kind);
    else
      value = special__gammainc_tail(x(k), a(k), kind);
    end
    if value != y(k)
      y(k) = value;
    end
  end
  y = cast(reshape(y, shape), cls);
end

function [x, a, shape, cls] = special__columns(name, what, x, a)
  % Two arguments as columns of one length in double, and the size and class of the result.
  if !isreal(x) || !isreal(a)
    error("%s: all inputs must be real", name);
  end
  if isscalar(x) && !isscalar(a)
    x = repmat(x, size(a));
  elseif isscalar(a) && !isscalar(x)
    a = repmat(a, size(x));
  elseif !isequal(size(x), size(a))
    error("%s: %s must be of common size or scalars", name, what);
  end
  cls = "double";
  if isa(x, "single") || isa(a, "single")
    cls = "single";
  end
  shape = size(x);
  x = double(x(:));
  a = double(a(:));
end

function y = special__gammainc_tail(x, a, tail)
  if a == 0
    switch tail
      case "lower"
        y = 1;
      case "scaledlower"
        y = exp(x);
      otherwise
        y = 0;
    end
    return;
  elseif isinf(a)
    y = NaN;
    if x != Inf
      switch tail
        case "lower"
          y = 0;
        case "scaledupper"
          y = Inf;
        otherwise
          y = 1;
      end
    end
    return;
  elseif x == 0
    switch tail
      case "lower"
        y = 0;
      case "scaledupper"
        y = Inf;
      otherwise
        y = 1;
    end
    return;
  elseif x == Inf
    switch tail
      case "lower"
        y = 1;
      case "scaledlower"
        y = Inf;
      otherwise
        y = 0;
    end
    return;
  elseif isnan(x) || isnan(a)
    y = NaN;
    return;
  end
  [low, high] = special__gammainc(x, a);
  switch tail
    case "lower"
      y = low(1);
    case "upper"
      y = high(1);
    case "scaledlower"
      y = low(2);
    case "scaledupper"
      y = high(2);
  end
end

function y = special__gammainc_left(x, a, tail)
  % Left of zero the series holds as it stands.
  if a == 0
    y = special__gammainc_tail(x, a, tail);
    return;
  elseif isinf(x) || isnan(a)
    y = NaN;
    return;
  end
  term = 1;
  s = 1;
  for k = 1:10000
    term = term * x / (a + k);
    s = s + term;
    if abs(term) < abs(s) * eps / 8
      break;
    end
  end
  if strcmp(tail, "scaledlower")
    y = s;
    return;
  end
  if a == fix(a) && a < 30 && !strcmp(tail, "scaledupper")
    q = exp(-x) * sum(x .^ (0:a-1) ./ gamma(1:a));
    if abs(1 - q) > 0.5
      y = q;
      if strcmp(tail, "lower")
        y = 1 - q;
      end
      return;
    end
  end
  front = exp(-x) * abs(x) ^ a / gamma(a + 1);
  if a == fix(a)
    front = front * (-1) ^ a;
  else
    front = front * (cospi(a) + 1i * sinpi(a));
  end
  y = front * s;
  switch tail
    case "upper"
      y = 1 - y;
    case "scaledupper"
      y = (1 - y) / front;
  end
end

function x = gammaincinv(y, a, tail)
  % Inverse of the incomplete gamma function.
  if nargin < 2 || nargin > 3
    print_usage();
  end
  if nargin < 3
    tail = "lower";
  end
  [y, a, shape, cls] = special__columns("gammaincinv", "Y and A", y, a);
  if any(y < 0 | y > 1)
    error("gammaincinv: Y must be in the range [0, 1]");
  end
  if any(a <= 0)
    error("gammaincinv: A must be strictly positive");
  end
  is_upper = special__is_upper("gammaincinv", tail);
  x = zeros(size(y));
  for k = 1:numel(y)
    x(k) = special__gammaincinv(y(k), a(k), is_upper);
  end
  x = cast(reshape(x, shape), cls);
end

function x = special__gammaincinv(y, a, is_upper)
  % Newton's steps in log x, kept between bounds.
  if isnan(y) || isnan(a) || isinf(a)
    x = NaN;
    return;
  elseif y == is_upper
    x = 0;
    return;
  elseif y == 1 - is_upper
    x = Inf;
    return;
  end
  p = y;
  if is_upper
    p = 1 - y;
  end
  z = -sqrt(2) * erfcinv(2 * p);
  guess = a * (1 - 1 / (9 * a) + z / (3 * sqrt(a))) ^ 3;
  small = exp((log(p) + gammaln(a + 1)) / a);
  if !(a > 1 && guess > 0.1 * a) && small > 0
    guess = small;
  end
  if !(guess > 0) || !isfinite(guess)
    guess = max(a, 1e-300);
  end
  t = log(guess);
  low = -Inf;
  high = Inf;
  for step = 1:200
    x = exp(t);
    [below, above] = special__gammainc(x, a);
    if is_upper
      f = y - above(1);
    else
      f = below(1) - y;
    end
    off = f / y;
    if abs(off) < eps / 2
      break;
    elseif f > 0
      high = t;
    else
      low = t;
    end
    slope = a * special__front(x, a);
    move = f / slope;
    next = t - move;
    if !isfinite(next) || next <= low || next >= high
      if isinf(low)
        next = t - 2;
      elseif isinf(high)
        next = t + 2;
      else
        next = (low + high) / 2;
      end
    end
    if abs(next - t) < eps / 16 * max(1, abs(t))
      t = next;
      break;
    end
    t = next;
  end
  x = exp(t);
  % The last digits, in x itself.
  for step = 1:3
    [below, above] = special__gammainc(x, a);
    if is_upper
      f = y - above(1);
    else
      f = below(1) - y;
    end
    move = f / (a * special__front(x, a)) * x;
    if !isfinite(move) || abs(move) > 1e-6 * x
      break;
    end
    x = x - move;
  end
end

function x = betaincinv(y, a, b, tail)
  % Inverse of the incomplete beta function.
  if nargin < 3 || nargin > 4
    print_usage();
  end
  if nargin < 4
    tail = "lower";
  end
  [y, a, b, shape, cls] = special__shares("betaincinv", "Y, A, and B", y, a, b);
  is_upper = special__is_upper("betaincinv", tail);
  x = zeros(size(y));
  for k = 1:numel(y)
    x(k) = special__betaincinv(y(k), a(k), b(k), is_upper);
  end
  x = cast(reshape(x, shape), cls);
end

function x = special__betaincinv(y, a, b, is_upper)
  % Newton's steps, kept between bounds that shrink.
  if isnan(y) || isnan(a) || isnan(b)
    x = NaN;
    return;
  elseif y == is_upper
    x = 0;
    return;
  elseif y == 1 - is_upper
    x = 1;
    return;
  end
  low = 0;
  high = 1;
  x = a / (a + b);
  for step = 1:2000
    parts = special__betainc(x, a, b);
    if is_upper
      f = y - parts(2);
    else
      f = parts(1) - y;
    end
    if f == 0
      return;
    elseif f > 0
      high = x;
    else
      low = x;
    end
    slope = special__beta_front(x, a, b, 1 - x) / (x * (1 - x));
    next = x - f / slope;
    if !(next > low && next < high)
      if high > 4 * low && low < 0.1
        next = max(sqrt(low * high), high / 1024);
      else
        next = (low + high) / 2;
      end
    end
    if abs(next - x) <= eps / 2 * x
      x = next;
      return;
    end
    x = next;
  end
end

function [low, high] = special__gammainc(x, a)
  % Both tails, each plain and scaled: the series, or the continued fraction (DLMF 8.7.1, 8.9.2).
  front = special__front(x, a);
  if x < a + 1
    term = 1;
    s = 1;
    n = a;
    for k = 1:100000
      n = n + 1;
      term = term * x / n;
      s = s + term;
      if term < s * eps / 8
        break;
      end
    end
    p = s * front;
    low = [p, s];
    high = [1 - p, (1 - p) / front];
  else
    b = x + 1 - a;
    c = 1e300;
    d = 1 / b;
    h = d;
    for k = 1:100000
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
    q = h * a * front;
    high = [q, h * a];
    low = [1 - q, (1 - q) / front];
  end
end

function f = special__front(x, a)
  % x ^ a exp(-x) / gamma(a + 1), without loss for large a.
  if a < 50
    f = exp(-x) * x ^ a / gamma(a + 1);
    if isfinite(f) && f > 0
      return;
    end
    f = exp(a * log(x) - x - gammaln(a + 1));
    return;
  end
  mu = (x - a) / a;
  if abs(mu) < 0.3
    % mu - log(1 + mu) by its series in mu / (2 + mu).
    r = mu / (2 + mu);
    s = 0;
    power = r ^ 3;
    for k = 1:40
      s = s + power / (2 * k + 1);
      power = power * r ^ 2;
    end
    excess = mu - 2 * r - 2 * s;
    if abs(mu) < 0.01
      excess = 0;
      power = mu ^ 2;
      for k = 2:12
        excess = excess + (-1) ^ k * power / k;
        power = power * mu;
      end
    end
  else
    excess = mu - log(x / a);
  end
  stirling = 1 / (12 * a) - 1 / (360 * a ^ 3) + 1 / (1260 * a ^ 5) - 1 / (1680 * a ^ 7);
  f = exp(-a * excess - stirling) / sqrt(2 * pi * a);
end

function y = betainc(x, a, b, tail)
  % Incomplete beta function, regularized.
  if nargin < 3 || nargin > 4
    print_usage();
  end
  if nargin < 4
    tail = "lower";
  end
  [x, a, b, shape, cls] = special__shares("betainc", "X, A, and B", x, a, b);
  is_upper = special__is_upper("betainc", tail);
  y = zeros(size(x));
  for k = 1:numel(x)
    parts = special__betainc(x(k), a(k), b(k));
    y(k) = parts(1 + is_upper);
  end
  y = cast(reshape(y, shape), cls);
end

function [x, a, b, shape, cls] = special__shares(name, what, x, a, b)
  % Shares or limits, and the parameters of a beta distribution, as columns.
  [x, a, b, shape, cls] = special__three(name, what, x, a, b);
  if any(x < 0 | x > 1)
    error("%s: %s must be in the range [0, 1]", name, what(1));
  end
  if any(a <= 0)
    error("%s: A must be strictly positive", name);
  end
  if any(b <= 0)
    error("%s: B must be strictly positive", name);
  end
end

function tf = special__is_upper(name, tail)
  tail = lower(tail);
  if !any(strcmp(tail, {"lower", "upper"}))
    error("%s: invalid value for TAIL", name);
  end
  tf = strcmp(tail, "upper");
end

function [x, a, b, shape, cls] = special__three(name, what, x, a, b)
  % Three arguments as columns of one length in double, and the size and class of the result.
  given = cell(1, 3);
  [has_failed, given{:}] = common_size(x, a, b);
  if has_failed
    error("%s: %s must be of common size or scalars", name, what);
  elseif !all(cellfun(@isreal, given))
    error("%s: all inputs must be real", name);
  end
  cls = "double";
  if any(strcmp(cellfun(@class, given, "UniformOutput", false), "single"))
    cls = "single";
  end
  shape = size(given{1});
  [x, a, b] = cellfun(@(v) double(v(:)), given, "UniformOutput", false){:};
end

function y = special__betainc(x, a, b)
  % Both tails: Lentz's method for the continued fraction of DLMF 8.17.22.
  if isnan(x) || isnan(a) || isnan(b)
    y = [NaN, NaN];
    return;
  elseif isinf(a) || isinf(b)
    y = [NaN, NaN];
    if x > 0 && a == 1 && isinf(b)
      y = [1, 0];
    end
    return;
  elseif x == 0
    y = [0, 1];
    return;
  elseif x == 1
    y = [1, 0];
    return;
  end
  if x > (a + 1) / (a + b + 2)
    y = fliplr(special__betainc_low(1 - x, b, a, x));
  else
    y = special__betainc_low(x, a, b, 1 - x);
  end
end

function y = special__betainc_low(x, a, b, rest)
  front = special__beta_front(x, a, b, rest) / a;
  f = 1;
  c = 1;
  d = 0;
  for i = 0:100000
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
  p = front * (f - 1);
  y = [p, 1 - p];
end

function f = special__beta_front(x, a, b, rest)
  % x ^ a (1 - x) ^ b / beta(a, b).
  f = x ^ a * rest ^ b * gamma(a + b) / (gamma(a) * gamma(b));
  if a + b > 60 || !isfinite(f) || f == 0 || isinf(gamma(a)) || isinf(gamma(b))
    f = exp(a * log(x) + b * log(rest) - betaln(a, b));
  end
  if a == 1
    f = x * rest ^ b * b;
  elseif b == 1
    f = x ^ a * rest * a;
  end
end

function y = expint(x)
  % Exponential integral.
  if nargin != 1
    print_usage();
  end
  if !isnumeric(x)
    error("expint: X must be numeric");
  end
  y = zeros(size(x));
  z = double(x);
  for k = 1:numel(z)
    v = z(k);
    if v == 0
      y(k) = Inf;
    elseif isnan(v)
      y(k) = NaN;
    elseif v == Inf
      y(k) = 0;
    elseif v == -Inf
      y(k) = -Inf - pi * 1i;
    elseif real(v) > 1 || (real(v) >= 0 && abs(v) > 4)
      y(k) = special__expint(v);
    elseif abs(v) > 40
      % The divergent expansion, up to its smallest term.
      s = 1;
      term = 1;
      for n = 1:100
        next = -term * n / v;
        if abs(next) > abs(term) || abs(next) < eps / 8
          break;
        end
        term = next;
        s = s + term;
      end
      y(k) = exp(-v) / v * s;
      if imag(v) == 0
        y(k) = y(k) - pi * 1i;
      elseif real(v) < 0
        y(k) = y(k) - pi * 1i * sign(imag(v)) * (abs(imag(v)) < abs(real(v)));
      end
    else
      s = -0.57721566490153286061 - log(v);
      if imag(v) == 0 && v < 0
        s = -0.57721566490153286061 - log(-v) - pi * 1i;
      end
      term = 1;
      for n = 1:400
        term = -term * v / n;
        s = s - term / n;
        if abs(term) < eps * abs(s) / 10
          break;
        end
      end
      y(k) = s;
    end
  end
  if isa(x, "single")
    y = single(y);
  end
end

function y = special__expint(v)
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
  y = h * exp(-v);
end

function y = sinint(x)
  % Sine integral.
  if nargin != 1
    print_usage();
  end
  y = special__of_numbers("sinint", @special__sinint, x);
end

function y = special__sinint(v)
  if isnan(v) || v == 0
    y = v;
  elseif isinf(v) && isreal(v)
    y = sign(v) * pi / 2;
  elseif abs(v) < 4 || (abs(v) < 10 && abs(real(v)) < abs(imag(v)))
    term = v;
    y = v;
    for n = 1:200
      term = -term * v ^ 2 / ((2 * n) * (2 * n + 1));
      y = y + term / (2 * n + 1);
      if abs(term) < eps / 8 * abs(y)
        break;
      end
    end
  elseif real(v) < 0
    y = -special__sinint(-v);
  elseif imag(v) == 0
    y = pi / 2 + imag(special__expint(1i * real(v)));
  else
    y = pi / 2 + (special__expint_at(1i * v) - special__expint_at(-1i * v)) / 2i;
  end
end

function y = cosint(x)
  % Cosine integral.
  if nargin != 1
    print_usage();
  end
  y = special__of_numbers("cosint", @special__cosint, x);
end

function y = special__cosint(v)
  if isnan(v)
    y = v;
  elseif v == 0
    y = ifelse(1 / real(v) < 0, complex(-Inf, pi), -Inf);
  elseif v == Inf
    y = 0;
  elseif v == -Inf
    y = pi * 1i;
  elseif abs(v) < 4 || (abs(v) < 10 && abs(real(v)) < abs(imag(v)))
    term = 1;
    s = 0;
    for n = 1:200
      term = -term * v ^ 2 / ((2 * n - 1) * (2 * n));
      s = s + term / (2 * n);
      if abs(term) < eps / 8
        break;
      end
    end
    y = 0.57721566490153286061 + log(v) + s;
  elseif real(v) < 0
    turn = 1i;
    if imag(v) < 0
      turn = -1i;
    end
    y = special__cosint(-v) + turn * pi;
  elseif imag(v) == 0
    y = -real(special__expint(1i * real(v)));
  else
    y = -(special__expint_at(1i * v) + special__expint_at(-1i * v)) / 2;
  end
end

function y = special__expint_at(v)
  y = expint(v);
end

function y = erfi(z)
  % Imaginary error function.
  if nargin != 1
    print_usage();
  end
  y = double(z);
  for k = 1:numel(y)
    v = y(k);
    if isinf(v) || isnan(v)
      continue;
    elseif isreal(v) && abs(v) > 3
      y(k) = 2 / sqrt(pi) * exp(v ^ 2) * special__dawson(v);
    else
      term = v;
      s = v;
      for n = 1:1000
        term = term * v ^ 2 / n;
        s = s + term / (2 * n + 1);
        if abs(term) < eps / 8 * abs(s)
          break;
        end
      end
      y(k) = 2 / sqrt(pi) * s;
    end
  end
  if isa(z, "single")
    y = single(y);
  end
end

function y = dawson(z)
  % Dawson's integral.
  if nargin != 1
    print_usage();
  end
  y = special__of_each(@special__dawson, z);
end

function y = special__dawson(v)
  % A series, sums at odd multiples of a step (Rybicki, Computers in Physics 3 (1989) 85), or the
  % expansion for large arguments.
  if isnan(v) || v == 0
    y = v;
  elseif isinf(v)
    y = 0;
  elseif abs(v) < 2 || !isreal(v)
    term = v;
    y = v;
    for n = 1:1000
      term = -term * 2 * v ^ 2 / (2 * n + 1);
      y = y + term;
      if abs(term) < eps / 8 * abs(y)
        break;
      end
    end
  elseif abs(v) < 10
    h = 0.2;
    n0 = 2 * round(abs(v) / h / 2);
    off = abs(v) - n0 * h;
    n = -41:2:41;
    y = sign(v) / sqrt(pi) * sum(exp(-(off - n * h) .^ 2) ./ (n + n0));
  else
    s = 1;
    term = 1;
    for n = 1:30
      next = term * (2 * n - 1) / (2 * v ^ 2);
      if next > term || next < eps / 8
        break;
      end
      term = next;
      s = s + term;
    end
    y = s / (2 * v);
  end
end

function [sn, cn, dn, err] = ellipj(u, m, tol)
  % Jacobi's elliptic functions sn, cn and dn.
  if nargin < 2 || nargin > 3
    print_usage();
  end
  [m, u] = special__grid("ellipj: Invalid size combination for U and M", m, u);
  sn = zeros(size(u));
  cn = sn;
  dn = sn;
  err = sn;
  for k = 1:numel(u)
    [s, c, d] = special__ellipj(real(u(k)), m(k));
    if imag(u(k)) != 0
      % Jacobi's imaginary transformation, and the addition theorem (A&S 16.21).
      [s1, c1, d1] = special__ellipj(imag(u(k)), 1 - m(k));
      below = c1 ^ 2 + m(k) * s ^ 2 * s1 ^ 2;
      sn(k) = (s * d1 + 1i * c * d * s1 * c1) / below;
      cn(k) = (c * c1 - 1i * s * d * s1 * d1) / below;
      dn(k) = (d * c1 * d1 - 1i * m(k) * s * c * s1) / below;
    else
      sn(k) = s;
      cn(k) = c;
      dn(k) = d;
    end
  end
end

function [row, column] = special__grid(message, row, column)
  % Two arguments brought to one size: a row and a column make a grid.
  if isrow(row) && iscolumn(column) && !isscalar(row) && !isscalar(column)
    [row, column] = meshgrid(row, column);
  elseif isscalar(row)
    row = row * ones(size(column));
  elseif isscalar(column)
    column = column * ones(size(row));
  elseif !isequal(size(row), size(column))
    error("%s", message);
  end
end

function [sn, cn, dn] = special__ellipj(u, m)
  % Descending Landen steps (A&S 16.4).
  if m < 0 || m > 1
    warning("ellipj: invalid M value, required value 0 <= M <= 1");
    sn = NaN;
    cn = NaN;
    dn = NaN;
  elseif m == 1
    sn = tanh(u);
    cn = 1 / cosh(u);
    dn = cn;
  elseif m == 0
    sn = sin(u);
    cn = cos(u);
    dn = 1;
  else
    a = 1;
    b = sqrt(1 - m);
    c = sqrt(m);
    as = a;
    cs = c;
    n = 0;
    while abs(c) > eps && n < 30
      [a, b, c] = deal((a + b) / 2, sqrt(a * b), (a - b) / 2);
      n = n + 1;
      as(n + 1) = a;
      cs(n + 1) = c;
    end
    phi = 2 ^ n * a * u;
    last = phi;
    for k = n:-1:1
      last = phi;
      phi = (asin(cs(k + 1) / as(k + 1) * sin(phi)) + phi) / 2;
    end
    sn = sin(phi);
    cn = cos(phi);
    dn = sqrt(1 - m * sn ^ 2);
  end
end

function [k, e] = ellipke(m, tol)
  % Complete elliptic integrals.
  if nargin < 1
    print_usage();
  elseif !isreal(m)
    error("ellipke: M must be real");
  elseif nargin > 1 && !(isreal(tol) && isscalar(tol) && tol > 0)
    error("ellipke: TOL must be a real scalar > 0");
  end
  if !all(m(:) <= 1 | isnan(m(:)))
    error("ellipke: M must be <= 1");
  end
  [k, e] = deal(zeros(size(m)));
  for i = 1:numel(m)
    [k(i), e(i)] = special__complete(m(i));
  end
end

function y = psi(k, x)
  % Logarithmic derivative of the gamma function, or a further derivative.
  if nargin > 0 && !(isnumeric(k) || islogical(k))
    error("psi: Z must be a floating point");
  end
  if nargin < 1 || nargin > 2
    print_usage();
  end
  if nargin == 1
    x = k;
    k = 0;
  elseif !isscalar(k) || k != fix(k)
    error("psi: K must be an integer");
  elseif k < 0
    error("psi: K must be non-negative");
  elseif k > 0 && (!isreal(x) || any(x(:) < 0))
    error("psi: Z must be non-negative for polygamma (K > 0)");
  end
  y = zeros(size(x));
  for i = 1:numel(x)
    if k == 0
      y(i) = special__digamma(double(x(i)));
    else
      y(i) = special__polygamma(k, double(x(i)));
    end
  end
  if isa(x, "single")
    y = single(y);
  end
end

function y = special__digamma(v)
  s = 0;
  if isreal(v) && v <= 0 && v == fix(v)
    y = -Inf;
    return;
  end
  if real(v) < 0
    s = -pi / tan(pi * v);
    v = 1 - v;
  end
  while real(v) < 10
    s = s - 1 / v;
    v = v + 1;
  end
  r = 1 / v ^ 2;
  y = s + log(v) - 0.5 / v - r * (1/12 - r * (1/120 - r * (1/252 - r * (1/240 - r / 132))));
end

function y = special__polygamma(k, v)
  % Recurrence up to where the asymptotic series holds (DLMF 5.15.8).
  if v == 0
    y = (-1) ^ (k + 1) * Inf;
    return;
  end
  s = 0;
  while v < 15 + k
    s = s + v ^ (-k - 1);
    v = v + 1;
  end
  bernoulli = [1/6, -1/30, 1/42, -1/30, 5/66, -691/2730, 7/6];
  t = 1 / (k * v ^ k) + 1 / (2 * v ^ (k + 1));
  for j = 1:7
    t = t + bernoulli(j) * gamma(2 * j + k) / (gamma(2 * j + 1) * gamma(k + 1)) / v ^ (2 * j + k);
  end
  y = (-1) ^ (k + 1) * gamma(k + 1) * (s + t);
end

function y = special__of_numbers(name, f, x)
  % A function of one number for each element, in double, as the class of what is given.
  if !isnumeric(x)
    error("%s: X must be numeric", name);
  end
  y = special__of_each(f, x);
end

function y = special__of_each(f, x)
  % A function of one number for each element, in double, as the class of what is given.
  y = double(x);
  for k = 1:numel(y)
    y(k) = f(y(k));
  end
  if isa(x, "single")
    y = single(y);
  end
end

function [k, e] = special__complete(m)
  % By the arithmetic-geometric mean, as in Abramowitz and Stegun, 17.6.
  if m == 1
    k = Inf;
    e = 1;
    return;
  end
  far = 1;
  near = sqrt(1 - m);
  loss = m / 2;
  weight = 1;
  for step = 1:60
    apart = (far - near) / 2;
    [far, near] = deal((far + near) / 2, sqrt(far * near));
    loss = loss + weight * apart ^ 2;
    weight = 2 * weight;
    if abs(apart) / far < eps
      break;
    end
  end
  k = pi / (2 * far);
  e = k * (1 - loss);
end
