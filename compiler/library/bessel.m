function [y, ierr] = besselj(alpha, x, opt)
  % Bessel function of the first kind, scaled if a third argument is true.
  if nargin < 2 || nargin > 3
    print_usage();
  end
  scaled = nargin > 2 && bessel__flag("besselj", opt);
  is_single = isa(alpha, "single") || isa(x, "single");
  [alpha, x, shape] = bessel__grid("besselj", alpha, x);
  many = @(alpha, x) bessel__first(alpha, x, scaled);
  y = bessel__mixed(@bessel__real_j, many, alpha, x);
  [y, ierr] = bessel__result(y, x, shape, is_single);
end

function [y, ierr] = bessely(alpha, x, opt)
  % Bessel function of the second kind, scaled if a third argument is true.
  if nargin < 2 || nargin > 3
    print_usage();
  end
  scaled = nargin > 2 && bessel__flag("bessely", opt);
  is_single = isa(alpha, "single") || isa(x, "single");
  [alpha, x, shape] = bessel__grid("bessely", alpha, x);
  many = @(alpha, x) bessel__second(alpha, x, scaled);
  y = bessel__mixed(@bessel__real_y, many, alpha, x);
  [y, ierr] = bessel__result(y, x, shape, is_single);
end

function [y, ierr] = besseli(alpha, x, opt)
  % Modified Bessel function of the first kind, scaled if a third argument is true.
  if nargin < 2 || nargin > 3
    print_usage();
  end
  scaled = nargin > 2 && bessel__flag("besseli", opt);
  is_single = isa(alpha, "single") || isa(x, "single");
  [alpha, x, shape] = bessel__grid("besseli", alpha, x);
  many = @(alpha, x) bessel__any_i(alpha, x, scaled);
  y = bessel__mixed(@(alpha, x) bessel__real_i(alpha, x, scaled), many, alpha, x);
  [y, ierr] = bessel__result(y, x, shape, is_single);
end

function [y, ierr] = besselk(alpha, x, opt)
  % Modified Bessel function of the second kind, scaled if a third argument is true.
  if nargin < 2 || nargin > 3
    print_usage();
  end
  scaled = nargin > 2 && bessel__flag("besselk", opt);
  is_single = isa(alpha, "single") || isa(x, "single");
  [alpha, x, shape] = bessel__grid("besselk", alpha, x);
  many = @(alpha, x) bessel__any_k(alpha, x, scaled);
  y = bessel__mixed(@(alpha, x) bessel__real_k(alpha, x, scaled), many, alpha, x);
  [y, ierr] = bessel__result(y, x, shape, is_single);
end

function [y, ierr] = besselh(alpha, k, x, opt)
  % Hankel function of the first or second kind, scaled if a fourth argument is true.
  if nargin < 2 || nargin > 4
    print_usage();
  end
  if nargin == 2
    x = k;
    k = 1;
  end
  if !isequal(k, 1) && !isequal(k, 2)
    error("besselh: K must be 1 or 2");
  end
  scaled = nargin > 3 && bessel__flag("besselh", opt);
  [alpha, x, shape] = bessel__grid("besselh", alpha, x);
  if k == 1
    y = bessel__third(alpha, x);
  else
    y = conj(bessel__third(alpha, conj(x)));
  end
  if scaled
    y = y .* exp((2 * k - 3) * 1i * x);
  end
  y(x == 0) = complex(NaN, NaN);
  [y, ierr] = bessel__result(y, x, shape);
end

