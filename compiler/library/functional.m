function varargout = structfun(fcn, s, varargin)
  % Calls a function per field of a structure.
  uniform = true;
  handler = {};
  i = 1;
  while i < numel(varargin)
    switch lower(varargin{i})
      case "uniformoutput"
        uniform = logical(varargin{i+1});
      case "errorhandler"
        handler = {"ErrorHandler", varargin{i+1}};
    end
    i = i + 2;
  end
  count = max(nargout, 1);
  varargout = cell(1, count);
  names = fieldnames(s);
  values = struct2cell(s);
  if uniform && nargout == 0 && isempty(values)
    varargout{1} = [];
    return;
  end
  [varargout{:}] = cellfun(fcn, values, "UniformOutput", uniform, handler{:});
  if !uniform
    for k = 1:count
      varargout{k} = cell2struct(varargout{k}, names, 1);
    end
  end
end

function a = accumdim(subs, vals, dim, n, fcn, fillval)
  % Sums of slices by index along a dimension.
  if nargin < 2 || nargin > 6
    print_usage();
  end
  if !isvector(subs)
    error("accumdim: SUBS must be a vector");
  elseif any(subs(:) < 1 | subs(:) != fix(subs(:)))
    error("accumdim: indices must be positive integers");
  end
  m = max(subs(:));
  if nargin < 4 || isempty(n) || n == 0
    n = m;
  elseif n < m
    error("accumdim: N index out of range");
  end
  if nargin < 3 || isempty(dim)
    dim = find(size(vals) != 1, 1);
    if isempty(dim)
      dim = 1;
    end
  end
  if numel(subs) != size(vals, dim)
    error("accumdim: dimension mismatch");
  end
  if nargin < 5 || isempty(fcn)
    fcn = @sum;
  end
  if nargin < 6 || isempty(fillval)
    fillval = 0;
  end
  place = repmat({":"}, 1, max(ndims(vals), dim));
  shape = size(vals);
  shape(end+1:dim) = 1;
  shape(dim) = n;
  a = repmat(cast(fillval, class(vals)), shape);
  name = "";
  if is_function_handle(fcn)
    name = func2str(fcn);
  end
  for i = unique(subs(:)).'
    place{dim} = find(subs == i);
    slice = vals(place{:});
    place{dim} = i;
    if any(strcmp(name, {"max", "min"}))
      a(place{:}) = fcn(slice, [], dim);
    else
      a(place{:}) = fcn(slice, dim);
    end
  end
end

