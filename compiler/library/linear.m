function z = null(a, varargin)
  % Orthonormal basis of what a matrix takes to zero.
  z = [];
  if !isempty(a)
    if rows(a) < columns(a)
      [~, s, v] = svd(a);
    else
      [~, s, v] = svd(a, "econ");
    end
    z = v(:, linear__rank(s, a, varargin{:})+1:end);
    % What is nothing but rounding.
    z(abs(z) < eps(class(z))) = 0;
  end
end

function q = orth(a, varargin)
  % Orthonormal basis of the columns of a matrix.
  q = [];
  if !isempty(a)
    [u, s] = svd(a);
    q = -u(:, 1:linear__rank(s, a, varargin{:}));
  end
end

function x = pinv(a, varargin)
  % Pseudoinverse.
  x = zeros(columns(a), rows(a));
  if !isempty(a)
    [u, s, v] = svd(a, "econ");
    [count, s] = linear__rank(s, a, varargin{:});
    if count > 0
      x = v(:, 1:count) * (u(:, 1:count)' ./ s(1:count));
    end
  end
end

function [count, s] = linear__rank(s, a, tol)
  % How many singular values are above a tolerance, and the values as a column.
  if isvector(s)
    s = s(1);
  else
    s = diag(s);
  end
  if nargin < 3
    tol = s(1) * max(size(a)) * eps(class(a));
  end
  count = sum(s > tol);
end

function r = expm(a)
  % Exponential of a matrix: a quotient of polynomials for a part of it, squared.
  % After Golub and Van Loan, "Matrix Computations", algorithm 9.3.1.
  if nargin != 1
    print_usage();
  end
  if rows(a) != columns(a)
    error("expm: A must be a square matrix");
  end
  if isscalar(a)
    r = exp(a);
  elseif isempty(a)
    r = [];
  elseif isequal(a, diag(diag(a)))
    r = diag(exp(diag(a)));
  else
    [~, squares] = log2(norm(a, "inf"));
    squares = min(max(squares, 0), 1023);
    a = a / 2 ^ squares;
    order = 8;
    [power, top, bottom] = deal(eye(rows(a)));
    c = 1;
    for k = 1:order
      c = c * (order - k + 1) / (k * (2 * order - k + 1));
      power = a * power;
      top = top + c * power;
      bottom = bottom + (-1) ^ k * c * power;
    end
    r = bottom \ top;
    for k = 1:squares
      r = r * r;
    end
  end
end

function s = sqrtm(a)
  % Square root of a matrix.
  if rows(a) != columns(a)
    error("sqrtm: A must be a square matrix");
  end
  if isequal(a, diag(diag(a)))
    s = full(diag(sqrt(diag(a))));
    return;
  end
  [v, d] = eig(a);
  if rcond(v) > 1e-8
    s = v * diag(sqrt(diag(d))) / v;
    if isreal(a) && all(real(diag(d)) >= 0) && all(imag(diag(d)) == 0)
      s = real(s);
    end
    return;
  end
  y = a;
  z = eye(rows(a));
  for k = 1:100
    next = (y + inv(z)) / 2;
    z = (z + inv(y)) / 2;
    if norm(next - y, 1) <= eps * norm(y, 1)
      break;
    end
    y = next;
  end
  s = y;
end

function s = logm(a)
  % Logarithm of a matrix.
  if rows(a) != columns(a)
    error("logm: A must be a square matrix");
  end
  if isequal(a, diag(diag(a)))
    s = diag(log(diag(a)));
    return;
  end
  values = eig(a);
  is_real = isreal(a) && !any(imag(values) == 0 & real(values) <= 0);
  k = 0;
  while max(sum(abs(a - eye(size(a))))) > 0.25 && k < 60
    a = sqrtm(a);
    if is_real
      a = real(a);
    end
    k = k + 1;
  end
  x = a - eye(size(a));
  s = zeros(size(a));
  power = x;
  for i = 1:60
    s = s - (-1) ^ i * power / i;
    power = power * x;
  end
  s = s * 2 ^ k;
end

function [r, chosen] = rref(r, tol)
  % Reduced row echelon form.
  if nargin < 2
    tol = eps(class(r)) * max(size(r)) * norm(r, inf);
  end
  chosen = zeros(1, 0);
  for c = 1:columns(r)
    done = numel(chosen);
    if done == rows(r)
      break;
    end
    [largest, at] = max(abs(r(done+1:end, c)));
    if largest <= tol
      r(done+1:end, c) = 0;
      continue;
    end
    at += done;
    line = r(at, :) / r(at, c);
    r(at, :) = r(done+1, :);
    factors = r(:, c);
    factors(done+1) = 0;
    r(:, c:end) = r(:, c:end) - factors * line(c:end);
    r(done+1, :) = line;
    chosen(end+1) = c;
  end
  % No zero has a sign.
  r = r + 0;
end

function t = issymmetric(a, tol)
  % True for a matrix that is its own transpose.
  if nargin < 2
    tol = 0;
  end
  t = (isnumeric(a) || islogical(a)) && ismatrix(a) && rows(a) == columns(a);
  if t
    if tol == 0
      t = all((a == a.')(:));
    else
      t = norm(a - a.', inf) / norm(a, inf) <= tol;
    end
  end
end

function t = ishermitian(a, tol)
  % True for a matrix that is its own conjugate transpose.
  if nargin < 2
    tol = 0;
  end
  t = (isnumeric(a) || islogical(a)) && ismatrix(a) && rows(a) == columns(a);
  if t
    if tol == 0
      t = all((a == a')(:));
    else
      t = norm(a - a', inf) / norm(a, inf) <= tol;
    end
  end
end

function t = isdefinite(a, tol)
  % True for a positive definite matrix.
  if !ishermitian(a)
    t = false;
    return;
  end
  if nargin < 2
    tol = 100 * eps(class(a)) * norm(a, "fro");
  end
  [~, p] = chol(a - tol * eye(size(a)));
  t = p == 0;
end

function t = isdiag(a)
  % True for a matrix with nothing beside its diagonal.
  t = (isnumeric(a) || islogical(a)) && ndims(a) == 2;
  if t
    [i, j] = find(a);
    t = all(i == j);
  end
end

function t = istril(a)
  % True for a matrix with nothing above its diagonal.
  t = (isnumeric(a) || islogical(a)) && ndims(a) == 2;
  if t
    [i, j] = find(a);
    t = all(i >= j);
  end
end

function t = istriu(a)
  % True for a matrix with nothing below its diagonal.
  t = (isnumeric(a) || islogical(a)) && ndims(a) == 2;
  if t
    [i, j] = find(a);
    t = all(i <= j);
  end
end

function t = isbanded(a, lower, upper)
  % True for a matrix with nothing outside a band.
  t = (isnumeric(a) || islogical(a)) && ndims(a) == 2;
  if t
    [i, j] = find(a);
    t = all(j - i <= upper) && all(i - j <= lower);
  end
end

function b = blkdiag(varargin)
  % Matrices along the diagonal.
  if nargin < 1
    print_usage();
  end
  m = 0;
  n = 0;
  for i = 1:nargin
    m = m + rows(varargin{i});
    n = n + columns(varargin{i});
  end
  b = zeros(m, n);
  r = 0;
  c = 0;
  for i = 1:nargin
    part = varargin{i};
    if !isempty(part)
      b(r+1:r+rows(part), c+1:c+columns(part)) = part;
    end
    r = r + rows(part);
    c = c + columns(part);
  end
end

function g = givens(x, y)
  % Rotation that takes (x, y) to (r, 0).
  if y == 0
    c = 1;
    s = 0;
  else
    r = hypot(x, y);
    c = x / r;
    s = y / r;
  end
  g = [c, s; -s, c];
end

function [g, y] = planerot(x)
  % Rotation of a two-element column to the first axis.
  g = givens(x(1), x(2));
  y = g * x(:);
end

function angle = subspace(a, b)
  % Largest angle between two subspaces.
  [a, b] = deal(orth(a), orth(b));
  if columns(a) < columns(b)
    [a, b] = deal(b, a);
  end
  % What of the smaller one lies in the other, and what is left.
  inside = a' * b;
  angle = atan2(norm(b - a * inside), min(svd(inside)));
end

function v = vech(x)
  % Lower half of a matrix as a column.
  if rows(x) != columns(x)
    error("vech: X must be square");
  end
  v = reshape(x(tril(true(rows(x)))), [], 1);
end

function x = linsolve(a, b, opts)
  % Solution of a system.
  if nargin > 2 && isfield(opts, "TRANSA") && opts.TRANSA
    x = a' \ b;
  else
    x = a \ b;
  end
end

function x = lscov(a, b, v)
  % Weighted least squares.
  if nargin < 3
    x = a \ b;
  elseif isvector(v)
    w = sqrt(v(:));
    x = (w .* a) \ (w .* b);
  else
    l = chol(v)';
    x = (l \ a) \ (l \ b);
  end
end

function [x, r] = ols(y, x_in)
  % Ordinary least squares.
  x = x_in \ y;
  r = y - x_in * x;
end

function h = hankel(c, r)
  % Constant along the diagonals that run to the left.
  if nargin == 1
    n = numel(c);
    h = zeros(n);
    for j = 1:n
      h(1:n-j+1, j) = c(j:n);
    end
  else
    n = numel(c);
    m = numel(r);
    all_values = [c(:); r(2:end)(:)];
    h = zeros(n, m);
    for j = 1:m
      h(:, j) = all_values(j:j+n-1);
    end
  end
  if isa(c, "single")
    h = single(h);
  end
end

function p = pascal(n, t)
  % Pascal's triangle as a matrix.
  if nargin < 2
    t = 0;
  end
  p = zeros(n);
  if n > 0
    p(:, 1) = 1;
  end
  if t == -1
    for j = 2:n
      for i = j:n
        p(i, j) = p(i-1, j-1) + p(i-1, j);
      end
    end
  elseif t == 0
    p(1, :) = 1;
    for j = 2:n
      for i = 2:n
        p(i, j) = p(i-1, j) + p(i, j-1);
      end
    end
  else
    p = pascal(n, -1) .* (-1) .^ (0:n-1);
    if t == 2
      p = rot90(p, 3);
      if rem(n, 2) != 1
        p = -p;
      end
    end
  end
end

function a = rosser()
  % Rosser's matrix, a test of eigenvalues.
  a = [611, 196, -192, 407, -8, -52, -49, 29;
       196, 899, 113, -192, -71, -43, -8, -44;
       -192, 113, 899, 196, 61, 49, 8, 52;
       407, -192, 196, 611, 8, 44, 59, -23;
       -8, -71, 61, 8, 411, -599, 208, 208;
       -52, -43, 49, 44, -599, 411, 208, 208;
       -49, -8, 8, 59, 208, 208, 99, -911;
       29, -44, 52, -23, 208, 208, -911, 99];
end

function a = wilkinson(n)
  % Wilkinson's matrix, a test of eigenvalues.
  place = 1:n;
  a = double(abs(place.' - place) == 1);
  a(1:n+1:end) = abs(place - (n + 1) / 2);
end

function h = invhilb(n)
  % Inverse of the Hilbert matrix.
  h = zeros(n);
  for i = 1:n
    for j = 1:n
      h(i, j) = (-1) ^ (i + j) * (i + j - 1) * nchoosek(n + i - 1, n - j) * ...
                nchoosek(n + j - 1, n - i) * nchoosek(i + j - 2, i - 1) ^ 2;
    end
  end
end

function h = hadamard(n)
  % Hadamard matrix of a power of two, or of 12 or 20 times one.
  h = [];
  seeds = {@() 1, @() linear__paley(11), @() linear__paley(19)};
  for k = 1:3
    h_small = seeds{k}();
    doublings = log2(n / rows(h_small));
    if doublings == fix(doublings) && doublings >= 0
      h = h_small;
      break;
    end
  end
  if isempty(h)
    error("hadamard: N must be 2^k*p, for p = 1, 12, 20 or 28");
  end
  for k = 1:doublings
    h = kron([1, 1; 1, -1], h);
  end
end

function h = linear__paley(p)
  squares = mod((1:(p-1)/2) .^ 2, p);
  q = -ones(p);
  for i = 1:p
    for j = 1:p
      if any(squares == mod(i - j, p))
        q(i, j) = 1;
      end
    end
  end
  h = [ones(1, p + 1); ones(p, 1), q];
end

function [v, beta, is_zero] = housh(x, j, z)
  % Householder vector of a column: what reflects it onto axis j.
  % After Golub and Van Loan, "Matrix Computations", section 5.1; scaled, so that nothing overflows.
  v = x;
  beta = 0;
  largest = norm(x, inf);
  if largest > 0
    v = x / largest;
    len = norm(v);
    if len > z
      beta = 1 / (len * (len + abs(v(j))));
      v(j) += merge(v(j) < 0, -len, len);
    end
  end
  is_zero = beta == 0;
end

function [p, h] = hess(a)
  % Hessenberg form.
  n = rows(a);
  if n != columns(a)
    error("hess: argument must be a square matrix");
  end
  h_full = a;
  q = eye(n);
  for k = 1:n-2
    x = h_full(k+1:n, k);
    beta = -sign(x(1)) * norm(x);
    if x(1) == 0
      beta = -norm(x);
    end
    if norm(x(2:end)) == 0
      continue;
    end
    v = x;
    v(1) = v(1) - beta;
    v = v / norm(v);
    h_full(k+1:n, :) = h_full(k+1:n, :) - 2 * v * (v' * h_full(k+1:n, :));
    h_full(:, k+1:n) = h_full(:, k+1:n) - 2 * (h_full(:, k+1:n) * v) * v';
    q(:, k+1:n) = q(:, k+1:n) - 2 * (q(:, k+1:n) * v) * v';
    h_full(k+2:n, k) = 0;
  end
  if nargout < 2
    p = h_full;
  else
    p = q;
    h = h_full;
  end
end

function [c, v] = condest(a, varargin)
  % Condition number in the 1-norm, and a vector that the matrix nearly takes to zero.
  if nargin < 1
    print_usage();
  end
  if !isnumeric(a)
    error("condest: A must be a square matrix");
  end
  if rows(a) != columns(a)
    error("condest: A must be square");
  end
  if isempty(a)
    c = 0;
    v = [];
    return;
  end
  [l, u, p] = lu(a);
  if any(diag(u) == 0)
    c = Inf;
    v = zeros(rows(a), 1);
    [~, k] = min(abs(diag(u)));
    v(k) = 1;
    if k > 1
      v(1:k-1) = -u(1:k-1, 1:k-1) \ u(1:k-1, k);
    end
    v = v / norm(v, 1);
    return;
  end
  b = inv(a);
  [size_b, at] = max(sum(abs(b), 1));
  c = norm(a, 1) * size_b;
  v = b(:, at) / size_b;
end

function c = commutation_matrix(m, n)
  % Matrix that takes vec(A) to vec(A').
  if nargin < 2
    n = m;
  end
  moved = reshape(1:m * n, m, n)';
  c = eye(m * n)(moved(:), :);
end

function d = duplication_matrix(n)
  % Matrix that takes vech(A) to vec(A).
  places = zeros(n);
  places(tril(true(n))) = 1:n * (n + 1) / 2;
  places = places + tril(places, -1)';
  d = eye(n * (n + 1) / 2)(places(:), :);
end

function x = lsqnonneg(c, d)
  % Least squares without negative results.
  n = columns(c);
  x = zeros(n, 1);
  passive = false(n, 1);
  w = c' * (d - c * x);
  tol = 10 * eps * norm(c, 1) * max(size(c));
  for round = 1:10 * n
    candidates = find(!passive & w > tol);
    if isempty(candidates)
      break;
    end
    [~, k] = max(w(candidates));
    passive(candidates(k)) = true;
    while true
      s = zeros(n, 1);
      s(passive) = c(:, passive) \ d;
      if all(s(passive) > 0)
        break;
      end
      bad = passive & s <= 0;
      alpha = min(x(bad) ./ (x(bad) - s(bad)));
      x = x + alpha * (s - x);
      passive(abs(x) < tol & passive) = false;
    end
    x = s;
    w = c' * (d - c * x);
  end
end

function r = linear__power(a, b)
  % Powers of matrices that are no counted products.
  if isscalar(a)
    [v, d] = eig(b);
    r = v * diag(a .^ diag(d)) / v;
    if isreal(a) && isreal(b) && a > 0
      r = real(r);
    end
  elseif b == fix(b) && isreal(b) && abs(b) < 1e9
    if b < 0
      a = inv(a);
      b = -b;
    end
    r = eye(rows(a));
    while b > 0
      if mod(b, 2) == 1
        r = r * a;
      end
      b = floor(b / 2);
      if b > 0
        a = a * a;
      end
    end
  else
    [v, d] = eig(a);
    r = v * diag(diag(d) .^ b) / v;
  end
end

function r = linear__dot(a, b, dim)
  % Inner products of complex numbers or integers: the first operand conjugated.
  if isvector(a) && isvector(b) && numel(a) == numel(b) && nargin < 3
    r = sum(conj(a(:)) .* b(:));
  elseif isequal(size(a), size(b))
    if nargin < 3
      dim = find(size(a) ~= 1, 1);
    end
    r = sum(conj(a) .* b, dim);
  else
    error('dot: sizes of X and Y must match');
  end
end

function r = linear__kron(a, b, varargin)
  % Kronecker products of complex numbers or integers, or of more than two matrices.
  r = reshape(a, [1, rows(a), 1, columns(a)]) .* reshape(b, [rows(b), 1, columns(b)]);
  r = reshape(r, rows(a) * rows(b), columns(a) * columns(b));
  if ~isempty(varargin)
    r = kron(r, varargin{:});
  end
end

function r = linear__diag(a, k)
  % Diagonals of complex numbers, integers or characters.
  if isvector(a)
    n = numel(a) + abs(k);
    r = repmat(a(1), n, n);
    r(:) = 0;
    for j = 1:numel(a)
      r(j + max(-k, 0), j + max(k, 0)) = a(j);
    end
  else
    count = min(rows(a) + min(k, 0), columns(a) - max(k, 0));
    count = max(count, 0);
    first = 1 + max(-k, 0) + max(k, 0) * rows(a);
    r = reshape(a(first + (0:count - 1) * (rows(a) + 1)), count, 1);
  end
  if ischar(a)
    r = char(r);
  end
end

function [n, count] = normest(A, tol)
  % The 2-norm of a matrix.
  n = norm(A);
  count = 1;
end

function [lower, upper] = bandwidth(a, kind)
  % How far elements that are not zero lie below and above the diagonal.
  [i, j] = find(a);
  below = max([0; i(:) - j(:)]);
  above = max([0; j(:) - i(:)]);
  if nargin > 1
    if strcmpi(kind, "lower")
      lower = below;
    else
      lower = above;
    end
  else
    lower = below;
    upper = above;
  end
end

function b = cholinv(a)
  % Inverse of a positive definite matrix.
  r = chol(a);
  b = inv(r) * inv(r)';
end

function b = chol2inv(r)
  % Inverse of the matrix of a Cholesky factor.
  b = inv(r' * r);
end

function [x, flag, relres, iter, resvec] = pcg(a, b, varargin)
  % Solution of a symmetric positive definite system by conjugate gradients.
  [tol, maxit, m1, m2, x, args] = linear__options(b, varargin);
  residual = b - linear__times(a, x, args);
  scale = norm(b);
  resvec = norm(residual);
  iter = 0;
  flag = 0;
  if scale == 0
    x = zeros(size(b));
    relres = 0;
    return;
  end
  z = linear__precondition(m1, m2, residual);
  p = z;
  rho = residual' * z;
  while resvec(end) > tol * scale && iter < maxit
    q = linear__times(a, p, args);
    curve = p' * q;
    if curve <= 0
      flag = 4;
      break;
    end
    alpha = rho / curve;
    x = x + alpha * p;
    residual = residual - alpha * q;
    resvec(end+1, 1) = norm(residual);
    iter = iter + 1;
    z = linear__precondition(m1, m2, residual);
    last = rho;
    rho = residual' * z;
    p = z + rho / last * p;
  end
  relres = resvec(end) / scale;
  if flag == 0 && resvec(end) > tol * scale
    flag = 1;
  end
  if nargout < 2 && flag != 0
    warning("pcg: the iteration has not converged");
  elseif nargout < 2
    printf("pcg converged at iteration %d with relative residual %d\n", iter, relres);
  end
end

function [tol, maxit, m1, m2, x, args] = linear__options(b, given)
  % What iterations for systems are told, with defaults; the rest goes to functions.
  given(end+1:5) = {[]};
  [tol, maxit, m1, m2, x] = given{1:5};
  args = given(6:end);
  if isempty(tol)
    tol = 1e-6;
  end
  if isempty(maxit)
    maxit = min(numel(b), 20);
  end
  if isempty(x)
    x = zeros(size(b));
  end
end

function y = linear__times(a, x, args)
  if isnumeric(a)
    y = a * x;
  else
    y = feval(a, x, args{:});
  end
end

function z = linear__precondition(m1, m2, z)
  for m = {m1, m2}
    if isempty(m{1})
      continue;
    elseif isnumeric(m{1})
      z = m{1} \ z;
    else
      z = feval(m{1}, z);
    end
  end
end

function varargout = eigs(a, varargin)
  % Some eigenvalues, and vectors, of a matrix: the largest in modulus, or as a text says.
  b = [];
  if numel(varargin) > 0 && isequal(size(varargin{1}), size(a)) && !isscalar(a)
    b = varargin{1};
    varargin(1) = [];
  end
  k = min(6, rows(a));
  which = "lm";
  if numel(varargin) > 0
    k = min(varargin{1}, rows(a));
  end
  if numel(varargin) > 1
    which = varargin{2};
  end
  if isempty(b)
    [v, d] = eig(full(a));
  else
    [v, d] = eig(full(a), full(b));
  end
  d = diag(d);
  if isnumeric(which)
    [~, order] = sort(abs(d - which));
  else
    switch lower(which)
      case "lm"
        [~, order] = sort(abs(d), "descend");
      case "sm"
        [~, order] = sort(abs(d));
      case {"la", "lr"}
        [~, order] = sort(real(d), "descend");
      case {"sa", "sr"}
        [~, order] = sort(real(d));
      case "li"
        [~, order] = sort(abs(imag(d)), "descend");
      case "si"
        [~, order] = sort(abs(imag(d)));
      otherwise
        error("eigs: unrecognized value for SIGMA: %s", which);
    end
  end
  order = order(1:k);
  if nargout < 2
    varargout = {d(order)};
  else
    varargout = {v(:, order), diag(d(order)), 0};
  end
end

function s = svds(a, k, varargin)
  % The largest singular values of a matrix.
  if nargin < 2
    k = 6;
  end
  s = svd(full(a));
  s = s(1:min(k, numel(s)));
end

function x = sylvester(a, b, c)
  % Solution of A*X + X*B = C.
  if nargin != 3
    print_usage();
  end
  if rows(a) != columns(a)
    error("sylvester: A must be a square matrix");
  elseif rows(b) != columns(b)
    error("sylvester: B must be a square matrix");
  elseif rows(a) != rows(c) || rows(b) != columns(c)
    error("nonconformant matrices");
  end
  n = rows(a);
  m = rows(b);
  if n * m <= 400
    x = reshape((kron(eye(m), a) + kron(b.', eye(n))) \ c(:), n, m);
    return;
  end
  [u, s] = schur(complex(a));
  [v, t] = schur(complex(b));
  f = u' * c * v;
  y = zeros(n, m);
  for k = 1:m
    y(:, k) = (s + t(k, k) * eye(n)) \ (f(:, k) - y(:, 1:k-1) * t(1:k-1, k));
  end
  x = u * y * v';
  if isreal(a) && isreal(b) && isreal(c)
    x = real(x);
  end
end

function varargout = polyeig(varargin)
  % Eigenvalues of a polynomial of matrices, and their vectors.
  if nargin < 1
    print_usage();
  end
  n = rows(varargin{1});
  for k = 1:nargin
    if rows(varargin{k}) != columns(varargin{k})
      error("polyeig: coefficients must be square matrices");
    elseif rows(varargin{k}) != n
      error("polyeig: coefficients must have the same dimensions");
    end
  end
  l = nargin - 1;
  c = eye(n * l);
  d = diag(ones(n * (l - 1), 1), n);
  d(end-n+1:end, :) = -[varargin{1:l}];
  c(end-n+1:end, end-n+1:end) = varargin{end};
  if nargout < 2
    varargout{1} = eig(d, c);
  else
    [v, z] = eig(c \ d);
    varargout{2} = diag(z);
    v = v(1:n, :);
    varargout{1} = v;
  end
end

function [r, err] = cholupdate(r, x, op)
  % The Cholesky factor of R'*R + x*x', or of R'*R - x*x'.
  if nargin < 2 || nargin > 3
    print_usage();
  end
  if nargin < 3
    op = "+";
  end
  if rows(r) != columns(r) || numel(x) != rows(r) || columns(x) != 1
    error("cholupdate: dimension mismatch between R and X");
  end
  err = 0;
  n = rows(r);
  if strcmp(op, "+")
    for k = 1:n
      g = hypot(abs(r(k, k)), abs(x(k)));
      c = r(k, k) / g;
      s = x(k) / g;
      row = r(k, k:n);
      r(k, k:n) = conj(c) * row + s * x(k:n)';
      x(k:n) = c * x(k:n) - s * row';
    end
  elseif strcmp(op, "-")
    [down, bad] = chol(r' * r - x * x');
    if bad
      err = 1;
      if nargout < 2
        error("cholupdate: downdate violates positiveness");
      end
    else
      r = down;
    end
  else
    error("cholupdate: OP must be \"+\" or \"-\"");
  end
end

function varargout = balance(a, opt)
  % A similar matrix whose rows and columns are of like size, after Parlett and Reinsch.
  if nargin < 1 || nargin > 2
    print_usage();
  end
  if nargin == 2 && !ischar(opt)
    error("balance: pairs of matrices are not supported");
  end
  if rows(a) != columns(a)
    error("balance: argument must be a square matrix");
  end
  permutes = nargin < 2 || !any(strcmp(opt, {"noperm", "S"}));
  scales = nargin < 2 || !any(strcmp(opt, {"noscal", "P"}));
  n = rows(a);
  order = 1:n;
  first = 1;
  last = n;
  if permutes
    [a, order, first, last] = linear__isolate(a);
  end
  scale = ones(n, 1);
  active = first:last;
  changed = scales;
  while changed
    changed = false;
    for i = active
      c = norm(a(active, i));
      r = norm(a(i, active));
      if c == 0 || r == 0
        continue;
      end
      total = c + r;
      f = 1;
      while c < r / 2
        f = f * 2;
        c = c * 2;
        r = r / 2;
      end
      while c / 2 >= r
        f = f / 2;
        c = c / 2;
        r = r * 2;
      end
      if c + r < 0.95 * total
        changed = true;
        scale(i) = scale(i) * f;
        a(i, :) = a(i, :) / f;
        a(:, i) = a(:, i) * f;
      end
    end
  end
  if nargout < 2
    varargout{1} = a;
  elseif nargout == 2
    d = zeros(n);
    d(:, 1:n) = full(eye(n))(:, order) .* scale.';
    varargout = {d, a};
  else
    varargout = {scale, order(:), a};
  end
end

function [a, order, first, last] = linear__isolate(a)
  % Eigenvalues that stand alone brought to the corners.
  n = rows(a);
  order = 1:n;
  first = 1;
  last = n;
  found = true;
  while found && last > first
    found = false;
    for j = last:-1:1
      others = [1:j-1, j+1:last];
      if !any(a(j, others))
        [a, order] = linear__exchange(a, order, j, last);
        last = last - 1;
        found = true;
        break;
      end
    end
  end
  found = true;
  while found && last > first
    found = false;
    for j = first:last
      others = [first:j-1, j+1:last];
      if !any(a(others, j))
        [a, order] = linear__exchange(a, order, j, first);
        first = first + 1;
        found = true;
        break;
      end
    end
  end
end

function [a, order] = linear__exchange(a, order, i, j)
  order([i, j]) = order([j, i]);
  a(:, [i, j]) = a(:, [j, i]);
  a([i, j], :) = a([j, i], :);
end

function [x, r] = inverse(a)
  % Inverse matrix.
  if nargin != 1
    print_usage();
  end
  [x, r] = inv(a);
end

function [v, lambda, c] = condeig(a)
  % Condition numbers of eigenvalues.
  if nargin != 1
    print_usage();
  end
  if rows(a) != columns(a)
    error("condeig: A must be a square matrix");
  end
  if isempty(a)
    [v, lambda, c] = deal([]);
    return;
  end
  [v, lambda] = eig(a);
  left = inv(v)';
  c = (sqrt(sumsq(abs(left), 1)) .* sqrt(sumsq(abs(v), 1))).';
  if nargout < 2
    v = c;
  end
end

function [n, v, w, iter] = normest1(a, varargin)
  % The 1-norm of a matrix, a vector that reaches it, and its image.
  if nargin < 1
    print_usage();
  end
  [n, at] = max(sum(abs(a), 1));
  v = zeros(columns(a), 1);
  v(at) = 1;
  w = a * v;
  iter = [2, 4];
end