function [a, ierr] = airy(k, z, opt)
  % Airy functions Ai, Ai', Bi and Bi' for K from 0 to 3, scaled if a third argument is true.
  if nargin > 0 && !(isnumeric(k) || islogical(k))
    error("airy: Z must be a complex matrix");
  end
  if nargin < 1 || nargin > 3
    print_usage();
  end
  if nargin == 1
    z = k;
    k = 0;
  end
  if !isscalar(k) || !any(k == 0:3)
    error("airy: K must be 0, 1, 2, or 3");
  end
  scaled = nargin > 2 && bessel__flag("airy", opt);
  shape = size(z);
  x = double(z(:));
  zeta = 2 / 3 * x .* sqrt(x);
  order = 1 / 3 + (k == 1 || k == 3) / 3;
  nu = order * ones(size(x));
  right = abs(arg(x)) < 2;
  a = zeros(size(x)) * 1i;
  if any(right)
    s = zeta(right);
    v = x(right);
    % Where arg x is over pi/3, zeta lies left of the imaginary axis.
    flip = real(s) < 0;
    w = s;
    w(flip) = -w(flip);
    [first, ~, second] = bessel__modified(nu(right), w);
    i = first .* exp(w);
    kk = second .* exp(-w);
    side = ones(size(w));
    side(imag(s) < 0) = -1;
    turn = cospi(order) + 1i * side .* sinpi(order);
    kf = conj(turn) .* kk - 1i * pi * side .* i;
    if_ = turn .* i;
    kk(flip) = kf(flip);
    i(flip) = if_(flip);
    other = i + 2 / pi * sinpi(order) * kk;
    switch k
      case 0
        a(right) = sqrt(v / 3) / pi .* kk;
      case 1
        a(right) = -v / (pi * sqrt(3)) .* kk;
      case 2
        a(right) = sqrt(v / 3) .* (other + i);
      case 3
        a(right) = v / sqrt(3) .* (other + i);
    end
  end
  if !all(right)
    v = -x(!right);
    s = 2 / 3 * v .* sqrt(v);
    n = nu(!right);
    j = bessel__first(n, s, false);
    m = bessel__first(-n, s, false);
    switch k
      case 0
        a(!right) = sqrt(v) / 3 .* (j + m);
      case 1
        a(!right) = v / 3 .* (j - m);
      case 2
        a(!right) = sqrt(v / 3) .* (m - j);
      case 3
        a(!right) = v / sqrt(3) .* (m + j);
    end
  end
  at_zero = [0.355028053887817239, -0.258819403792806798, ...
             0.614926627446000736, 0.448288357353826359];
  a(x == 0) = at_zero(k + 1);
  is_real = imag(x) == 0;
  a(is_real) = real(a(is_real));
  if scaled
    if k < 2
      a = a .* exp(zeta);
    else
      a = a .* exp(-abs(real(zeta)));
    end
  end
  [a, ierr] = bessel__result(a, z, shape);
end

function tf = bessel__flag(name, opt)
  if !isscalar(opt) || !(isnumeric(opt) || islogical(opt))
    error("%s: OPT must be 0 (or false) or 1 (or true)", name);
  end
  tf = opt != 0;
end

function [alpha, x, shape] = bessel__grid(name, alpha, x)
  % Columns of orders and arguments of one length, and the size of the result.
  message = [name, ": the sizes of alpha and x must conform"];
  [alpha, x] = special__grid(message, alpha, x);
  shape = size(x);
  alpha = double(alpha(:));
  x = double(x(:));
end

function [y, ierr] = bessel__result(y, x, shape, is_single)
  y(isnan(x)) = NaN;
  y = reshape(y, shape);
  ierr = zeros(shape);
  if !any(imag(y(:)))
    y = real(y);
  end
  if nargin > 3 && is_single
    y = single(y);
  end
end

function f = bessel__phase(alpha, left, side)
  % exp(i pi alpha) for arguments left of the imaginary axis, and one for others.
  f = ones(size(alpha));
  if any(left)
    s = 1i * ones(size(alpha));
    s(side < 0) = -1i;
    f(left) = cospi(alpha(left)) + s(left) .* sinpi(alpha(left));
  end
end

