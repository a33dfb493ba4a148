function varargout = gallery(name, varargin)
  % Test matrices of known properties, by name.
  if nargin < 1
    print_usage();
  end
  if !ischar(name)
    error("gallery: NAME must be a string");
  end
  makers = [gallery__makers_to_k(), gallery__makers_from_k()];
  at = find(strcmp(makers(1, :), name));
  if any(strcmp(name, {"binomial", "leslie"}))
    error("gallery: matrix %s not implemented", name);
  elseif isempty(at)
    error("gallery: unknown matrix with NAME %s", name);
  end
  count = 1;
  if strcmp(name, "dorr")
    count = max(1, nargout);
  elseif any(strcmp(name, {"house", "neumann", "wilk"}))
    count = 2;
  end
  results = cell(1, count);
  [results{:}] = makers{2, at}(varargin{:});
  varargout = results;
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
  below = (1:n)' - (1:n);
  a = rho .^ abs(below);
  a(below > 0) = conj(a(below > 0));
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
  % The roots of unity, and ones beside them.
  a = diag(exp(2 * pi * 1i / n) .^ [1:n-1, 0]);
  a(n+1:n+1:end) = 1;
  is_closed = nargin < 2 || k == 0;
  if is_closed
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
  shape = [n(1), n(end)];
  if nargin < 3
    k = shape(2) - 1;
  end
  if nargin < 2
    alpha = -1;
  end
  % How far to the right of the diagonal.
  right = (1:shape(2)) - (1:shape(1)).';
  t = (right == 0) + alpha * (right > 0 & right <= k);
  if k < 0
    t(right > k) = 0;
  end
end

function c = gallery__chebvand(m, p)
  % Chebyshev polynomials, a row each, at points.
  count = m;
  if nargin < 2
    p = m;
    if !isscalar(m)
      count = numel(m);
    end
  end
  if isscalar(p)
    p = linspace(0, 1, p);
  end
  at = reshape(p, 1, []);
  c = ones(count, numel(at));
  [before, now] = deal(c(1, :), at);
  for degree = 1:count-1
    c(degree + 1, :) = now;
    [before, now] = deal(now, 2 * at .* now - before);
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

function c = gallery__compar(a, k)
  sizes = abs(a);
  if nargin > 1 && k == 1
    % The largest beside the diagonal stands for its whole row, in a triangle only in the triangle.
    beside = sizes - diag(diag(sizes));
    kept = ones(size(a));
    if istril(a)
      kept = tril(kept);
    elseif istriu(a)
      kept = triu(kept);
    end
    largest = max(beside, [], 2) .* kept;
    sizes = largest - diag(diag(largest)) + diag(diag(sizes));
  end
  c = 2 * diag(diag(sizes)) - sizes;
end

function a = gallery__gcdmat(n)
  a = gcd(repmat((1:n).', 1, n), repmat(1:n, n, 1));
end

function a = gallery__gearmat(n, i, j)
  if nargin < 3
    j = -n;
  end
  if nargin < 2
    i = n;
  end
  place = 1:n;
  a = double(abs(place.' - place) == 1);
  % A tooth in the first row, and one in the last row, counted from its end.
  from_end = n + 1 - abs(j);
  a(1, abs(i)) = sign(i);
  a(end, from_end) = sign(j);
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
  if isscalar(a)
    a = randn(a);
  end
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
  place = 1:n;
  turns = 2 * pi * (place' - place);
  t = zeros(n);
  for wave = [w(1:m)(:), theta(1:m)(:)].'
    t = t + wave(1) * cos(wave(2) * turns);
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

function makers = gallery__makers_to_k()
  makers = {
    "cauchy", @gallery__cauchy
    "chebspec", @gallery__chebspec
    "chebvand", @gallery__chebvand
    "chow", @gallery__chow
    "circul", @gallery__circul
    "clement", @gallery__clement
    "compar", @gallery__compar
    "condex", @gallery__condex
    "cycol", @gallery__cycol
    "dorr", @gallery__dorr
    "dramadah", @gallery__dramadah
    "fiedler", @gallery__fiedler
    "forsythe", @gallery__forsythe
    "frank", @gallery__frank
    "gcdmat", @gallery__gcdmat
    "gearmat", @gallery__gearmat
    "grcar", @gallery__grcar
    "hanowa", @gallery__hanowa
    "house", @gallery__house
    "invhess", @gallery__invhess
    "invol", @gallery__invol
    "ipjfact", @gallery__ipjfact
    "jordbloc", @gallery__jordbloc
    "kahan", @gallery__kahan
    "kms", @gallery__kms
    "krylov", @gallery__krylov
  }.';
end

function makers = gallery__makers_from_k()
  makers = {
    "lauchli", @gallery__lauchli
    "lehmer", @(n) min((1:n)', 1:n) ./ max((1:n)', 1:n)
    "lesp", @gallery__lesp
    "lotkin", @gallery__lotkin
    "minij", @(n) min((1:n)', 1:n)
    "moler", @gallery__moler
    "neumann", @gallery__neumann
    "orthog", @gallery__orthog
    "parter", @(n) 1 ./ ((1:n)' - (1:n) + 0.5)
    "pei", @gallery__pei
    "poisson", @gallery__poisson
    "prolate", @gallery__prolate
    "redheff", @gallery__redheff
    "riemann", @(n) (mod(2:n+1, (2:n+1)') == 0) .* (2:n+1)' - 1
    "ris", @(n) 0.5 ./ (n - (1:n)' - (1:n) + 1.5)
    "smoke", @gallery__smoke
    "toeppd", @gallery__toeppd
    "toeppen", @gallery__toeppen
    "tridiag", @gallery__tridiag
    "triw", @gallery__triw
    "wilk", @gallery__wilk
  }.';
end

function a = gallery__lotkin(n)
  a = 1 ./ ((1:n)' + (0:n-1));
  a(1, :) = 1;
end

function a = gallery__redheff(n)
  a = double(mod(1:n, (1:n)') == 0);
  a(:, 1) = 1;
end

function a = gallery__poisson(n)
  % Differences along both sides of a square.
  line = gallery__tridiag(n, -1, 2, -1);
  a = kron(eye(n), line) + kron(line, eye(n));
end

function a = gallery__cycol(shape, k)
  % Random columns that come again and again.
  if isscalar(shape)
    shape = [shape, shape];
  end
  if nargin < 2
    k = max(1, round(shape(2) / 4));
  end
  few = randn(shape(1), k);
  a = few(:, mod(0:shape(2)-1, k) + 1);
end
