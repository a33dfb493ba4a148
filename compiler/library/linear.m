function z = null(a, varargin)
  % Orthonormal basis of what a matrix takes to zero.
  z = full(eye(columns(a), class(a)));
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
  if nargin > 0 && !(isnumeric(a) || islogical(a))
    error("expm: A must be a square matrix");
  end
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

function s = logm(a, most)
  % Logarithm of a matrix.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    most = 60;
  end
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
  while max(sum(abs(a - eye(size(a))))) > 0.25 && k < max(most, 20)
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

function t = issymmetric(a, varargin)
  % True for a matrix that is its own transpose, or its opposite if a word is "skew".
  if nargin < 1 || nargin > 3
    print_usage();
  end
  [sign_of, tol] = linear__mirrored("issymmetric", a, varargin);
  t = ndims(a) == 2 && rows(a) == columns(a);
  if t && tol == 0
    t = full(all((a == sign_of * a.')(:)));
  elseif t
    t = full(norm(a - sign_of * a.', Inf) / norm(a, Inf) <= tol);
  end
end

function t = ishermitian(a, varargin)
  % True for a matrix that is its own conjugate transpose, or its opposite if a word is "skew".
  if nargin < 1 || nargin > 3
    print_usage();
  end
  [sign_of, tol] = linear__mirrored("ishermitian", a, varargin);
  t = !ischar(a) && ndims(a) == 2 && rows(a) == columns(a);
  if t && tol == 0
    t = full(all((a == sign_of * a')(:)));
  elseif t
    t = full(norm(a - sign_of * a', Inf) / norm(a, Inf) <= tol);
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
  t = istriu(a) && istril(a);
end

function t = istril(a)
  % True for a matrix with nothing above its diagonal.
  t = (isnumeric(a) || islogical(a)) && ismatrix(a) && nnz(triu(a, 1)) == 0;
end

function t = istriu(a)
  % True for a matrix with nothing below its diagonal.
  t = (isnumeric(a) || islogical(a)) && ismatrix(a) && nnz(tril(a, -1)) == 0;
end

function t = isbanded(a, lower, upper)
  % True for a matrix with nothing outside a band.
  if nargin != 3
    print_usage();
  elseif !linear__is_count(lower) || !linear__is_count(upper)
    error("isbanded: LOWER and UPPER must be non-negative integers");
  end
  if isempty(a)
    t = [];
    return;
  end
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

function [c, s] = givens(x, y)
  % Rotation that takes (x, y) to (r, 0), or its cosine and sine.
  if nargin != 2
    print_usage();
  end
  if y == 0
    cosine = 1;
    sine = 0;
  else
    r = hypot(x, y);
    cosine = x / r;
    sine = y / r;
  end
  if nargout > 1
    c = cosine;
    s = sine;
  else
    c = [cosine, sine; -sine, cosine];
  end
end

function [g, y] = planerot(x)
  % Rotation of a two-element column to the first axis.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("planerot: X must be a 2-element vector");
  end
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

function [x, deviation, error_of, spread] = lscov(a, b, v, ~)
  % Weighted least squares, deviations of the solution, mean squared error, covariances.
  if nargin < 2
    print_usage();
  end
  if nargin > 2 && isvector(v) && !isscalar(v)
    w = sqrt(v(:));
    [a, b] = deal(w .* a, w .* b);
  elseif nargin > 2 && !isempty(v)
    [l, fails] = chol(v);
    if fails
      % Some combinations have no error at all, or nearly.
      l = chol(v + 1e-14 * trace(v) * eye(rows(v)));
    end
    [a, b] = deal(l.' \ a, l.' \ b);
  end
  x = a \ b;
  if nargout > 1
    error_of = sumsq(b - a * x, 1) / (rows(a) - columns(a));
    [~, r] = qr(a, 0);
    back = inv(r);
    spread = (back * back') .* reshape(error_of, 1, 1, []);
    deviation = sqrt(diag(back * back') .* error_of);
  end
end

function [beta, sigma, r] = ols(y, x)
  % Ordinary least squares: coefficients, the variance of what is left, and what is left.
  if nargin != 2
    print_usage();
  elseif rows(x) != rows(y)
    error("ols: number of rows of X and Y must be equal");
  end
  beta = x \ y;
  r = y - x * beta;
  sigma = r' * r / (rows(y) - rank(x));
end

function h = hankel(c, r)
  % Constant along the diagonals that run to the left.
  if nargin < 1
    print_usage();
  end
  n = numel(c);
  if nargin > 1
    if !isvector(r) || !isvector(c)
      error("hankel: C and R must be vectors");
    elseif r(1) != c(n)
      warning("hankel: column wins anti-diagonal conflict");
    end
    border = [c(:); r(2:end)(:)];
  elseif isvector(c)
    border = [c(:); zeros(n - 1, 1)];
  else
    error("hankel: C must be a vector");
  end
  % Down the first column, then to the right along the last row.
  m = numel(border) - n + 1;
  h = reshape(border((0:n-1).' + (1:m)), n, m);
end

function p = pascal(n, t)
  % Pascal's triangle as a matrix.
  if nargin < 1
    print_usage();
  end
  kind = 0;
  if nargin > 1
    kind = t;
  end
  if !isscalar(kind) || !isscalar(n)
    error("pascal: N and T must be scalars");
  elseif !any(kind == [0, 1, -1, 2])
    error("pascal: T must be -1, 0, 1, or 2, found %d", kind);
  end
  p = ones(max(n, 0));
  if kind == 0
    % Each number is the sum of the one above and the one on its left.
    for i = 2:n
      p(i, :) = cumsum(p(i-1, :));
    end
    return;
  end
  p = tril(p);
  for i = 3:n
    p(i, 2:i-1) = p(i-1, 1:i-2) + p(i-1, 2:i-1);
  end
  if kind > 0
    p(:, 2:2:n) = -p(:, 2:2:n);
  end
  if kind == 2
    p = (-1) ^ (n + 1) * rot90(p, 3);
  end
end

function a = rosser()
  % Rosser's matrix, a test of eigenvalues.
  a = zeros(8);
  % The columns down to the diagonal, and their mirror image.
  a(triu(true(8))) = [611, ...
                      196, 899, ...
                      -192, 113, 899, ...
                      407, -192, 196, 611, ...
                      -8, -71, 61, 8, 411, ...
                      -52, -43, 49, 44, -599, 411, ...
                      -49, -8, 8, 59, 208, 208, 99, ...
                      29, -44, 52, -23, 208, 208, -911, 99];
  a = a + triu(a, 1).';
end

function a = wilkinson(n)
  % Wilkinson's matrix, a test of eigenvalues.
  if nargin < 1
    print_usage();
  end
  is_size = isscalar(n) && fix(n) == n && !(n < 0);
  if !is_size
    error("wilkinson: N must be a non-negative integer");
  end
  place = 1:n;
  from_middle = abs(place - (n + 1) / 2);
  a = diag(from_middle) + (abs(place.' - place) == 1);
end

function h = invhilb(n)
  % Inverse of the Hilbert matrix.
  if nargin < 1
    print_usage();
  end
  if numel(n) != 1
    error("invhilb: N must be a scalar integer");
  end
  h = zeros(n);
  for k = 1:numel(h)
    [i, j] = ind2sub(size(h), k);
    both = i + j - 1;
    h(k) = -(-1) ^ both * both * nchoosek(n + i - 1, n - j) * nchoosek(n + j - 1, n - i) ...
           * nchoosek(both - 1, i - 1) ^ 2;
  end
end

function h = hadamard(n)
  % Hadamard matrix of a power of two, or of 12, 20 or 28 times one.
  if nargin < 1
    print_usage();
  end
  h = [];
  if isscalar(n)
    seeds = {@() 1, @() linear__paley(11), @linear__hadamard20, @linear__hadamard28};
    for k = 1:4
      h_small = seeds{k}();
      doublings = log2(n / rows(h_small));
      if doublings == fix(doublings) && doublings >= 0
        h = h_small;
        break;
      end
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
  if is_function_handle(a)
    a = linear__matrix_of(a, varargin{:});
  elseif !isnumeric(a)
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
    v = [];
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

function [x, resnorm, residual, exitflag, output, lambda] = lsqnonneg(c, d, x, options)
  % Least squares without negative results, by active sets after Lawson and Hanson.
  if nargin < 2
    print_usage();
  end
  linear__two_matrices("lsqnonneg", c, d);
  [start, limit] = deal([], 1e5);
  if nargin > 2
    start = x;
  end
  if nargin > 3
    limit = optimget(options, "MaxIter", limit);
  end
  left = @(x) d - c * x;
  best = @(free) c(:, free) \ d;
  slope = @(x) c.' * left(x);
  [x, rounds, lambda] = linear__nonneg(best, slope, start, columns(c), norm(c, 1), limit);
  residual = left(x);
  resnorm = norm(residual) ^ 2;
  exitflag = rounds * (rounds < limit);
  output.algorithm = "nnls";
  output.iterations = rounds;
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
  if nargin < 1
    print_usage();
  end
  if ndims(A) > 2 || !isnumeric(A)
    error("normest: A must be a numeric 2-D matrix");
  end
  if nargin == 2 && !(isreal(tol) && numel(tol) == 1)
    error("normest: TOL must be a real scalar");
  end
  count = 1;
  n = norm(A);
end

function [lower, upper] = bandwidth(a, kind)
  % How far elements that are not zero lie below and above the diagonal.
  if nargin > 0 && !(isnumeric(a) || islogical(a))
    error("bandwidth: A must be a 2-D numeric or logical matrix");
  end
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

function [x, flag, relres, iter, resvec, eigest] = pcg(a, b, varargin)
  % Solution of a symmetric positive definite system by conjugate gradients.
  [tol, maxit, m1, m2, x, args] = linear__options(b, varargin);
  residual = b - linear__times(a, x, args);
  scale = norm(b);
  resvec = norm(residual);
  iter = 0;
  flag = 0;
  if scale == 0
    krylov__tell_zero("pcg", nargout);
    [x, flag, relres, iter, resvec, eigest] = deal(zeros(size(b)), 0, 0, 0, 0, [NaN, NaN]);
    return;
  end
  if krylov__is_singular(m1, m2)
    [flag, relres, iter, eigest] = deal(2, resvec / scale, 0, [NaN, NaN]);
    return;
  end
  z = linear__precondition(m1, m2, residual);
  p = z;
  rho = residual' * z;
  [alphas, betas] = deal([]);
  sizes = sqrt(rho);
  while resvec(end) > tol * scale && iter < maxit
    q = linear__times(a, p, args);
    curve = p' * q;
    if ~(real(curve) > 0) || abs(imag(curve)) > sqrt(eps) * abs(curve)
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
    alphas(iter) = alpha;
    betas(iter) = rho / last;
    sizes(end+1, 1) = sqrt(rho);
  end
  relres = resvec(end) / scale;
  if flag == 0 && resvec(end) > tol * scale
    flag = 1;
  end
  if nargout > 5
    eigest = krylov__ends(alphas, betas, flag);
    resvec = [resvec, sizes];
  end
  krylov__tell("pcg", flag, iter, relres, tol, nargout);
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
      case "be"
        % From both ends, the odd one from the upper.
        [~, order] = sort(real(d));
        order(floor(k / 2) + 1:end - ceil(k / 2)) = [];
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
  if nargin > 0 && !(isnumeric(a) || islogical(a))
    error("condeig: A must be a square numeric matrix");
  end
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
  if is_function_handle(a)
    % The matrix of the function, column by column.
    count = a("dim", [], varargin{3:end});
    a = a("notransp", eye(count), varargin{3:end});
  elseif !isnumeric(a) || rows(a) != columns(a)
    error("normest1: A must be a square matrix or a function handle");
  end
  [n, at] = max(sum(abs(a), 1));
  v = zeros(columns(a), 1);
  v(at) = 1;
  w = a * v;
  % Up to four columns are summed at once.
  iter = [2; 4];
  if columns(a) <= 4
    iter = [0; 1];
  end
end

function h = linear__hadamard20()
  % Each row below the first is the one above it, moved to the left.
  row = 2 * ("0011110101000011001" == "1") - 1;
  h = ones(20);
  h(2:end, 2:end) = hankel(row, row([end, 1:end-1]));
end

function h = linear__hadamard28()
  digits = ["FFFFFFF"; "C047DEA"; "A16435F"; "91F7C05"; "89BE3A8"; "8598C7E"; "828BBD5"; ...
            "BC8709E"; "9F045E5"; "F03A0E7"; "B858D99"; "9C69B26"; "8E73079"; "F981A69"; ...
            "DAB4952"; "D2E06BC"; "D7CA10B"; "D55D2D0"; "ABE94C2"; "EB4E834"; "CA1D60F"; ...
            "E73198C"; "CD22E93"; "A6D4AA3"; "ECD2744"; "B62EE48"; "E4AD531"; "B313732"];
  h = 2 * (dec2bin(hex2dec(cellstr(digits)), 28) == "1") - 1;
end

function r1 = choldelete(r, j)
  % The triangular factor of a matrix without one of its rows and columns.
  if nargin < 2
    print_usage();
  elseif rows(r) ~= columns(r)
    error("choldelete: matrix R must be square");
  elseif j < 1 || j > rows(r)
    error("choldelete: index out of range");
  end
  n = rows(r);
  r(:, j) = [];
  [~, r] = linear__chase([], r, j, n - 1);
  r1 = r(1:n-1, :);
end

function [r1, err] = cholinsert(r, j, x)
  % The triangular factor of a matrix with one more row and column.
  if nargin < 3
    print_usage();
  elseif rows(r) ~= columns(r)
    error("cholinsert: matrix R must be square");
  end
  n = rows(r);
  if numel(x) ~= n + 1
    error("cholinsert: dimension mismatch between R and U");
  elseif j < 1 || j > n + 1
    error("cholinsert: index J out of range");
  end
  x = x(:);
  own = x(j);
  x(j) = [];
  w = r' \ x;
  left = real(own) - sumsq(w);
  r(n+1, n+1) = 0;
  r1 = r;
  err = 0;
  if imag(own) ~= 0
    err = 3;
  elseif ~(left > 0)
    err = 1;
  end
  if err == 0
    [~, r, w] = linear__gather([], r(:, 1:n), [w; sqrt(left)], j);
    r1 = triu([r(:, 1:j-1), w, r(:, j:n)]);
  elseif nargout < 2 && err == 1
    error("cholinsert: insertion violates positiveness");
  elseif nargout < 2
    error("cholinsert: diagonal element must be real");
  end
end

function r1 = cholshift(r, i, j)
  % The triangular factor of a matrix with rows and columns I to J shifted round by one.
  if nargin < 3
    print_usage();
  elseif rows(r) ~= columns(r)
    error("cholshift: R must be a square matrix");
  elseif min(i, j) < 1 || max(i, j) > rows(r)
    error("cholshift: index out of range");
  end
  [~, r1] = linear__shift([], r, i, j);
end

function [r, amat, bmat, q] = colloc(n, varargin)
  % Points of Gauss between 0 and 1, the matrices of derivatives there and the weights.
  if nargin < 1 || nargin > 3
    print_usage();
  elseif ~(isscalar(n) && isnumeric(n) && ~isnan(n))
    error("colloc: first argument must be a scalar");
  elseif n < 0
    error("colloc: N must be positive");
  end
  [has_left, has_right] = deal(false);
  for k = 1:nargin-1
    switch varargin{k}
      case {"left", "L", "l"}
        has_left = true;
      case {"right", "R", "r"}
        has_right = true;
      otherwise
        error("colloc: string argument must be \"left\" or \"right\"");
    end
  end
  % Eigenvalues of Jacobi's matrix for the polynomials of Legendre, after Golub and Welsch.
  k = 1:n-1;
  off = k ./ (2 * sqrt(4 * k .^ 2 - 1));
  [v, d] = eig(full(diag(repmat(0.5, 1, n)) + diag(off, 1) + diag(off, -1)));
  r = diag(d);
  r = (r + 1 - flipud(r)) / 2;
  q = (v(1, :) .^ 2).';
  r = [zeros(has_left, 1); r; ones(has_right, 1)];
  q = [zeros(has_left, 1); q; zeros(has_right, 1)];
  count = numel(r);
  gap = r - r.' + eye(count);
  scale = prod(gap, 2);
  amat = (scale ./ scale.') ./ gap;
  own = sum(1 ./ gap, 2) - 1;
  amat(logical(eye(count))) = own;
  bmat = 2 * amat .* (own - 1 ./ gap);
  bmat(logical(eye(count))) = own .^ 2 - sum(1 ./ gap .^ 2, 2) + 1;
end

function [beta, v, r] = gls(y, x, o)
  % Coefficients of a linear model of which the errors have a known covariance.
  if nargin < 3
    print_usage();
  end
  [m, n] = deal(rows(x), columns(x));
  p = columns(y);
  if rows(y) ~= m
    error("gls: number of rows of X and Y must be equal");
  elseif ~issquare(o) || rows(o) ~= m * p
    error("gls: matrix O not conformant with X and Y");
  end
  root = o ^ (-1/2);
  z = root * kron(eye(p), x);
  beta = reshape(pinv(z) * (root * y(:)), n, p);
  r = y - x * beta;
  v = (r(:)' / o * r(:)) / (m * p - rank(x));
end

function [u, h, nu] = krylov(a, v, k, eps1, pflg)
  % An orthogonal basis of the space of powers of a matrix times vectors, by reflections.
  if nargin < 3
    print_usage();
  end
  if nargin < 4 || isempty(eps1)
    eps1 = 1e-12;
  end
  n = rows(a);
  width = columns(v);
  k = min(k, n);
  reflectors = zeros(n, 0);
  u = zeros(n, 0);
  given = v;
  for j = 1:k
    if j <= width
      x = given(:, j);
    elseif j - width <= columns(u)
      x = a * u(:, j - width);
    else
      break;
    end
    size_x = norm(x);
    x = krylov__reflect(reflectors, x);
    at = columns(u) + 1;
    far = norm(x(at:n));
    if far <= eps1 * size_x
      continue;
    end
    w = zeros(n, 1);
    w(at:n) = x(at:n);
    w(at) = w(at) + (1 - 2 * (x(at) < 0)) * far;
    w = w / norm(w);
    reflectors(:, end+1) = w;
    e = zeros(n, 1);
    e(at) = 1;
    u(:, at) = krylov__reflect(fliplr(reflectors), e);
  end
  h = u' * a * u;
  nu = columns(u);
  h(tril(true(nu), -width - 1)) = 0;
end

function [q, r] = linear__chase(q, r, from, to)
  % Rotations of neighbouring rows that make the columns FROM to TO triangular again.
  for k = from:min(to, rows(r) - 1)
    g = linear__rotation(r(k, k), r(k+1, k));
    r(k:k+1, k:end) = g * r(k:k+1, k:end);
    r(k+1, k) = 0;
    if ~isempty(q)
      q(:, k:k+1) = q(:, k:k+1) * g';
    end
  end
end

function [q, r, w] = linear__extend(q, r, x)
  % What X is in the basis Q, to which the rest of X is added if it is not a whole one.
  w = q' * x;
  if rows(q) > columns(q)
    rest = x - q * w;
    again = q' * rest;
    w = w + again;
    rest = rest - q * again;
    size_rest = norm(rest);
    if size_rest > 0
      rest = rest / size_rest;
    end
    q(:, end+1) = rest;
    w(end+1) = size_rest;
    r(end+1, :) = 0;
  end
end

function [q, r, w] = linear__gather(q, r, w, top)
  % Rotations of neighbouring rows, from below, that leave W nothing under its row TOP.
  for k = numel(w)-1:-1:top
    g = linear__rotation(w(k), w(k+1));
    w(k:k+1) = g * w(k:k+1);
    w(k+1) = 0;
    r(k:k+1, :) = g * r(k:k+1, :);
    if ~isempty(q)
      q(:, k:k+1) = q(:, k:k+1) * g';
    end
  end
end

function [x, iter, lambda] = linear__nonneg(solve, slope, x, n, size_c, maxit)
  % Active sets: SOLVE gives the best values of the free ones, SLOPE where each goes down.
  if isempty(x)
    x = zeros(n, 1);
  end
  x = max(x(:), 0);
  free = find(x > 0).';
  iter = 1;
  lambda = zeros(n, 1);
  while iter < maxit
    % Towards the best values of the free ones, as far as none gets negative.
    while iter < maxit
      iter = iter + 1;
      best = solve(free)(:);
      bad = find(best < 0);
      if isempty(bad)
        x(:) = 0;
        x(free) = best;
        break;
      end
      now = x(free(bad))(:);
      [least, at] = min(now ./ (now - best(bad)));
      x(free) = x(free)(:) + least * (best - x(free)(:));
      x(free(bad(at))) = 0;
      free(bad(at)) = [];
    end
    down = slope(x);
    down(free) = 0;
    lambda = down;
    [steepest, at] = max(down);
    if steepest <= 10 * eps * n * size_c
      break;
    end
    free(end+1) = at;
  end
end

function g = linear__rotation(f, g)
  % The rotation that takes [f; g] to the first axis, on the side of f, after Anderson, 2017.
  if g == 0
    g = eye(2);
    return;
  end
  size_f = norm([f, g]);
  if f == 0
    c = 0;
    s = conj(g) / abs(g);
  else
    c = abs(f) / size_f;
    s = f / abs(f) * conj(g) / size_f;
  end
  g = [c, s; -conj(s), c];
end

function [q, r] = linear__shift(q, r, i, j)
  % Factors with the columns I to J shifted round by one.
  n = columns(r);
  if i <= j
    r = r(:, [1:i-1, i+1:j, i, j+1:n]);
    [q, r] = linear__chase(q, r, i, j - 1);
  else
    last = min(i, rows(r));
    w = r(1:last, i);
    [q, r, w] = linear__gather(q, r, w, j);
    r(1:last, i) = w;
    r = triu(r(:, [1:j-1, i, j:i-1, i+1:n]));
  end
end

function lambda = ordeig(a, b)
  % Eigenvalues of triangular matrices, in the order in which they are there.
  if nargin < 1
    print_usage();
  elseif ~isnumeric(a) || ~issquare(a)
    error("ordeig: A must be a square matrix");
  end
  n = rows(a);
  if nargin < 2
    b = eye(n);
  end
  lambda = zeros(n, 1);
  k = 1;
  while k <= n
    at = k;
    if k < n && a(k+1, k) ~= 0
      at = [k, k+1];
      own = eig(b(at, at) \ a(at, at));
      [~, order] = sort(imag(own), "descend");
      lambda(at) = own(order);
    else
      lambda(k) = a(k, k) / b(k, k);
    end
    k = k + numel(at);
  end
end

function [u, s] = ordschur(u, s, select)
  % A triangular decomposition of Schur's with the chosen eigenvalues first.
  if nargin < 3
    print_usage();
  end
  n = rows(s);
  if ~issquare(u) || ~issquare(s) || rows(u) ~= n || numel(select) ~= n
    error("ordschur: U and S must be square matrices of equal size");
  elseif any(diag(s, -1))
    error("ordschur: pairs of complex eigenvalues in a real matrix are not supported");
  end
  select = logical(select(:).');
  for k = 1:n
    for j = n-1:-1:1
      if select(j) || ~select(j+1)
        continue;
      end
      both = [j, j + 1];
      g = linear__rotation(s(j, j+1), s(j+1, j+1) - s(j, j));
      swapped = [s(j+1, j+1), s(j, j)];
      s(both, j:n) = g * s(both, j:n);
      s(1:j+1, both) = s(1:j+1, both) * g';
      u(:, both) = u(:, both) * g';
      s(j, j) = swapped(1);
      s(j+1, j+1) = swapped(2);
      s(j+1, j) = 0;
      select(both) = select([j + 1, j]);
    end
  end
end

function [num, den] = padecoef(t, n)
  % The quotient of polynomials that is near a delay, after Pade.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    n = 1;
  end
  if ~(isscalar(t) && isnumeric(t) && t >= 0)
    error("padecoef: T must be a non-negative scalar");
  elseif ~(isscalar(n) && isnumeric(n) && n >= 0 && n == fix(n))
    error("padecoef: N must be a non-negative scalar");
  end
  k = n:-1:0;
  den = factorial(2 * n - k) ./ (factorial(k) .* factorial(n - k)) .* t .^ k;
  num = den .* (-1) .^ k;
end

function [q1, r1] = qrdelete(q, r, j, orient)
  % Orthogonal and triangular factors of a matrix without one of its columns or rows.
  if nargin < 3
    print_usage();
  end
  if nargin < 4
    orient = "col";
  end
  if ~any(strcmp(orient, {"col", "row"}))
    error('qrdelete: ORIENT must be "col" or "row"');
  end
  [m, k] = size(q);
  n = columns(r);
  is_column = strcmp(orient, "col");
  if k ~= rows(r) || (~is_column && m ~= k)
    error("qrdelete: dimension mismatch");
  elseif j < 1 || j > merge(is_column, n, m)
    error("qrinsert: index out of range");
  end
  if is_column
    r(:, j) = [];
    [q1, r1] = linear__chase(q, r, j, n - 1);
    if k < m
      q1 = q1(:, 1:k-1);
      r1 = r1(1:k-1, :);
    end
  else
    [q, r, w] = linear__gather(q, r, q(j, :)', 1);
    q1 = q([1:j-1, j+1:m], 2:m);
    r1 = r(2:m, :);
  end
end

function [q1, r1] = qrinsert(q, r, j, x, orient)
  % Orthogonal and triangular factors of a matrix with one more column or row.
  if nargin < 4
    print_usage();
  end
  if nargin < 5
    orient = "col";
  end
  if ~any(strcmp(orient, {"col", "row"}))
    error('qrinsert: ORIENT must be "col" or "row"');
  end
  [m, n] = deal(rows(q), columns(r));
  is_column = strcmp(orient, "col");
  if columns(q) ~= rows(r) || (is_column && numel(x) ~= m) || (~is_column && numel(x) ~= n)
    error("qrinsert: dimension mismatch");
  elseif j < 1 || j > 1 + merge(is_column, n, m)
    error("qrinsert: index out of range");
  end
  if is_column
    [q, r, w] = linear__extend(q, r, x(:));
    if j <= rows(r)
      [q, r, w] = linear__gather(q, r, w, j);
    end
    r1 = [r(:, 1:j-1), w, r(:, j:n)];
    q1 = q;
  else
    q = [zeros(1, columns(q)); q];
    q(:, end+1) = 0;
    q(1, end) = 1;
    q = q([2:j, 1, j+1:m+1], [end, 1:end-1]);
    [q1, r1] = linear__chase(q, [x(:).'; r], 1, n);
  end
  r1 = triu(r1);
end

function [q1, r1] = qrshift(q, r, i, j)
  % Orthogonal and triangular factors of a matrix with columns I to J shifted round by one.
  if nargin < 4
    print_usage();
  elseif columns(q) ~= rows(r)
    error("qrshift: dimensions mismatch");
  end
  n = columns(r);
  if min(i, j) < 1 || max(i, j) > n
    error("qrshift: index out of range");
  end
  [q1, r1] = linear__shift(q, r, i, j);
end

function [q1, r1] = qrupdate(q, r, u, v)
  % Orthogonal and triangular factors of a matrix plus a product of two vectors.
  if nargin < 4
    print_usage();
  end
  [m, k] = size(q);
  if k ~= rows(r) || rows(u) ~= m || rows(v) ~= columns(r) || columns(u) ~= columns(v)
    error("qrupdate: dimensions mismatch");
  end
  for j = 1:columns(u)
    % The part of U in the basis first, then what is left, from a row below.
    [wide, tall, w] = linear__extend(q, r, u(:, j));
    [q, r, first] = linear__gather(q, r, w(1:k), 1);
    r(1, :) = r(1, :) + first(1) * v(:, j)';
    [q, r] = linear__chase(q, r, 1, columns(r));
    if rows(tall) > k
      rest = wide(:, k+1);
      row = w(k+1) * v(:, j)';
      for i = 1:columns(r)
        g = linear__rotation(r(i, i), row(i));
        both = g * [r(i, i:end); row(i:end)];
        r(i, i:end) = both(1, :);
        row(i:end) = both(2, :);
        turned = [q(:, i), rest] * g';
        q(:, i) = turned(:, 1);
        rest = turned(:, 2);
      end
    end
  end
  q1 = q;
  r1 = r;
end

function [aa, bb, q, z] = qzhess(a, b)
  % A pair of matrices as a Hessenberg and a triangular one, after Golub and Van Loan, 7.7.
  if nargin < 2
    print_usage();
  end
  if !isequal(size(a), size(b), [rows(a), rows(a)])
    error("qzhess: incompatible dimensions");
  end
  [q, bb] = qr(b);
  q = q';
  aa = q * a;
  z = eye(rows(a));
  for j = 1:rows(a)-2
    for low = rows(a):-1:j+2
      pair = [low - 1, low];
      % Rows are turned so that AA gets its zero, then columns so that BB has its own again.
      turn = linear__rotation(aa(pair(1), j), aa(low, j));
      aa(pair, :) = turn * aa(pair, :);
      bb(pair, :) = turn * bb(pair, :);
      q(pair, :) = turn * q(pair, :);
      aa(low, j) = 0;
      turn = rot90(linear__rotation(bb(low, low), bb(low, pair(1))), 2).';
      aa(:, pair) = aa(:, pair) * turn;
      bb(:, pair) = bb(:, pair) * turn;
      z(:, pair) = z(:, pair) * turn;
      bb(low, pair(1)) = 0;
    end
  end
  bb = triu(bb);
end

function [u, t] = rsf2csf(ur, tr)
  % The complex form of a real decomposition of Schur's.
  if nargin < 2
    print_usage();
  end
  u = complex(full(ur));
  t = complex(full(tr));
  n = rows(t);
  for k = n-1:-1:1
    if t(k+1, k) == 0
      continue;
    end
    both = k:k+1;
    own = eig(t(both, both)) - t(k+1, k+1);
    size_v = hypot(own(1), t(k+1, k));
    c = own(1) / size_v;
    s = t(k+1, k) / size_v;
    turn = c / abs(c);
    g = [abs(c), s * turn; -s * conj(turn), abs(c)];
    t(both, k:n) = g * t(both, k:n);
    t(1:k+1, both) = t(1:k+1, both) * g';
    u(:, both) = u(:, both) * g';
    t(k+1, k) = 0;
  end
end

function [index, share] = tsearchn(x, t, xi)
  % The simplex in which each point lies, and its barycentric coordinates there.
  if nargin < 3
    print_usage();
  end
  n = columns(x);
  index = nan(rows(xi), 1);
  share = nan(rows(xi), n + 1);
  for k = 1:rows(t)
    left = find(isnan(index));
    if isempty(left)
      break;
    end
    corner = x(t(k, n+1), :);
    part = (xi(left, :) - corner) / (x(t(k, 1:n), :) - corner);
    part(:, n+1) = 1 - sum(part, 2);
    inside = all(part >= -1e-12, 2);
    index(left(inside)) = k;
    share(left(inside), :) = part(inside, :);
  end
end

function linear__two_matrices(name, c, d)
  % Refuse what are not two matrices of numbers.
  is_matrix = @(v) ismatrix(v) && isnumeric(v);
  if !is_matrix(c) || !is_matrix(d)
    error("%s: C and D must be numeric matrices", name);
  end
end

function n = linear__pnorm(a, p)
  % The p-norm of a matrix: the power method with dual vectors (Boyd 1974), from every column.
  q = p / (p - 1);
  to_dual = @(y, order) abs(y) .^ (order - 1) .* sign(y);
  starts = [eye(columns(a)), ones(columns(a), 1)];
  n = 0;
  for k = 1:columns(starts)
    x = starts(:, k) / norm(starts(:, k), p);
    [before, now, count] = deal(0, norm(a * x, p), 0);
    while now > before * (1 + eps) && count < 1000
      x = to_dual(a' * to_dual(a * x, p), q);
      x /= norm(x, p);
      [before, now, count] = deal(now, norm(a * x, p), count + 1);
    end
    n = max(n, now);
  end
end

function c = blkmm(a, b)
  % Products of the matrices that two arrays of matrices have at the same places.
  if nargin != 2
    print_usage();
  elseif !isnumeric(a) || !isnumeric(b)
    error("blkmm: A and B must be numeric");
  end
  [m, n] = deal(size(a), size(b));
  if m(2) != n(1) || !isequal(m(3:end), n(3:end))
    shape = @(x) strjoin(cellfun(@num2str, num2cell(x), "UniformOutput", false), "x");
    error("blkmm: A and B dimensions don't match: (%s) and (%s)", shape(m), shape(n));
  end
  c = pagemtimes(a, b);
end

function t = linear__is_count(x)
  t = isreal(x) && isnumeric(x) && isscalar(x) && x >= 0 && x == fix(x);
end

function a = linear__matrix_of(times, varargin)
  % The matrix of which a function for condest gives the products.
  rest = varargin(2 + (numel(varargin) > 1):end);
  n = times("dim", [], rest{:});
  a = times("notransp", eye(n), rest{:});
end

function [sign_of, tol] = linear__mirrored(name, a, options)
  % What a matrix is compared with, itself or its opposite, and how closely.
  if !(isnumeric(a) || islogical(a) || ischar(a))
    error("%s: A must be a numeric, logical, or character matrix", name);
  end
  sign_of = 1;
  tol = 0;
  for option = options
    value = option{1};
    if ischar(value)
      if !any(strcmpi(value, {"skew", "nonskew"}))
        error("%s: SKEWOPT must be 'skew' or 'nonskew'", name);
      end
      sign_of = 1 - 2 * strcmpi(value, "skew");
    elseif isnumeric(value) && isscalar(value) && value >= 0
      tol = value;
    else
      error("%s: TOL must be a scalar >= 0", name);
    end
  end
end