function y = bessel__first(alpha, x, scaled)
  % J of any order.
  nu = abs(alpha);
  left = real(x) < 0;
  z = x;
  z(left) = -z(left);
  low = imag(z) < 0;
  z(low) = conj(z(low));
  w = -1i * z;
  [first, ~, second] = bessel__modified(nu, w);
  quarter = cospi(nu / 2) + 1i * sinpi(nu / 2);
  grow = exp(w);
  if scaled
    grow = exp(-1i * real(z));
  end
  y = quarter .* first .* grow;
  far = alpha < 0 & alpha != fix(alpha);
  if any(far)
    y(imag(z) == 0) = real(y(imag(z) == 0));
    h = 2 / (pi * 1i) * conj(quarter) .* second .* exp(-w);
    if scaled
      h = h .* exp(-imag(z));
    end
    other = (h - y) / 1i;
    other(imag(z) == 0) = real(other(imag(z) == 0));
    turned = cospi(nu) .* y - sinpi(nu) .* other;
    y(far) = turned(far);
  end
  odd = alpha < 0 & mod(alpha, 2) == 1;
  y(odd) = -y(odd);
  is_real = imag(x) == 0;
  y(is_real) = real(y(is_real));
  y(low) = conj(y(low));
  y = y .* bessel__phase(alpha, left, imag(x));
  y(z == 0) = nu(z == 0) == 0;
  y(z == 0 & far) = Inf;
  y(isinf(z)) = NaN;
end

function y = bessel__second(alpha, x, scaled)
  % Y of any order.
  nu = abs(alpha);
  left = real(x) < 0;
  z = x;
  z(left) = -z(left);
  low = imag(z) < 0;
  z(low) = conj(z(low));
  w = -1i * z;
  [first, ~, second] = bessel__modified(nu, w);
  quarter = cospi(nu / 2) + 1i * sinpi(nu / 2);
  j = quarter .* first .* exp(w);
  h = 2 / (pi * 1i) * conj(quarter) .* second .* exp(-w);
  is_real = imag(x) == 0;
  j(is_real) = real(j(is_real));
  y = (h - j) / 1i;
  y(is_real) = real(y(is_real));
  back = alpha < 0;
  if any(back)
    turned = sinpi(nu) .* j + cospi(nu) .* y;
    ahead = cospi(nu) .* j - sinpi(nu) .* y;
    y(back) = turned(back);
    j(back) = ahead(back);
  end
  y(low) = conj(y(low));
  j(low) = conj(j(low));
  if any(left)
    s = 1i * ones(size(x));
    s(imag(x) < 0) = -1i;
    turned = (cospi(alpha) - s .* sinpi(alpha)) .* y + 2 * s .* cospi(alpha) .* j;
    y(left) = turned(left);
  end
  if scaled
    y = y .* exp(-abs(imag(x)));
  end
  y(z == 0) = -Inf;
  y(isinf(z)) = NaN;
end

function y = bessel__third(alpha, x)
  % H of the first kind.
  nu = abs(alpha);
  y = zeros(size(x)) * 1i;
  up = imag(x) > 0 | (imag(x) == 0 & real(x) >= 0);
  if any(up)
    n = nu(up);
    [~, ~, second] = bessel__modified(n, -1i * x(up));
    turn = cospi(n / 2) - 1i * sinpi(n / 2);
    y(up) = 2 / (pi * 1i) * turn .* second .* exp(1i * x(up));
    if any(imag(x(up)) == 0)
      j = bessel__first(n, x(up), false);
      value = y(up);
      flat = imag(x(up)) == 0;
      value(flat) = complex(real(j(flat)), imag(value(flat)));
      y(up) = value;
    end
    back = alpha < 0 & up;
    y(back) = (cospi(nu(back)) + 1i * sinpi(nu(back))) .* y(back);
  end
  if !all(up)
    a = alpha(!up);
    y(!up) = bessel__first(a, x(!up), false) + 1i * bessel__second(a, x(!up), false);
  end
end

function [first, ratio, second] = bessel__modified(nu, z)
  % I exp(-z) and K exp(z) of orders from 0 right of the imaginary axis, or on it. After Temme,
  % J. Comput. Phys. 19 (1975) 324; Thompson and Barnett, ibid. 64 (1986) 490; DLMF 10.40.
  first = zeros(size(z)) * 1i;
  second = first;
  ratio = first;
  far = abs(z) > max(25, nu .^ 2 / 2);
  usual = !far & z != 0 & !isnan(z);
  if any(far)
    [first(far), second(far)] = bessel__asymptotic(nu(far), z(far));
  end
  if any(usual)
    n = nu(usual);
    v = z(usual);
    count = floor(n + 0.5);
    mu = n - count;
    k0 = zeros(size(v)) * 1i;
    k1 = k0;
    near = abs(v) <= 2;
    if any(near)
      [k0(near), k1(near)] = bessel__series(mu(near), v(near));
    end
    if !all(near)
      [k0(!near), k1(!near)] = bessel__fraction(mu(!near), v(!near));
    end
    for step = 1:max(count)
      go = step <= count;
      next = k0 + 2 * (mu + step) ./ v .* k1;
      k0(go) = k1(go);
      k1(go) = next(go);
    end
    r = bessel__ratio(n, v);
    i = 1 ./ (v .* (k1 + r .* k0));
    i(isnan(i)) = 0;
    first(usual) = i;
    ratio(usual) = r;
    second(usual) = k0;
  end
