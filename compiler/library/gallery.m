function varargout = gallery(name, varargin)
  % Test matrices of known properties, by name.
  if nargin < 1
    print_usage();
  end
  if !ischar(name)
    error("gallery: NAME must be a string");
  end
  switch name
    case "cauchy"
      varargout{1} = gallery__cauchy(varargin{:});
    case "circul"
      varargout{1} = gallery__circul(varargin{:});
    case "clement"
      varargout{1} = gallery__clement(varargin{:});
    case "fiedler"
      varargout{1} = gallery__fiedler(varargin{:});
    case "forsythe"
      varargout{1} = gallery__forsythe(varargin{:});
    case "frank"
      varargout{1} = gallery__frank(varargin{:});
    case "grcar"
      varargout{1} = gallery__grcar(varargin{:});
    case "hanowa"
      varargout{1} = gallery__hanowa(varargin{:});
    case "ipjfact"
      varargout{1} = gallery__ipjfact(varargin{:});
    case "jordbloc"
      varargout{1} = gallery__jordbloc(varargin{:});
    case "kahan"
      varargout{1} = gallery__kahan(varargin{:});
    case "kms"
      varargout{1} = gallery__kms(varargin{:});
    case "lauchli"
      varargout{1} = gallery__lauchli(varargin{:});
    case "lehmer"
      n = varargin{1};
      a = ones(n, 1) * (1:n);
      varargout{1} = min(a, a') ./ max(a, a');
    case "lotkin"
      a = 1 ./ ((1:varargin{1})' + (0:varargin{1} - 1));
      a(1, :) = 1;
      varargout{1} = a;
    case "minij"
      n = varargin{1};
      varargout{1} = min((1:n)', 1:n);
    case "moler"
      varargout{1} = gallery__moler(varargin{:});
    case "orthog"
      varargout{1} = gallery__orthog(varargin{:});
    case "parter"
      n = varargin{1};
      varargout{1} = 1 ./ ((1:n)' - (1:n) + 0.5);
    case "pei"
      varargout{1} = gallery__pei(varargin{:});
    case "poisson"
      n = varargin{1};
      s = gallery__tridiag(n, -1, 2, -1);
      varargout{1} = kron(eye(n), s) + kron(s, eye(n));
    case "prolate"
      varargout{1} = gallery__prolate(varargin{:});
    case "redheff"
      n = varargin{1};
      a = double(mod(1:n, (1:n)') == 0);
      a(:, 1) = 1;
      varargout{1} = a;
    case "riemann"
      n = varargin{1} + 1;
      i = (2:n)';
      j = 2:n;
      varargout{1} = (mod(j, i) == 0) .* i - 1;
    case "ris"
      n = varargin{1};
      varargout{1} = 0.5 ./ (n - (1:n)' - (1:n) + 1.5);
    case "smoke"
      varargout{1} = gallery__smoke(varargin{:});
    case "tridiag"
      varargout{1} = gallery__tridiag(varargin{:});
    case "triw"
      varargout{1} = gallery__triw(varargin{:});
    case "chebvand"
      varargout{1} = gallery__chebvand(varargin{:});
    case "chow"
      varargout{1} = gallery__chow(varargin{:});
    case "compar"
      varargout{1} = gallery__compar(varargin{:});
    case "gcdmat"
      varargout{1} = gallery__gcdmat(varargin{:});
    case "gearmat"
      varargout{1} = gallery__gearmat(varargin{:});
    case "invhess"
      varargout{1} = gallery__invhess(varargin{:});
    case "invol"
      varargout{1} = gallery__invol(varargin{:});
    case "krylov"
      varargout{1} = gallery__krylov(varargin{:});
    case "lesp"
      varargout{1} = gallery__lesp(varargin{:});
    case "toeppen"
      varargout{1} = gallery__toeppen(varargin{:});
    case "chebspec"
      varargout{1} = gallery__chebspec(varargin{:});
    case "condex"
      varargout{1} = gallery__condex(varargin{:});
    case "dorr"
      [varargout{1:max(nargout, 1)}] = gallery__dorr(varargin{:});
    case "dramadah"
      varargout{1} = gallery__dramadah(varargin{:});
    case "house"
      [varargout{1:2}] = gallery__house(varargin{:});
    case "neumann"
      [varargout{1:2}] = gallery__neumann(varargin{:});
    case "toeppd"
      varargout{1} = gallery__toeppd(varargin{:});
    case "wilk"
      [varargout{1:2}] = gallery__wilk(varargin{:});
    case {"binomial", "leslie"}
      error("gallery: matrix %s not implemented", name);
    otherwise
      error("gallery: unknown matrix with NAME %s", name);
  end
end

function a = gallery__cauchy(x, y)
  if isscalar(x) && x == fix(x)
    x = 1:x;
  end
  if nargin < 2
    y = x;
  elseif isscalar(y) && y == fix(y)
    y = 1:y;
  end
  a = 1 ./ (x(:) + y(:).');
end

function a = gallery__circul(v)
  if isscalar(v)
    v = 1:v;
  end
  n = numel(v);
  a = v(mod((0:n-1) - (0:n-1)', n) + 1);
  a = reshape(a, n, n);
end

function a = gallery__clement(n, k)
  if nargin < 2
    k = 0;
  end
  above = 1:n-1;
  below = fliplr(above);
  if k != 0
    above = sqrt(below .* above);
    below = above;
  end
  a = diag(above, 1) + diag(below, -1);
end

function a = gallery__fiedler(c)
  if isscalar(c)
    c = 1:c;
  end
  a = abs(c(:).' - c(:));
end

function a = gallery__forsythe(n, alpha, lambda)
  if nargin < 2
    alpha = sqrt(eps);
  end
  if nargin < 3
    lambda = 0;
  end
  a = gallery__jordbloc(n, lambda);
  a(n, 1) = alpha;
end

function a = gallery__frank(n, k)
  p = n:-1:1;
  a = triu(ones(n, 1) * p) + diag(n-1:-1:1, -1);
  if nargin > 1 && k != 0
    a = a(p, p)';
  end
end

function a = gallery__grcar(n, k)
  if nargin == 1
    k = 3;
  end
  offset = (1:n) - (1:n).';
  a = (offset >= 0 & offset <= k) - (offset == -1);
end

function a = gallery__hanowa(n, d)
  if nargin < 2
    d = -1;
  end
  m = n / 2;
  a = [d * eye(m), -diag(1:m); diag(1:m), d * eye(m)];
end

function a = gallery__ipjfact(n, k)
  if nargin < 2
    k = 0;
  end
  a = factorial((1:n)' + (1:n));
  if k == 1
    a = 1 ./ a;
  end
end

function a = gallery__jordbloc(n, lambda)
  if nargin < 2
    lambda = 1;
  end
  a = lambda * full(eye(n)) + diag(ones(n - 1, 1), 1);
end

function u = gallery__kahan(n, theta, pert)
  if nargin < 2
    theta = 1.2;
  end
  if nargin < 3
    pert = 25;
  end
  n = [n(:).', n(1)];
  r = n(1);
  m = n(min(2, end));
  s = sin(theta);
  c = cos(theta);
  u = full(eye(m)) - c * triu(ones(m), 1);
  u = diag(s .^ (0:m-1)) * u + pert * eps * diag(m:-1:1);
  if r > m
    u(r, m) = 0;
  else
    u = u(1:r, :);
  end
end

function a = gallery__kms(n, rho)
  if nargin < 2
    rho = 0.5;
  end
  a = abs((1:n)' - (1:n));
  a = rho .^ a;
  if !isreal(rho)
    a = conj(tril(a, -1)) + triu(a);
  end
end

function a = gallery__lauchli(n, mu)
  if nargin < 2
    mu = sqrt(eps);
  end
  a = [ones(1, n); mu * eye(n)];
end

function a = gallery__moler(n, alpha)
  if nargin < 2
    alpha = -1;
  end
  t = gallery__triw(n, alpha);
  a = t' * t;
end

function q = gallery__orthog(n, k)
  if nargin < 2
    k = 1;
  end
  column = (1:n).';
  row = 1:n;
  % Each entry is a wave: the product of both places, from 1 or from 0, times an angle.
  ones_up = column .* row;
  zeros_up = (column - 1) .* (row - 1);
  switch k
    case 1
      q = sqrt(2 / (n + 1)) * sin(pi / (n + 1) * ones_up);
    case 2
      q = 2 / sqrt(2 * n + 1) * sin(pi / (2 * n + 1) * 2 * ones_up);
    case 3
      % The discrete Fourier transform.
      q = exp(1i * (2 * pi * zeros_up / n)) / sqrt(n);
    case 4
      % Helmert's matrix: each row is the sum of those before it less as many times the next.
      q = (row < column) - (column - 1) .* (row == column);
      q(1, row) = 1;
      q = q ./ sqrt([n, row(1:n-1) .* row(2:n)].');
    case 5
      % The discrete Hartley transform.
      angle = 2 * pi / n * zeros_up;
      q = (cos(angle) + sin(angle)) / sqrt(n);
    case -1
      q = cos(pi / (n - 1) * zeros_up);
    case -2
      q = cos(pi / n * ((column - 1) .* (row - 0.5)));
    otherwise
      error("gallery: unknown K '%d' for orthog matrix", k);
  end
end

function p = gallery__pei(n, alpha)
  if nargin < 2
    alpha = 1;
  end
  p = alpha * full(eye(n)) + ones(n);
end

function a = gallery__prolate(n, w)
  if nargin < 2
    w = 0.25;
  end
  place = 1:n-1;
  a = toeplitz([2 * w, sin(2 * pi * w * place) ./ (pi * place)]);
end

function a = gallery__smoke(n, k)
  w = exp(2 * pi * 1i / n);
  a = diag(w .^ [1:n-1, 0]) + diag(ones(n - 1, 1), 1);
  if nargin < 2 || k == 0
    a(n, 1) = 1;
  end
end

function t = gallery__tridiag(n, x, y, z)
  if nargin == 1
    x = -1;
    y = 2;
    z = -1;
  elseif nargin == 3
    [x, y, z] = deal(n, x, y);
    n = numel(y);
  end
  if isscalar(x)
    x = x * ones(n - 1, 1);
  end
  if isscalar(z)
    z = z * ones(n - 1, 1);
  end
  if isscalar(y)
    y = y * ones(n, 1);
  end
  t = sparse(diag(x, -1) + diag(y) + diag(z, 1));
end

function t = gallery__triw(n, alpha, k)
  if nargin < 2
    alpha = -1;
  end
  m = n(1);
  n = n(end);
  if nargin < 3
    k = n - 1;
  end
  t = tril(full(eye(m, n)) + alpha * triu(ones(m, n), 1), k);
end

function c = gallery__chebvand(m, p)
  % Chebyshev polynomials, a row each, at points.
  if nargin < 2
    p = m;
    if !isscalar(m)
      m = numel(m);
    end
  end
  if isscalar(p)
    p = linspace(0, 1, p);
  end
  c = ones(m, numel(p));
  if m > 1
    c(2, :) = p(:).';
  end
  for i = 3:m
    c(i, :) = 2 * c(2, :) .* c(i-1, :) - c(i-2, :);
  end
end

function a = gallery__chow(n, alpha, delta)
  if nargin < 2
    alpha = 1;
  end
  if nargin < 3
    delta = 0;
  end
  row = [alpha, 1, zeros(1, n - 2)](1:n);
  a = toeplitz(alpha .^ (1:n), row) + delta * eye(n);
end

function c = gallery__compar(a)
  c = 2 * diag(abs(diag(a))) - abs(a);
end

function a = gallery__gcdmat(n)
  a = gcd(repmat((1:n).', 1, n), repmat(1:n, n, 1));
end

function a = gallery__gearmat(n, i, j)
  if nargin < 2
    i = n;
  end
  if nargin < 3
    j = -n;
  end
  a = double(abs((1:n).' - (1:n)) == 1);
  a(1, abs(i)) = sign(i);
  a(n, n + 1 - abs(j)) = sign(j);
end

function a = gallery__invhess(x, y)
  if isscalar(x)
    x = 1:x;
  end
  if nargin < 2
    y = -x(1:end-1);
  end
  n = numel(x);
  a = tril(repmat(x(:).', n, 1)) + triu(repmat([y(:); 0], 1, n), 1);
end

function a = gallery__invol(n)
  % A matrix that is its own inverse, from Hilbert's.
  a = hilb(n);
  % The first column is scaled by -n, then each row but the first by signed products of binomials.
  a(:, 1) *= -n;
  scale = -n * ones(rows(a), 1);
  for k = 2:rows(a)
    square = (k - 1) ^ 2;
    scale(k) = scale(k-1) * (square - n ^ 2) / square;
  end
  scale(1) = 1;
  a = scale .* a;
end

function b = gallery__krylov(a, x, count)
  n = rows(a);
  if nargin < 2
    x = ones(n, 1);
  end
  if nargin < 3
    count = n;
  end
  b = x(:);
  for i = 2:count
    b(:, i) = a * b(:, i-1);
  end
end

function a = gallery__lesp(n)
  x = 2:n;
  a = diag(1 ./ x, -1) + diag(-(2 * [x, n + 1] + 1)) + diag(x, 1);
end

function a = gallery__toeppen(n, varargin)
  bands = [1, -10, 0, 10, 1];
  bands(1:numel(varargin)) = [varargin{:}];
  a = zeros(n);
  for k = -2:2
    a = a + bands(k + 3) * (((1:n) - (1:n).') == k);
  end
end

function c = gallery__chebspec(n, k)
  % Derivatives at the points of Chebyshev; with k = 1 without the first point.
  if nargin < 2
    k = 0;
  end
  last = n - 1 + k;
  x = cos(pi * (0:last)' / last);
  weights = [2; ones(last - 1, 1); 2] .* (-1) .^ (0:last)';
  c = (weights ./ weights.') ./ (x - x.' + eye(last + 1));
  at = 1:last+1;
  c(at + (at - 1) * (last + 1)) = [(2 * last ^ 2 + 1) / 6; ...
                                   -x(2:last) ./ (2 * (1 - x(2:last) .^ 2)); ...
                                   -(2 * last ^ 2 + 1) / 6];
  c = c(k+1:end, k+1:end);
end

function a = gallery__condex(n, k, theta)
  % Matrices that mislead estimates of the condition.
  if nargin < 2
    k = 4;
  end
  if nargin < 3
    theta = 100;
  end
  switch k
    case 1
      a = [1, -1, -2 * theta, 0; 0, 1, theta, -theta; 0, 1, 1 + theta, -1 - theta; 0, 0, 0, theta];
    case 2
      a = [1, 1 - 2 / theta ^ 2, -2; 0, 1 / theta, -1 / theta; 0, 0, 1];
    case 3
      a = eye(n) - tril(ones(n), -1);
      a(n, n) = -1;
    case 4
      places = (0:n-1)';
      x = [ones(n, 1), places == 0, (-1) .^ places .* (1 + places / (n - 1))];
      q = orth(x);
      a = eye(n) + theta * (eye(n) - q * q');
    otherwise
      error("gallery: unknown K '%d' for condex matrix", k);
  end
  % The rest is of the identity.
  m = rows(a);
  if m < n
    a(m+1:n, m+1:n) = eye(n - m);
  end
end

function varargout = gallery__dorr(n, theta)
  % A tridiagonal matrix with a dominant diagonal, ill conditioned with small theta.
  if nargin < 2
    theta = 0.01;
  end
  h = 1 / (n + 1);
  i = (1:n)';
  is_first = i <= floor((n + 1) / 2);
  slope = (0.5 - i * h) / h;
  c = -theta / h ^ 2 + slope .* !is_first;
  e = -theta / h ^ 2 - slope .* is_first;
  d = -(c + e);
  if nargout > 1
    varargout = {c(2:n), d, e(1:n-1)};
  else
    varargout = {gallery__tridiag(c(2:n), d, e(1:n-1))};
  end
end

function a = gallery__dramadah(n, k)
  % Matrices of zeros and ones, with large inverses or determinants.
  if nargin < 2
    k = 1;
  end
  i = 0:n-1;
  switch k
    case 1
      a = toeplitz(double(mod(i, 4) == 0 | mod(i, 4) == 3), double(i < 4 & i != 2));
    case 2
      a = toeplitz(double(i == 0), double(i == 0 | mod(i, 2) == 1));
    case 3
      a = toeplitz(double(mod(i, 2) == 0), double(i < 2));
    otherwise
      error("gallery: unknown K '%d' for dramadah matrix", k);
  end
end

function [v, beta] = gallery__house(x)
  % The reflection of a vector to the first axis: eye - beta * v * v'.
  if !isvector(x)
    error("gallery: X must be a vector for house matrix");
  end
  v = x(:);
  beta = 1;
  s = norm(x);
  if s == 0
    return;
  end
  if x(1) != 0
    s = sign(x(1)) * s;
  end
  v(1) = v(1) + s;
  beta = 1 / real(conj(s) * v(1));
end

function [a, s] = gallery__neumann(n)
  % The discrete Laplacian of a square with Neumann conditions, and that of a line.
  m = sqrt(n);
  if m != fix(m)
    error("gallery: N must be a perfect square for neumann matrix");
  end
  s = full(gallery__tridiag(m, -1, 2, -1));
  s(1, 2) = -2;
  s(m, m - 1) = -2;
  a = sparse(kron(s, eye(m)) + kron(eye(m), s));
end

function t = gallery__toeppd(n, m, w, theta)
  % A sum of m positive semidefinite matrices of Toeplitz of rank 2.
  if nargin < 2
    m = n;
  end
  if nargin < 3
    w = rand(m, 1);
  end
  if nargin < 4
    theta = rand(m, 1);
  end
  gap = 2 * pi * ((1:n)' - (1:n));
  t = zeros(n);
  for k = 1:m
    t = t + w(k) * cos(theta(k) * gap);
  end
end

function [a, b] = gallery__wilk(n)
  % Matrices of Wilkinson.
  switch n
    case 3
      a = [1e-10, 0.9, -0.4; 0, 0.9, -0.4; 0, 0, 1e-10];
      b = [0; 0; 1];
    case 4
      a = [0.9143e-4, 0, 0, 0; 0.8762, 0.7156e-4, 0, 0; 0.7943, 0.8143, 0.9504e-4, 0; ...
           0.8017, 0.6123, 0.7165, 0.7123e-4];
      b = [0.6524; 0.3127; 0.4186; 0.7853];
    case 5
      a = 1.8144 ./ ((1:5)' + (1:5));
      b = [];
    case 21
      a = wilkinson(21);
      b = [];
    otherwise
      error("gallery: unknown N '%d' for wilk matrix", n);
  end
end