function a = accumarray__by(subs, vals, sz, fcn, fillval)
  % Any function of the values of each index.
  if iscell(subs)
    subs = cell2mat(cellfun(@(s) s(:), subs(:)', "UniformOutput", false));
  end
  if isvector(subs)
    subs = subs(:);
  end
  nd = columns(subs);
  if isscalar(vals)
    vals = vals * ones(rows(subs), 1);
  end
  vals = vals(:);
  if isempty(sz)
    sz = max(subs, [], 1);
    if nd == 1
      sz = [sz, 1];
    end
  elseif numel(sz) == 1
    sz = [sz, 1];
  end
  if isempty(fcn)
    fcn = @sum;
  end
  if nd == 1
    at = subs;
  else
    list = num2cell(subs, 1);
    at = sub2ind(sz, list{:});
  end
  [at, order] = sort(at);
  vals = vals(order);
  used = unique(at);
  first = fcn(vals(at == used(1)));
  if iscell(first)
    a = cell(sz);
  else
    a = fillval * ones(sz);
    if fillval == 0 && islogical(first)
      a = false(sz);
    end
  end
  for k = 1:numel(used)
    value = fcn(vals(at == used(k)));
    if iscell(value)
      a(used(k)) = value;
    else
      a(used(k)) = value;
    end
  end
end

function varargout = nthargout(n, varargin)
  % The n-th result of a function.
  if is_function_handle(varargin{1}) || ischar(varargin{1})
    ntot = max(n);
    fcn = varargin{1};
    args = varargin(2:end);
  else
    ntot = varargin{1};
    fcn = varargin{2};
    args = varargin(3:end);
  end
  outs = cell(1, ntot);
  [outs{:}] = feval(fcn, args{:});
  if isscalar(n)
    varargout{1} = outs{n};
  else
    varargout{1} = outs(n);
  end
end

function opts = optimset(varargin)
  % A structure of options.
  opts = struct();
  i = 1;
  while i <= nargin && isstruct(varargin{i})
    old = varargin{i};
    names = fieldnames(old);
    for k = 1:numel(names)
      opts.(names{k}) = old.(names{k});
    end
    i = i + 1;
  end
  if nargin == 1 && ischar(varargin{1})
    return;
  end
  while i < nargin
    opts.(functional__option(varargin{i})) = varargin{i+1};
    i = i + 2;
  end
  opts = orderfields(opts);
end

function name = functional__option(name)
  known = {"AutoScaling", "CheckHermitian", "ComplexEqn", "Display", "FinDiffType", ...
           "FunValCheck", "FunctionValues", "Jacobian", "MaxFunEvals", "MaxIter", "OutputFcn", ...
           "TolFun", "TolX", ...
           "TypicalX", "Updating", "GradObj", "Hessian", "LargeScale", "Algorithm"};
  at = find(strcmpi(name, known));
  if !isempty(at)
    name = known{at};
  end
end

function value = optimget(options, name, default)
  % One of the options.
  name = functional__option(name);
  if isfield(options, name) && !isempty(options.(name))
    value = options.(name);
  elseif nargin > 2
    value = default;
  else
    value = [];
  end
end

function [x, fval, info, output] = fzero(fcn, x0, options)
  % A zero of a function: Brent's method.
  % After Brent, "Algorithms for Minimization without Derivatives", chapter 4.
  if nargin < 3
    options = struct();
  end
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  tolx = optimget(options, "TolX", eps);
  maxiter = optimget(options, "MaxIter", Inf);
  evals = 0;
  a = x0(1);
  fa = fcn(a);
  evals = 1;
  if numel(x0) > 1
    b = x0(2);
    fb = fcn(b);
    evals = 2;
  else
    [b, fb, evals] = functional__bracket(fcn, a, fa);
  end
  if !(sign(fa) * sign(fb) <= 0)
    error("Octave:fzero:bracket", "fzero: not a valid initial bracketing");
  end
  if b < a
    [a, b] = deal(b, a);
    [fa, fb] = deal(fb, fa);
  end
  c = a;
  fc = fa;
  d = b - a;
  e = d;
  iterations = 0;
  while fb != 0 && iterations < maxiter
    if sign(fb) == sign(fc)
      c = a;
      fc = fa;
      d = b - a;
      e = d;
    end
    if abs(fc) < abs(fb)
      a = b;
      b = c;
      c = a;
      fa = fb;
      fb = fc;
      fc = fa;
    end
    m = (c - b) / 2;
    tol = 2 * eps * abs(b) + tolx / 2;
    if abs(m) <= tol || fb == 0
      break;
    end
    if abs(e) < tol || abs(fa) <= abs(fb)
      d = m;
      e = m;
    else
      s = fb / fa;
      if a == c
        p = 2 * m * s;
        q = 1 - s;
      else
        q = fa / fc;
        r = fb / fc;
        p = s * (2 * m * q * (q - r) - (b - a) * (r - 1));
        q = (q - 1) * (r - 1) * (s - 1);
      end
      if p > 0
        q = -q;
      else
        p = -p;
      end
      if 2 * p < 3 * m * q - abs(tol * q) && p < abs(e * q / 2)
        e = d;
        d = p / q;
      else
        d = m;
        e = m;
      end
    end
    a = b;
    fa = fb;
    if abs(d) > tol
      b = b + d;
    else
      b = b + sign(m) * tol;
    end
    fb = fcn(b);
    evals = evals + 1;
    iterations = iterations + 1;
  end
  x = b;
  fval = fb;
  info = 1;
  output = struct("iterations", iterations, "funcCount", evals, "algorithm", "bisection, interpolation", "bracketx", [min(a, b), max(a, b)], "brackety", [fa, fb]);
end

function [b, fb, evals] = functional__bracket(fcn, a, fa)
  % A point beyond a zero. Steps to both sides, first to that of zero, grow by the third root of
  % ten, from a hundredth of the start.
  [b, fb, evals] = deal(a, fa, 1);
  [scale, side] = deal(abs(a), -sign(a));
  if a == 0
    [scale, side] = deal(1, -1);
  end
  for k = 0:24
    for way = [side, -side]
      b = a + way * scale * 10 ^ (k / 3 - 2);
      fb = fcn(b);
      evals = evals + 1;
      if sign(fa) * sign(fb) <= 0
        return;
      end
    end
  end
end

function [x, fval, info, output] = fminbnd(fcn, a, b, options)
  % Smallest value of a function in an interval: golden sections and parabolas.
  % After Brent, "Algorithms for Minimization without Derivatives", chapter 5.
  if nargin < 4
    options = struct();
  end
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  tolx = optimget(options, "TolX", 1e-8);
  maxiter = optimget(options, "MaxIter", 500);
  section = (3 - sqrt(5)) / 2;
  v = a + section * (b - a);
  w = v;
  x = v;
  e = 0;
  d = 0;
  fx = fcn(x);
  fv = fx;
  fw = fx;
  count = 1;
  for iterations = 1:maxiter
    xm = 0.5 * (a + b);
    tol = 2 * sqrt(eps) * abs(x) + tolx / 3;
    if abs(x - xm) <= 2 * tol - 0.5 * (b - a)
      break;
    end
    golden = true;
    if abs(e) > tol
      r = (x - w) * (fx - fv);
      q = (x - v) * (fx - fw);
      p = (x - v) * q - (x - w) * r;
      q = 2 * (q - r);
      if q > 0
        p = -p;
      end
      q = abs(q);
      r = e;
      e = d;
      if abs(p) < abs(0.5 * q * r) && p > q * (a - x) && p < q * (b - x)
        d = p / q;
        u = x + d;
        if min(u - a, b - u) < 2 * tol
          % Not so near to an end: towards the middle.
          d = tol;
          if x > xm
            d = -tol;
          end
        end
        golden = false;
      end
    end
    if golden
      if x >= xm
        e = a - x;
      else
        e = b - x;
      end
      d = section * e;
    end
    far = max(abs(d), tol);
    u = x + far;
    if d < 0
      u = x - far;
    end
    fu = fcn(u);
    count = count + 1;
    if fu < fx
      if u < x
        b = x;
      else
        a = x;
      end
      v = w;
      fv = fw;
      w = x;
      fw = fx;
      x = u;
      fx = fu;
    else
      if u < x
        a = u;
      else
        b = u;
      end
      if fu <= fw || w == x
        v = w;
        fv = fw;
        w = u;
        fw = fu;
      elseif fu <= fv || v == x || v == w
        v = u;
        fv = fu;
      end
    end
  end
  fval = fx;
  info = 1;
  output = struct("iterations", iterations, "funcCount", count);
end

function [x, fval, exitflag, output] = fminsearch(fun, x0, options, varargin)
  % Smallest value of a function of several variables: the simplex of Nelder and Mead.
  % The first simplex and the rules after Higham, SIAM J. Matrix Anal. Appl. 14 (1993) 317.
  if nargin < 1
    print_usage();
  end
  if nargin == 1
    if !isstruct(fun)
      print_usage();
    end
    problem = fun;
    fun = problem.objective;
    x0 = problem.x0;
    options = struct();
    if isfield(problem, "options")
      options = problem.options;
    end
  elseif nargin < 3 || isempty(options)
    options = struct();
  end
  if ischar(fun)
    fun = str2func(fun);
  end
  shape = size(x0);
  f = @(v) fun(reshape(v, shape), varargin{:});
  n = numel(x0);
  tolx = optimget(options, "TolX", 1e-4);
  tolf = optimget(options, "TolFun", 1e-4);
  iterations_max = optimget(options, "MaxIter", 200 * n);
  evaluations_max = optimget(options, "MaxFunEvals", 200 * n);
  start = double(x0(:));
  scale = max(norm(start, Inf), 1);
  far = scale / (n * sqrt(2)) * (sqrt(n + 1) - 1 + n);
  near = scale / (n * sqrt(2)) * (sqrt(n + 1) - 1);
  points = [start, repmat(start + near, 1, n)];
  values = zeros(1, n + 1);
  values(1) = f(start);
  for j = 1:n
    points(j, j + 1) = start(j) + far;
    values(j + 1) = f(points(:, j + 1));
  end
  count = n + 1;
  [values, order] = sort(values);
  points = points(:, order);
  iterations = 0;
  exitflag = 0;
  message = "";
  while true
    iterations = iterations + 1;
    if iterations > iterations_max
      message = "Exceeded maximum iterations";
      break;
    end
    if count >= evaluations_max
      message = "Exceeded maximum number of function evaluations";
      break;
    end
    width = norm(points(:, 2:end) - points(:, 1), 1) / max(1, norm(points(:, 1), 1));
    height = max(abs(values - values(1)));
    if width <= tolx && height <= tolf
      exitflag = 1;
      message = sprintf(["Algorithm converged.  Simplex size %.4e <= %.4e and ", ...
                         "step in function value %.4e <= %.4e"], width, tolx, height, tolf);
      break;
    end
    middle = sum(points(:, 1:n), 2) / n;
    worst = points(:, n + 1);
    next = 2 * middle - worst;
    value = f(next);
    count = count + 1;
    if value < values(n)
      if value < values(1)
        trial = 2 * next - middle;
        trial_value = f(trial);
        count = count + 1;
        if trial_value < values(1)
          next = trial;
          value = trial_value;
        end
      end
    else
      if value < values(n + 1)
        worst = next;
      end
      trial = (worst + middle) / 2;
      trial_value = f(trial);
      count = count + 1;
      if trial_value < values(n)
        next = trial;
        value = trial_value;
      else
        for j = 2:n
          points(:, j) = (points(:, 1) + points(:, j)) / 2;
          values(j) = f(points(:, j));
        end
        next = (points(:, 1) + points(:, n + 1)) / 2;
        value = f(next);
        count = count + n;
      end
    end
    points(:, n + 1) = next;
    values(n + 1) = value;
    [values, order] = sort(values);
    points = points(:, order);
  end
  if exitflag == 0 && !strcmpi(optimget(options, "Display", "notify"), "off")
    printf("%s\n", message);
  end
  x = reshape(points(:, 1), shape);
  fval = values(1);
  output = struct("iterations", iterations, "funcCount", count, ...
                  "algorithm", "Nelder-Mead simplex direct search", "message", message);
end

function [x, fval, info, output, grad, hess] = fminunc(fcn, x0, options)
  % Smallest value of a function without bounds: BFGS with a line search.
  if nargin < 3
    options = struct();
  end
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  has_gradient = isfield(options, "GradObj") && any(strcmpi(options.GradObj, {"on"}));
  maxiter = optimget(options, "MaxIter", 400);
  shape = size(x0);
  x = x0(:);
  n = numel(x);
  h = eye(n);
  [f, g] = functional__gradient(fcn, x, shape, has_gradient);
  info = 0;
  for iteration = 1:maxiter
    if norm(g) <= 1e-9 * (1 + abs(f))
      info = 1;
      break;
    end
    p = -h * g;
    if g' * p >= 0
      h = eye(n);
      p = -g;
    end
    t = 1;
    ok = false;
    for trial = 1:60
      next = x + t * p;
      [fn, gn] = functional__gradient(fcn, next, shape, has_gradient);
      if fn <= f + 1e-4 * t * (g' * p)
        ok = true;
        break;
      end
      t = t / 2;
    end
    if !ok
      info = 3;
      break;
    end
    s = next - x;
    y = gn - g;
    if s' * y > 1e-14
      rho = 1 / (s' * y);
      h = (eye(n) - rho * s * y') * h * (eye(n) - rho * y * s') + rho * (s * s');
    end
    x = next;
    f = fn;
    g = gn;
  end
  if info == 0 && norm(g) <= 1e-6 * (1 + abs(f))
    info = 1;
  end
  x = reshape(x, shape);
  fval = f;
  output = struct("iterations", iteration, "successful", iteration, "funcCount", iteration);
  grad = reshape(g, shape);
  hess = inv(h);
end

function [f, g] = functional__gradient(fcn, x, shape, has_gradient)
  if has_gradient
    [f, g] = fcn(reshape(x, shape));
    g = g(:);
  else
    f = fcn(reshape(x, shape));
    n = numel(x);
    g = zeros(n, 1);
    for i = 1:n
      step = 6e-6 * max(1, abs(x(i)));
      forward = x;
      back = x;
      forward(i) = forward(i) + step;
      back(i) = back(i) - step;
      g(i) = (fcn(reshape(forward, shape)) - fcn(reshape(back, shape))) / (2 * step);
    end
  end
end

function [x, fvec, info, output, fjac] = fsolve(fcn, x0, options)
  % A zero of a function of several variables: Newton's method with damping.
  if nargin < 3
    options = struct();
  end
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  maxiter = optimget(options, "MaxIter", 400);
  has_jacobian = strcmpi(optimget(options, "Jacobian", "off"), "on");
  shape = size(x0);
  x = double(x0(:));
  [f, fjac] = functional__jacobian(fcn, x, shape, has_jacobian);
  outshape = size(fcn(reshape(x, shape)));
  n = numel(x);
  info = 0;
  count = 1 + n;
  damping = 0;
  for iteration = 1:maxiter
    if norm(f) <= 1e-14
      info = 1;
      break;
    end
    p = -(fjac \ f);
    t = 1;
    better = false;
    for trial = 1:40
      next = x + t * p;
      fn = fcn(reshape(next, shape))(:);
      count = count + 1;
      if norm(fn) < norm(f)
        better = true;
        break;
      end
      t = t / 2;
    end
    if !better
      info = -3;
      if norm(f) < 1e-6
        info = 1;
      end
      break;
    end
    moved = norm(next - x);
    x = next;
    [f, fjac] = functional__jacobian(fcn, x, shape, has_jacobian);
    count = count + n;
    if moved <= 1e-12 * (1 + norm(x))
      info = -3;
      if norm(f) < 1e-6
        info = 1;
      end
      break;
    end
  end
  x = reshape(x, shape);
  fvec = reshape(f, outshape);
  output = struct("iterations", iteration, "successful", iteration, "funcCount", count);
end

function [f, jac] = functional__jacobian(fcn, x, shape, has_jacobian)
  if has_jacobian
    [f, jac] = fcn(reshape(x, shape));
    f = f(:);
    return;
  end
  f = fcn(reshape(x, shape))(:);
  n = numel(x);
  jac = zeros(numel(f), n);
  for i = 1:n
    step = sqrt(eps) * max(1, abs(x(i)));
    moved = x;
    moved(i) = moved(i) + step;
    jac(:, i) = (fcn(reshape(moved, shape))(:) - f) / step;
  end
end

function [q, err] = quadgk(f, a, b, varargin)
  % Integral by Gauss-Kronrod pairs on intervals that are halved until they agree.
  if ischar(f)
    f = str2func(f);
  end
  [q, err] = functional__integral(f, a, b);
end

function q = integral(f, a, b, varargin)
  % Integral of a function of arrays.
  if ischar(f)
    f = str2func(f);
  end
  if nargin > 3 && any(strcmpi(varargin(1:2:end), "ArrayValued")) && ...
      varargin{2 * find(strcmpi(varargin(1:2:end), "ArrayValued"))}
    q = quadv(f, a, b);
    return;
  end
  q = functional__integral(f, a, b);
end

function [q, ier, nfev, err] = quad(f, a, b, varargin)
  % Integral of a function of one number.
  if ischar(f)
    f = str2func(f);
  end
  [q, err] = functional__integral(@(x) functional__each(f, x), a, b);
  ier = 0;
  nfev = 21;
end

function y = functional__each(f, x)
  y = zeros(size(x));
  for i = 1:numel(x)
    y(i) = f(x(i));
  end
end

function q = quadl(f, a, b, varargin)
  % Integral of a function of arrays.
  if ischar(f)
    f = str2func(f);
  end
  q = functional__integral(f, a, b);
end

function q = quadv(f, a, b, varargin)
  % Integral of a function that gives arrays.
  if ischar(f)
    f = str2func(f);
  end
  fa = f(a);
  if any(!isfinite(fa(:)))
    fa = f(a + eps * (b - a));
  end
  fm = f((a + b) / 2);
  fb = f(b);
  if any(!isfinite(fb(:)))
    fb = f(b - eps * (b - a));
  end
  whole = (b - a) / 6 * (fa + 4 * fm + fb);
  q = functional__simpson(f, a, b, fa, fm, fb, whole, 1e-10, 40);
end

function q = functional__simpson(f, a, b, fa, fm, fb, whole, tol, depth)
  m = (a + b) / 2;
  fl = f((a + m) / 2);
  fr = f((m + b) / 2);
  left = (m - a) / 6 * (fa + 4 * fl + fm);
  right = (b - m) / 6 * (fm + 4 * fr + fb);
  delta = left + right - whole;
  if depth <= 0 || max(abs(delta(:))) <= 15 * tol
    q = left + right + delta / 15;
  else
    q = functional__simpson(f, a, m, fa, fl, fm, left, tol / 2, depth - 1) + ...
        functional__simpson(f, m, b, fm, fr, fb, right, tol / 2, depth - 1);
  end
end

function [q, err] = functional__integral(f, a, b, pieces)
  if nargin < 4
    pieces = 10;
  end
  sgn = 1;
  if a > b
    [a, b] = deal(b, a);
    sgn = -1;
  end
  if a == b
    q = 0;
    err = 0;
    return;
  end
  if isinf(a) && isinf(b)
    g = @(t) f(t ./ (1 - t .^ 2)) .* (1 + t .^ 2) ./ (1 - t .^ 2) .^ 2;
    edges = [-1, -0.5, 0, 0.5, 1];
  elseif isinf(b)
    g = @(t) f(a + (t ./ (1 - t)) .^ 2) .* (2 * t ./ (1 - t) .^ 3);
    edges = 0:0.125:1;
  elseif isinf(a)
    g = @(t) f(b - (t ./ (1 + t)) .^ 2) .* (-2 * t ./ (1 + t) .^ 3);
    edges = -1:0.125:0;
  else
    g = @(t) f(((b - a) / 4) * t .* (3 - t .^ 2) + (b + a) / 2) .* (3 * (b - a) / 4) .* (1 - t .^ 2);
    edges = linspace(-1, 1, pieces + 1);
  end
  [x, wk, wg] = functional__nodes();
  left = edges(1:end-1)';
  right = edges(2:end)';
  q = 0;
  err = 0;
  for round = 1:40
    half = (right - left) / 2;
    points = half * x + (right + left) / 2;
    values = g(points);
    if isscalar(values) && numel(points) > 1
      values = values * ones(size(points));
    end
    values = reshape(values, size(points));
    values(!isfinite(values)) = 0;
    kronrod = half .* (values * wk');
    gauss = half .* (values * wg');
    delta = abs(kronrod - gauss);
    total = abs(q + sum(kronrod));
    bad = delta > max(1e-10, 1e-8 * total) * 1e-2 .* abs(half);
    if round == 40
      bad(:) = false;
    end
    q = q + sum(kronrod(!bad));
    err = err + sum(delta(!bad));
    if !any(bad) || numel(bad) > 650
      q = q + sum(kronrod(bad));
      break;
    end
    middle = (left(bad) + right(bad)) / 2;
    both = [left(bad); middle];
    right = [middle; right(bad)];
    left = both;
  end
  q = sgn * q;
end

function [x, wk, wg] = functional__nodes()
  % Nodes of 15 points, their weights, and those of the 7 among them.
  nodes = [0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, ...
           0.5860872354676911, 0.4058451513773972, 0.2077849550078985];
  outer = [0.0229353220105292, 0.0630920926299786, 0.1047900103222502, 0.1406532597159259, ...
           0.1690047266392679, 0.1903505780647854, 0.2044329400752989];
  inner = [0.1294849661688697, 0.2797053914892767, 0.3818300505051189];
  x = [-nodes, 0, fliplr(nodes)];
  wk = [outer, 0.2094821410847278, fliplr(outer)];
  wg = zeros(1, 15);
  wg(2:2:6) = inner;
  wg(8) = 0.4179591836734694;
  wg(10:2:14) = fliplr(inner);
end

function q = dblquad(f, xa, xb, ya, yb, tol, quadf, varargin)
  % Integral over a rectangle.
  if nargin < 5
    print_usage();
  end
  if ischar(f)
    f = functional__text(f, {"x", "y"});
  end
  if nargin > 6 && !functional__is_usual(quadf)
    if ischar(quadf)
      quadf = str2func(quadf);
    end
    inner = @(v) quadf(@(x) f(x, v, varargin{:}), xa, xb);
    q = quadf(@(y) functional__each(inner, y), ya, yb);
    return;
  end
  inner = @(v) functional__line(@(x) f(x, v, varargin{:}), xa, xb);
  q = functional__line(@(y) functional__each(inner, y), ya, yb);
end

function tf = functional__is_usual(quadf)
  tf = isempty(quadf) || isequal(quadf, "quadcc") ...
       || (is_function_handle(quadf) && strcmp(func2str(quadf), "quadcc"));
end

function f = functional__text(text, names)
  if isvarname(text)
    f = str2func(text);
  else
    f = str2func(["@(", strjoin(names, ", "), ") ", text]);
  end
end

function q = functional__line(f, a, b)
  % Sums of double exponential steps (Takahasi and Mori, 1974), halved until they agree: values at
  % the ends, where a function may have no bound, are not asked for.
  if isinf(a) || isinf(b)
    q = functional__integral(f, a, b);
    return;
  end
  half = (b - a) / 2;
  [x, wk, wg] = functional__nodes();
  v = f((a + b) / 2 + half * x);
  if numel(v) == 15 && all(isfinite(v(:)))
    q = half * (wk * v(:));
    if abs(q - half * (wg * v(:))) <= 1e-12 * max(1, abs(q))
      return;
    end
  end
  h = 1;
  q = functional__steps(f, a, b, h * (-3:3)) * half * h;
  for level = 1:6
    h = h / 2;
    t = h * (-(2 * floor(1.6 / h) + 1):2:(2 * floor(1.6 / h) + 1));
    last = q;
    q = q / 2 + functional__steps(f, a, b, t) * half * h;
    if level > 2 && abs(q - last) <= 1e-10 * max(1, abs(q))
      break;
    end
  end
end

function s = functional__steps(f, a, b, t)
  u = pi / 2 * sinh(t);
  % How far from the nearer end, without loss.
  rest = exp(-abs(u)) ./ cosh(u) / 2 * (b - a);
  x = a + rest;
  right = t > 0;
  x(right) = b - rest(right);
  weight = pi / 2 * cosh(t) ./ cosh(u) .^ 2;
  inside = x != a & x != b;
  x = x(inside);
  v = f(x);
  if isscalar(v)
    v = v * ones(size(x));
  end
  v = reshape(v, size(x)) .* weight(inside);
  s = sum(v(isfinite(v)));
end

function q = integral2(f, xa, xb, ya, yb, varargin)
  % Integral over a region of the plane.
  if ischar(f)
    f = str2func(f);
  end
  if !is_function_handle(ya)
    ya = @(x) ya;
  end
  if !is_function_handle(yb)
    yb = @(x) yb;
  end
  q = functional__integral(@(x) functional__each(@(u) functional__integral(@(y) f(u * ones(size(y)), y), ya(u), yb(u), 2), x), xa, xb, 2);
end

function q = triplequad(f, xa, xb, ya, yb, za, zb, tol, quadf, varargin)
  % Integral over a box.
  if nargin < 7
    print_usage();
  end
  if ischar(f)
    f = functional__text(f, {"x", "y", "z"});
  end
  if nargin > 8 && !functional__is_usual(quadf)
    if ischar(quadf)
      quadf = str2func(quadf);
    end
    inner = @(w) dblquad(@(x, y) f(x, y, w, varargin{:}), xa, xb, ya, yb, tol, quadf);
    q = quadf(@(z) functional__each(inner, z), za, zb);
    return;
  end
  inner = @(w) dblquad(@(x, y) f(x, y, w, varargin{:}), xa, xb, ya, yb);
  q = functional__line(@(z) functional__each(inner, z), za, zb);
end

function q = integral3(f, xa, xb, ya, yb, za, zb, varargin)
  % Integral over a box.
  q = triplequad(f, xa, xb, ya, yb, za, zb);
end

function q = quad2d(f, xa, xb, ya, yb, varargin)
  % Integral over a region of the plane.
  q = integral2(f, xa, xb, ya, yb);
end

function [q, err, evaluations] = quadcc(f, a, b, varargin)
  % Integral of a function of arrays.
  [q, err] = quadgk(f, a, b);
  evaluations = NaN;
end