end

function [first, second] = bessel__asymptotic(nu, z)
  m = 4 * nu .^ 2;
  term = ones(size(z));
  down = term;
  up = term;
  for k = 1:60
    next = term .* (m - (2 * k - 1) ^ 2) ./ (8 * k * z);
    next(abs(next) > abs(term)) = 0;
    term = next;
    down = down + term;
    up = up + (-1) ^ k * term;
    if all(abs(term) < eps / 8)
      break;
    end
  end
  second = sqrt(pi ./ (2 * z)) .* down;
  side = 1i * ones(size(z));
  side(imag(z) < 0) = -1i;
  turn = side .* (cospi(nu) + side .* sinpi(nu));
  first = (up + turn .* exp(-2 * z) .* down) ./ sqrt(2 * pi * z);
end

function [k0, k1] = bessel__series(mu, z)
  odd = [0.5772156649015329, -0.0420026350340952, -0.0421977345555443, 0.0072189432466630, ...
         -0.0002152416741149, -0.0000201348547807, 0.0000011330272320, 0.0000000061160950, ...
         -0.0000000011812746, 0.0000000000077823, 0.0000000000005100, -0.0000000000000054];
  even = [1, -0.6558780715202538, 0.1665386113822915, -0.0096219715278770, ...
          -0.0011651675918591, 0.0001280502823882, -0.0000012504934821, -0.0000002056338417, ...
          0.0000000050020075, 0.0000000001043427, -0.0000000000036968, -0.0000000000000206];
  g1 = -polyval(fliplr(odd), mu .^ 2);
  g2 = polyval(fliplr(even), mu .^ 2);
  plus = g2 - mu .* g1;
  minus = g2 + mu .* g1;
  l = log(2 ./ z);
  s = mu .* l;
  fact = ones(size(mu));
  at = mu != 0;
  fact(at) = pi * mu(at) ./ sin(pi * mu(at));
  sh = ones(size(s)) + s .^ 2 / 6;
  at = abs(s) > 1e-4;
  sh(at) = sinh(s(at)) ./ s(at);
  f = fact .* (g1 .* cosh(s) + g2 .* sh .* l);
  p = 0.5 * exp(s) ./ plus;
  q = 0.5 * exp(-s) ./ minus;
  c = ones(size(z));
  quarter = z .^ 2 / 4;
  k0 = f;
  k1 = p;
  for k = 1:60
    f = (k * f + p + q) ./ (k ^ 2 - mu .^ 2);
    p = p ./ (k - mu);
    q = q ./ (k + mu);
    c = c .* quarter / k;
    k0 = k0 + c .* f;
    more = c .* (p - k * f);
    k1 = k1 + more;
    if all(abs(c .* f) <= eps / 8 * abs(k0) & abs(more) <= eps / 8 * abs(k1))
      break;
    end
  end
  grow = exp(z);
  k0 = k0 .* grow;
  k1 = k1 .* (2 ./ z) .* grow;
end

function [k0, k1] = bessel__fraction(mu, z)
  a1 = 0.25 - mu .^ 2;
  b = 2 * (1 + z);
  d = 1 ./ b;
  h = d;
  dh = d;
  q1 = zeros(size(z));
  q2 = ones(size(z));
  q = a1 + 0 * z;
  c = a1;
  a = -a1;
  s = 1 + q .* dh;
  done = false(size(z));
  for k = 2:2000
    a = a - 2 * (k - 1);
    c = -a .* c / k;
    q_new = (q1 - b .* q2) ./ a;
    q1 = q2;
    q2 = q_new;
    q = q + c .* q_new;
    b = b + 2;
    d = 1 ./ (b + a .* d);
    dh = (b .* d - 1) .* dh;
    more = dh;
    more(done) = 0;
    h = h + more;
    more = q .* dh;
    more(done) = 0;
    s = s + more;
    done = done | abs(more) <= eps / 4 * abs(s);
    if all(done)
      break;
    end
  end
  h = a1 .* h;
  k0 = sqrt(pi ./ (2 * z)) ./ s;
  k1 = k0 .* (mu + z + 0.5 - h) ./ z;
end

function r = bessel__ratio(nu, z)
  % I of the next order over I, by Lentz's method.
  tiny = 1e-290;
  f = 2 * (nu + 1) ./ z;
  c = f;
  d = zeros(size(z));
  done = false(size(z));
  for k = 2:100000
    b = 2 * (nu + k) ./ z;
    d = b + d;
    d(d == 0) = tiny;
    d = 1 ./ d;
    c = b + 1 ./ c;
    c(c == 0) = tiny;
    delta = c .* d;
    delta(done) = 1;
    f = f .* delta;
    done = done | abs(delta - 1) < eps;
    if all(done)
      break;
    end
  end
  r = 1 ./ f;
end

function y = bessel__any_i(alpha, x, scaled)
  % I of any order.
  nu = abs(alpha);
  left = real(x) < 0;
  z = x;
  z(left) = -z(left);
  [first, ~, second] = bessel__modified(nu, z);
  down = exp(-2 * z);
  % Both carry exp(-z) or exp(z): I exp(-z), K exp(z).
  low = alpha < 0 & alpha != fix(alpha);
  y = first;
  if any(low)
    y(low) = y(low) + 2 / pi * sinpi(nu(low)) .* (second(low) .* down(low));
  end
  y = y .* bessel__phase(alpha, left, imag(x));
  if scaled
    y = y .* exp(1i * imag(z));
  else
    y = y .* exp(z);
  end
  y(z == 0) = nu(z == 0) == 0;
  at = z == 0 & low;
  y(at) = Inf;
  far = isinf(z);
  y(far) = Inf;
  if scaled
    y(far) = 0;
  end
  is_real = imag(x) == 0 & (!left | alpha == fix(alpha));
  y(is_real) = real(y(is_real));
end

function y = bessel__any_k(alpha, x, scaled)
  % K of any order.
  nu = abs(alpha);
  left = real(x) < 0;
  z = x;
  z(left) = -z(left);
  [first, ~, second] = bessel__modified(nu, z);
  y = second;
  if scaled
    right = y;
  else
    right = y .* exp(-z);
  end
  y = right;
  if any(left)
    zl = z(left);
    n = nu(left);
    turn = -1i * ones(size(zl));
    turn(imag(x(left)) < 0) = 1i;
    turned = cospi(n) + turn .* sinpi(n);
    value = turned .* second(left) .* exp(-zl) + pi * turn .* first(left) .* exp(zl);
    if scaled
      value = turned .* second(left) .* exp(-2 * zl) + pi * turn .* first(left);
    end
    y(left) = value;
  end
  y(z == 0) = Inf;
  far = isinf(z) & !left;
  y(far) = NaN;
  is_real = imag(x) == 0 & !left;
  y(is_real) = real(y(is_real));
end

function y = bessel__mixed(one, many, alpha, x)
  % Values of ONE for each x > 0 whose order is from 0 or whole, of MANY for the others together.
  easy = isreal(x) & x > 0 & isfinite(x) & (alpha >= 0 | alpha == fix(alpha)) & isfinite(alpha);
  y = zeros(size(x));
  for k = 1:numel(x)
    if easy(k)
      y(k) = one(alpha(k), x(k));
    end
  end
  if !all(easy)
    y(!easy) = many(alpha(!easy), x(!easy));
  end
end

function [j, y] = bessel__real_far(nu, x)
  % J and Y of one large x by Hankel's expansion, DLMF 10.17.
  [even, odd, term] = deal(1, 0, 1);
  for k = 1:60
    next = term * (4 * nu ^ 2 - (2 * k - 1) ^ 2) / (8 * k * x);
    if abs(next) > abs(term)
      break;
    end
    term = next;
    turn = 1 - 2 * (mod(k, 4) > 1);
    if mod(k, 2) == 1
      odd = odd + turn * term;
    else
      even = even + turn * term;
    end
    if abs(term) < eps / 8
      break;
    end
  end
  % The cosine and the sine of the phase odd signs of k = 1, 5, ... are +.
  c = cospi(nu / 2 + 0.25);
  s = sinpi(nu / 2 + 0.25);
  along = cos(x) * c + sin(x) * s;
  across = sin(x) * c - cos(x) * s;
  scale = sqrt(2 / (pi * x));
  j = scale * (even * along - odd * across);
  y = scale * (even * across + odd * along);
end

function y = bessel__real_first(nu, x)
  % J of one order from 0 at one x > 0: the series where its terms only fall.
  if x ^ 2 > 4 * (nu + 1) || nu > 100 || nu * log(2 / x) > 600
    y = bessel__real_pair(nu, x);
    return;
  end
  y = bessel__real_series(nu, x, -1);
end

function [k0, k1] = bessel__real_fraction(mu, x)
  % K exp(x) of orders mu and mu + 1 at one x from 2, as bessel__fraction.
  a1 = 0.25 - mu ^ 2;
  [a, c] = deal(-a1, a1);
  b = 2 * (1 + x);
  d = 1 / b;
  [h, dh, p, q, t] = deal(d, d, 0, 1, a1);
  s = 1 + t * dh;
  for k = 2:2000
    a = a - 2 * (k - 1);
    c = -a * c / k;
    next = (p - b * q) / a;
    p = q;
    q = next;
    t = t + c * q;
    b = b + 2;
    d = 1 / (b + a * d);
    dh = (b * d - 1) * dh;
    h = h + dh;
    s = s + t * dh;
    if abs(t * dh) <= eps / 4 * abs(s)
      break;
    end
  end
  k0 = sqrt(pi / (2 * x)) / s;
  k1 = k0 * (mu + x + 0.5 - a1 * h) / x;
end

function y = bessel__real_i(alpha, x, scaled)
  % I of one x > 0 and an order from 0, or a whole one.
  nu = abs(alpha);
  if x <= 10 && nu <= 100 && nu * log(2 / x) < 600
    y = bessel__real_series(nu, x, 1);
    if scaled
      y = y * exp(-x);
    end
    return;
  end
  y = bessel__real_modified(nu, x);
  if !scaled
    y = y * exp(x);
  end
end

function y = bessel__real_j(alpha, x)
  % J of one x > 0 and an order from 0, or a whole one.
  y = bessel__real_first(abs(alpha), x);
  if alpha < 0 && mod(alpha, 2) == 1
    y = -y;
  end
end

function y = bessel__real_k(alpha, x, scaled)
  % K of one x > 0 and an order from 0, or a whole one.
  [~, y] = bessel__real_modified(abs(alpha), x);
  if !scaled
    y = y * exp(-x);
  end
end

function [j, y, j_next, y_next] = bessel__real_middle(mu, x)
  % J and Y of orders mu and mu + 1 at one x from 2: the fraction of bessel__fraction for -ix,
  % in real arithmetic, where every complex number is a pair.
  a = mu ^ 2 - 0.25;
  c = -a;
  br = 2;
  bi = -2 * x;
  square = br ^ 2 + bi ^ 2;
  [dr, di] = deal(br / square, -bi / square);
  [hr, hi, er, ei] = deal(dr, di, dr, di);
  [pr, p_i, qr, qi] = deal(0, 0, 1, 0);
  [tr, ti] = deal(c, 0);
  sr = 1 + tr * er;
  si = tr * ei;
  for k = 2:2000
    a = a - 2 * (k - 1);
    c = -a * c / k;
    nr = (pr - (br * qr - bi * qi)) / a;
    ni = (p_i - (br * qi + bi * qr)) / a;
    pr = qr;
    p_i = qi;
    qr = nr;
    qi = ni;
    tr = tr + c * nr;
    ti = ti + c * ni;
    br = br + 2;
    vr = br + a * dr;
    vi = bi + a * di;
    square = vr ^ 2 + vi ^ 2;
    dr = vr / square;
    di = -vi / square;
    fr = br * dr - bi * di - 1;
    fi = br * di + bi * dr;
    more = fr * er - fi * ei;
    ei = fr * ei + fi * er;
    er = more;
    hr = hr + er;
    hi = hi + ei;
    more = tr * er - ti * ei;
    side = tr * ei + ti * er;
    sr = sr + more;
    si = si + side;
    if abs(more) + abs(side) <= eps / 4 * (abs(sr) + abs(si))
      break;
    end
  end
  hr = (0.25 - mu ^ 2) * hr;
  hi = (0.25 - mu ^ 2) * hi;
  shift = mu / 2 + 0.25;
  along = cos(x) * cospi(shift) + sin(x) * sinpi(shift);
  across = sin(x) * cospi(shift) - cos(x) * sinpi(shift);
  scale = sqrt(2 / (pi * x)) / (sr ^ 2 + si ^ 2);
  j = scale * (along * sr + across * si);
  y = scale * (across * sr - along * si);
  gr = (mu + 0.5 - hr) / x;
  gi = -hi / x - 1;
  j_next = j * gr - y * gi;
  y_next = j * gi + y * gr;
end

function [i, k] = bessel__real_modified(nu, x)
  % I exp(-x) and K exp(x) of one order from 0 at one x > 0, as bessel__modified.
  if x > max(25, nu ^ 2 / 2)
    [i, k] = bessel__real_tail(nu, x);
    return;
  end
  count = floor(nu + 0.5);
  mu = nu - count;
  if x <= 2
    [k, k_next] = bessel__real_start(mu, x);
  else
    [k, k_next] = bessel__real_fraction(mu, x);
  end
  for step = 1:count
    next = k + 2 * (mu + step) / x * k_next;
    k = k_next;
    k_next = next;
  end
  i = 1 / (x * (k_next + bessel__real_ratio(nu, x, 1) * k));
  if isnan(i)
    i = 0;
  end
end

function [y, y_next] = bessel__real_near(mu, x)
  % Y of orders mu and mu + 1, abs(mu) <= 1/2, at one x below 2: Temme's series.
  [f, p, q] = bessel__temme(mu, x);
  [f, p, q] = deal(2 / pi * f, 2 / pi * p, 2 / pi * q);
  bend = 0;
  if mu != 0
    bend = 2 / mu * sin(pi * mu / 2) ^ 2;
  end
  g = f + bend * q;
  [c, y, y_next] = deal(1, -g, -p);
  for k = 1:60
    f = (k * f + p + q) / (k ^ 2 - mu ^ 2);
    p = p / (k - mu);
    q = q / (k + mu);
    c = -c * x ^ 2 / (4 * k);
    g = f + bend * q;
    y = y - c * g;
    y_next = y_next - c * (p - k * g);
    if abs(c) * (abs(p) + k * abs(g)) <= eps / 8 * abs(y_next) && abs(c * g) <= eps / 8 * abs(y)
      break;
    end
  end
  y_next = 2 / x * y_next;
end

function [j, y] = bessel__real_pair(nu, x)
  % J and Y of one order from 0 at one x > 0, after Temme, J. Comput. Phys. 21 (1976) 343.
  if x > max(25, nu ^ 2 / 2)
    [j, y] = bessel__real_far(nu, x);
    return;
  end
  count = floor(nu + 0.5);
  mu = nu - count;
  if x < 2
    [y, y_next] = bessel__real_near(mu, x);
    j = NaN;
    j_next = NaN;
  else
    [j, y, j_next, y_next] = bessel__real_middle(mu, x);
  end
  for k = 1:count
    factor = 2 * (mu + k) / x;
    next = factor * y_next - y;
    y = y_next;
    y_next = next;
    next = factor * j_next - j;
    j = j_next;
    j_next = next;
  end
  if x < 2 || nu > x
    j = 2 / (pi * x) / (bessel__real_ratio(nu, x, -1) * y - y_next);
    if isnan(j)
      j = 0;
    end
  end
end

function r = bessel__real_ratio(nu, x, way)
  % J of the next order over J at one x if WAY is -1, I over I if it is 1, by Lentz's method.
  f = 2 * (nu + 1) / x;
  c = f;
  d = 0;
  for k = 2:100000
    b = 2 * (nu + k) / x;
    d = b + way * d;
    if d == 0
      d = 1e-290;
    end
    d = 1 / d;
    c = b + way / c;
    if c == 0
      c = 1e-290;
    end
    f = f * (c * d);
    if abs(c * d - 1) < eps
      break;
    end
  end
  r = 1 / f;
end

function y = bessel__real_series(nu, x, way)
  % The power series of I at one x, or of J if WAY is -1, DLMF 10.25 and 10.2.
  [term, total] = deal(1);
  quarter = way * x ^ 2 / 4;
  for k = 1:1000
    term = term * quarter / (k * (nu + k));
    total = total + term;
    if abs(term) <= eps / 8 * abs(total)
      break;
    end
  end
  y = (x / 2) ^ nu / gamma(nu + 1) * total;
end

function [k0, k1] = bessel__real_start(mu, x)
  % K exp(x) of orders mu and mu + 1, abs(mu) <= 1/2, at one x up to 2: Temme's series.
  [f, p, q] = bessel__temme(mu, x);
  [c, k0, k1] = deal(1, f, p);
  for k = 1:60
    f = (k * f + p + q) / (k ^ 2 - mu ^ 2);
    p = p / (k - mu);
    q = q / (k + mu);
    c = c * x ^ 2 / (4 * k);
    k0 = k0 + c * f;
    more = c * (p - k * f);
    k1 = k1 + more;
    if abs(c * f) <= eps / 8 * abs(k0) && abs(more) <= eps / 8 * abs(k1)
      break;
    end
  end
  k0 = k0 * exp(x);
  k1 = k1 * (2 / x) * exp(x);
end

function [i, k] = bessel__real_tail(nu, x)
  % I exp(-x) and K exp(x) of one large x, DLMF 10.40.
  [up, down, term] = deal(1);
  for step = 1:60
    next = term * (4 * nu ^ 2 - (2 * step - 1) ^ 2) / (8 * step * x);
    if abs(next) > abs(term)
      break;
    end
    term = next;
    down = down + term;
    up = up + (-1) ^ step * term;
    if abs(term) < eps / 8
      break;
    end
  end
  i = up / sqrt(2 * pi * x);
  k = sqrt(pi / (2 * x)) * down;
end

function y = bessel__real_y(alpha, x)
  % Y of one x > 0 and an order from 0, or a whole one.
  [~, y] = bessel__real_pair(abs(alpha), x);
  if alpha < 0 && mod(alpha, 2) == 1
    y = -y;
  end
end

function [f, p, q] = bessel__temme(mu, x)
  % The first terms of Temme's series for the functions of the second kind.
  odd = [0.5772156649015329, -0.0420026350340952, -0.0421977345555443, 0.0072189432466630, ...
         -0.0002152416741149, -0.0000201348547807, 0.0000011330272320, 0.0000000061160950, ...
         -0.0000000011812746, 0.0000000000077823, 0.0000000000005100, -0.0000000000000054];
  even = [1, -0.6558780715202538, 0.1665386113822915, -0.0096219715278770, ...
          -0.0011651675918591, 0.0001280502823882, -0.0000012504934821, -0.0000002056338417, ...
          0.0000000050020075, 0.0000000001043427, -0.0000000000036968, -0.0000000000000206];
  g1 = 0;
  g2 = 0;
  for k = 12:-1:1
    g1 = g1 * mu ^ 2 - odd(k);
    g2 = g2 * mu ^ 2 + even(k);
  end
  l = log(2 / x);
  s = mu * l;
  rise = 1 + s ^ 2 / 6;
  if abs(s) > 1e-4
    rise = sinh(s) / s;
  end
  fact = 1;
  if mu != 0
    fact = pi * mu / sin(pi * mu);
  end
  f = fact * (g1 * cosh(s) + g2 * rise * l);
  p = 0.5 * exp(s) / (g2 - mu * g1);
  q = 0.5 * exp(-s) / (g2 + mu * g1);
end
