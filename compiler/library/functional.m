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
    error("accumdim: SUBS must be a subscript vector");
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

function a = accumarray__by(subs, vals, sz, fcn, fillval, is_sparse)
  % Any function of the values of each index.
  if nargin > 5 && !isempty(is_sparse) && is_sparse && !isequal(fillval, 0)
    error("accumarray: FILLVAL must be zero in the sparse case");
  elseif iscell(vals)
    error("accumarray: wrong type argument 'cell'");
  end
  if iscell(subs)
    if any(cellfun(@numel, subs) != numel(subs{1}))
      error("accumarray: dimension mismatch");
    end
    subs = cell2mat(cellfun(@(s) s(:), subs(:)', "UniformOutput", false));
  end
  if isempty(subs) && columns(subs) == 0
    subs = zeros(0, 1);
  end
  [n, nd] = size(subs);
  if any(subs(:) < 1 | subs(:) != fix(subs(:)))
    error("accumarray: indices must be positive integers");
  end
  if isscalar(vals)
    vals = repmat(vals, n, 1);
  elseif numel(vals) != n
    error("accumarray: dimension mismatch");
  end
  vals = vals(:);
  if isempty(fcn)
    fcn = @sum;
  elseif !is_function_handle(fcn)
    error("accumarray: FUNC must be a function handle");
  end
  if isempty(sz)
    sz = max([subs; zeros(1, nd)], [], 1);
    if nd == 1
      sz = [sz, 1];
    end
  elseif numel(sz) == 1
    error("accumarray: needs at least 2 dimensions");
  end
  if nd == 1
    at = double(subs);
    if any(at > prod(sz))
      error("accumarray: index out of range");
    end
  else
    list = num2cell(double(subs), 1);
    at = sub2ind(sz, list{:});
  end
  [at, order] = sort(at);
  vals = vals(order);
  [used, first] = unique(at, "first");
  if isempty(vals)
    results = zeros(0, 1);
    if n == 0 && iscell(fcn(zeros(0, 1)))
      results = cell(0, 1);
    end
  else
    last = [first(2:end)-1; numel(at)];
    groups = arrayfun(@(i, j) vals(i:j), first, last, "UniformOutput", false);
    results = cellfun(fcn, groups, "UniformOutput", false);
    if any(cellfun(@numel, results) != 1)
      error("cellfun: all values must be scalars when UniformOutput = true");
    end
    results = vertcat(results{:});
  end
  if iscell(results)
    a = cell(sz);
  else
    [fillval, results] = accumarray__fill(fcn, vals, fillval, results);
    a = repmat(fillval, sz);
  end
  a(used) = results;
end

function value = nthargout(n, varargin)
  % The n-th result of a function.
  % The function is the second argument, or the third after a number of results.
  is_callable = cellfun(@(v) ischar(v) || is_function_handle(v), varargin(1:min(2, end)));
  at = find(is_callable, 1);
  if isempty(at)
    print_usage();
  end
  total = max(n(:));
  if at == 2
    total = varargin{1};
  end
  counts = [double(n(:)); double(total(:))];
  if any(counts <= 0 | counts != fix(counts))
    error("nthargout: N and NTOT must consist of positive integers");
  end
  results = cell(1, total);
  [results{:}] = feval(varargin{at:end});
  value = results(n);
  if isscalar(n)
    value = value{1};
  end
end

function opts = optimset(varargin)
  % A structure of options.
  names = functional__options();
  if nargin == 0
    opts = cell2struct(cell(numel(names), 1), names, 1);
    if nargout == 0
      printf("\nAll possible optimization options:\n\n");
      printf("  %s\n", names{:});
      printf("\n");
      clear opts;
    end
    return;
  elseif nargin == 1 && ischar(varargin{1})
    opts = functional__defaults(varargin{1});
    return;
  end
  opts = struct();
  first = 1;
  if isstruct(varargin{1})
    opts = varargin{1};
    first = 2;
  end
  if nargin == 2 && isstruct(varargin{2})
    keys = fieldnames(varargin{2});
    for k = 1:numel(keys)
      if ~isempty(varargin{2}.(keys{k}))
        opts.(keys{k}) = varargin{2}.(keys{k});
      end
    end
    return;
  elseif mod(nargin - first, 2) == 0
    print_usage();
  end
  for k = first:2:nargin
    opts.(functional__full_name(varargin{k}, names)) = varargin{k+1};
  end
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
  value = [];
  name = functional__option(name);
  if isfield(options, name)
    value = options.(name);
  end
  if isempty(value)
    value = [];
    if nargin > 2
      value = default;
    end
  end
end

function [x, fval, info, output] = fzero(fcn, x0, options)
  % A zero of a function, after Alefeld, Potra and Shi, ACM TOMS 21 (1995), algorithm 748.
  if nargin < 2
    print_usage();
  elseif nargin < 3
    options = struct();
  end
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  width = optimget(options, "TolX", eps);
  rounds = optimget(options, "MaxIter", Inf);
  calls = optimget(options, "MaxFunEvals", Inf);
  [a, b, fa, fb, evals] = functional__bracket(fcn, x0);
  [ends, order] = sort([a, b]);
  f_ends = [fa, fb](order);
  if ~(prod(sign(f_ends)) <= 0)
    error("Octave:fzero:bracket", "fzero: not a valid initial bracketing");
  end
  largest = max(abs(f_ends));
  % The steps that are left of a cycle, and half the length that the interval had before it.
  plan = {"secant"};
  half = diff(ends) / 2;
  best = 2 - (abs(f_ends(1)) < abs(f_ends(2)));
  [x, fval] = deal(ends(best), f_ends(best));
  [older, f_older] = deal([x, x], [fval, fval]);
  unit = eps(class([ends, f_ends]));
  near = @(x) 2 * (2 * abs(x) * unit + width);
  iterations = 0;
  info = 1;
  while fval ~= 0 && ~(diff(ends) <= near(ends(best)))
    if iterations >= rounds || evals >= calls
      info = 0;
      break;
    end
    x = functional__candidate(plan{1}, [ends, older], [f_ends, f_older], best);
    margin = 0.7 * near(ends(best));
    if diff(ends) <= 2 * margin
      x = mean(ends);
    else
      x = max(ends(1) + margin, min(ends(2) - margin, x));
    end
    fval = fcn(x);
    iterations = iterations + 1;
    evals = evals + 1;
    % The point takes the place of the end of its sign.
    side = find(sign(f_ends) == sign(fval));
    if isempty(side) && fval ~= 0
      error("Octave:fzero:bracket", "fzero: zero point is not bracketed");
    end
    [older, f_older] = deal([ends(side), older(1)], [f_ends(side), f_older(1)]);
    [ends(side), f_ends(side)] = deal(x, fval);
    best = 2 - (abs(f_ends(1)) < abs(f_ends(2)));
    % A cycle that has not halved the interval ends with its middle.
    was = plan{1};
    plan(1) = [];
    if isempty(plan)
      plan = {"near 2", "near 3", "far"};
      if ~strcmp(was, "middle") && ~(diff(ends) <= half)
        plan = {"middle"};
      end
      half = diff(ends) / 2;
    end
  end
  if fval == 0
    [ends, f_ends] = deal([x, x], [fval, fval]);
  end
  is_loud = ~strcmp(optimget(options, "Display", "notify"), "off");
  if info == 1 && abs(fval) > largest
    info = -5;
    if is_loud
      printf("\nAlgorithm seemingly converged to a singular point.\n\n");
    end
  elseif info == 0 && is_loud
    printf("\nMaximum number of iterations or function evaluations reached.\n\n");
  end
  output = struct("iterations", iterations, "funcCount", evals, ...
                  "algorithm", "bisection, interpolation", "bracketx", ends, ...
                  "brackety", f_ends);
end

function [a, b, fa, fb, evals] = functional__bracket(fcn, x0)
  % Two points with values of different signs: those given, or ones ever further from one.
  a = x0(1);
  fa = fcn(a);
  evals = 1;
  if numel(x0) > 1
    b = x0(2);
    fb = fcn(b);
    evals = 2;
    return;
  end
  [b, fb] = deal(a, fa);
  from = a;
  if from == 0
    from = 0.1;
  end
  shares = [-0.01, 0.025, -0.05, 0.10, -0.25, 0.50, -1, 2.5, -5, 10, -50, 100, -500, 1000];
  for share = shares
    b = from + from * share;
    fb = fcn(b);
    evals = evals + 1;
    if sign(fa) * sign(fb) <= 0
      return;
    end
  end
end

function [x, fval, info, output] = fminbnd(fcn, a, b, options)
  % Smallest value of a function in an interval by golden sections and parabolas, after Brent, 1973.
  if nargin < 4
    options = struct();
  end
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  width = optimget(options, "TolX", 1e-4);
  rounds = optimget(options, "MaxIter", 500);
  calls = optimget(options, "MaxFunEvals", 500);
  if a > b
    error("Octave:invalid-input-arg", ...
          "fminbnd: the lower bound cannot be greater than the upper one");
  end
  share = (3 - sqrt(5)) / 2;
  [low, high] = deal(a, b);
  % The best three points so far, and their values.
  x = low + share * (high - low);
  fval = fcn(x);
  [second, third, f_second, f_third] = deal(x, x, fval, fval);
  [last, before] = deal(0, 0);
  count = 1;
  iterations = 0;
  info = 0;
  while iterations < rounds && count < calls
    middle = 0.5 * (low + high);
    least = 2 * eps * abs(x) + width / 3;
    if abs(x - middle) <= 2 * least - 0.5 * (high - low)
      info = 1;
      break;
    end
    iterations = iterations + 1;
    step = NaN;
    if abs(before) > least
      step = functional__vertex(x - second, fval - f_second, x - third, fval - f_third, ...
                                low - x, high - x, before);
    end
    if isnan(step)
      % A golden section of the longer side.
      before = low - x;
      if x < middle
        before = high - x;
      end
      last = share * before;
    else
      before = last;
      last = step;
      if min((x + step) - low, high - (x + step)) < 2 * least
        % Not so near to an end: towards the middle.
        last = least * (1 - 2 * (x > middle));
      end
    end
    next = x + max(abs(last), least) * (1 - 2 * (last < 0));
    value = fcn(next);
    count = count + 1;
    % The worse of the two is an end from now on.
    better = value < fval;
    worse = next;
    if better
      worse = x;
    end
    if better == (next < x)
      high = worse;
    else
      low = worse;
    end
    if better || value <= f_second || second == x
      third = second;
      f_third = f_second;
      second = next;
      f_second = value;
      if better
        second = x;
        f_second = fval;
        x = next;
        fval = value;
      end
    elseif value <= f_third || third == x || third == second
      third = next;
      f_third = value;
    end
  end
  if info == 0 && ~strcmp(optimget(options, "Display", "notify"), "off")
    printf("Exiting: Maximum number of iterations has been exceeded\n");
    printf("         - increase MaxIter option.\n");
    printf("         Current function value: %.6f\n\n", fval);
  end
  output = struct("iterations", iterations, "funcCount", count, ...
                  "algorithm", "golden section search, parabolic interpolation", ...
                  "bracket", [low, high]);
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
  % The corners of a regular simplex.
  unit = scale / (n * sqrt(2));
  near = unit * (sqrt(n + 1) - 1);
  far = unit * (sqrt(n + 1) - 1 + n);
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
        % Halfway to the best point, all of them.
        points = (points + points(:, 1)) / 2;
        for j = 2:n + 1
          values(j) = f(points(:, j));
        end
        next = points(:, end);
        value = values(end);
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

function [q, count] = quadl(f, a, b, tol, trace, varargin)
  % Integral of a function of arrays by Lobatto's rule, after Gander and Gautschi, BIT 40 (2000).
  if nargin < 3
    print_usage();
  end
  if ischar(f)
    f = str2func(f);
  end
  if nargin < 4 || isempty(tol)
    tol = 1e-6;
  end
  ends = f([a, b], varargin{:});
  if isinf(ends(1))
    ends(1) = f(a + eps * (b - a), varargin{:});
  end
  if isinf(ends(2))
    ends(2) = f(b - eps * (b - a), varargin{:});
  end
  [q, count] = functional__lobatto(f, a, b, ends(1), ends(2), -1, tol, varargin);
  count = count + 1;
end

function [q, count] = quadv(f, a, b, tol, trace, varargin)
  % Integral of a function that gives arrays, by Simpson's rule on ever shorter pieces.
  if nargin < 3
    print_usage();
  end
  if ischar(f)
    f = str2func(f);
  end
  if nargin < 4 || isempty(tol)
    tol = 1e-6;
  end
  h = 0.13579 * (b - a);
  x = [a, a + h, a + 2 * h, (a + b) / 2, b - 2 * h, b - h, b];
  y = cell(1, 7);
  for k = 1:7
    y{k} = f(x(k), varargin{:});
  end
  count = 7;
  if any(isinf(y{1}(:)))
    y{1} = f(a + eps * (b - a), varargin{:});
    count = count + 1;
  end
  if any(isinf(y{7}(:)))
    y{7} = f(b - eps * (b - a), varargin{:});
    count = count + 1;
  end
  q = 0;
  for k = [1, 3, 5]
    whole = functional__panel(x(k+2) - x(k), y{k}, y{k+1}, y{k+2});
    [part, more] = functional__simpson(f, x(k), x(k+2), y{k}, y{k+1}, y{k+2}, whole, tol, varargin);
    q = q + part;
    count = count + more;
  end
end

function [q, count] = functional__simpson(f, a, b, fa, fm, fb, whole, tol, rest)
  % One piece of an integral and how often the function was called for it.
  m = (a + b) / 2;
  fl = f((a + m) / 2, rest{:});
  fr = f((m + b) / 2, rest{:});
  count = 2;
  left = functional__panel(m - a, fa, fl, fm);
  right = functional__panel(b - m, fm, fr, fb);
  both = left + right;
  q = both + (both - whole) / 15;
  if ~all(isfinite(both(:))) || norm(both(:) - q(:), Inf) <= tol || abs(b - a) < 64 * eps(abs(m))
    return;
  end
  [first, before] = functional__simpson(f, a, m, fa, fl, fm, left, tol, rest);
  [second, after] = functional__simpson(f, m, b, fm, fr, fb, right, tol, rest);
  q = first + second;
  count = count + before + after;
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

function [fillval, results] = accumarray__fill(fcn, vals, fillval, results)
  % What stands where no index points, in the class of the results.
  name = func2str(fcn);
  is_extreme = any(strcmp(name, {"max", "min"}));
  if is_extreme && islogical(results)
    results = double(results);
  end
  if is_extreme && isfloat(results)
    % Octave fills with NaN where 0 is not beyond all values.
    sign = ifelse(strcmp(name, "max"), 1, -1);
    if fillval != 0 || !all(sign * vals >= 0)
      fillval = NaN;
    end
  end
  if islogical(results) && !islogical(fillval) && fillval != 0
    fillval = double(fillval);
  else
    fillval = cast(fillval, class(results));
  end
end

function q = functional__panel(width, first, middle, last)
  % Simpson's rule: the parabola through three values.
  q = width / 6 * (first + 4 * middle + last);
end

function step = functional__vertex(gap, rise, gap2, rise2, down, up, limit)
  % The step from a point to the vertex of the parabola through it and two others, or NaN.
  cross = gap * rise2;
  cross2 = gap2 * rise;
  above = gap * cross - gap2 * cross2;
  below = 2 * (cross2 - cross);
  down = below * down;
  up = below * up;
  step = NaN;
  % Only between down and up, and shorter than half the limit.
  if abs(above) < abs(0.5 * below * limit) && above > min(down, up) && above < max(down, up)
    step = above / below;
  end
end

function opts = functional__defaults(name)
  % The options that a function uses if it is told none.
  functions = {"fzero", "fminbnd", "fminsearch", "fsolve", "fminunc", "lsqnonneg", "pqpnonneg"};
  column = find(strcmp(name, functions));
  if isempty(column)
    error("optimset: no defaults for function '%s'", name);
  end
  loud = "notify";
  ahead = "forward";
  % A column for each function; "-" where a function lacks an option.
  values = {
    "Display",     loud,  loud,  loud,  "-",   "-",   "-", "-"
    "AutoScaling", "-",   "-",   "-",   "off", "off", "-", "-"
    "ComplexEqn",  "-",   "-",   "-",   "off", "-",   "-", "-"
    "FunValCheck", "off", "off", "off", "off", "off", "-", "-"
    "FinDiffType", "-",   "-",   "-",   ahead, ahead, "-", "-"
    "Jacobian",    "-",   "-",   "-",   "off", "-",   "-", "-"
    "GradObj",     "-",   "-",   "-",   "-",   "off", "-", "-"
    "MaxFunEvals", Inf,   500,   [],    [],    [],    "-", "-"
    "MaxIter",     Inf,   500,   [],    400,   400,   1e5, 1e5
    "OutputFcn",   [],    [],    [],    [],    [],    "-", "-"
    "Updating",    "-",   "-",   "-",   "off", "-",   "-", "-"
    "TolFun",      "-",   "-",   1e-4,  1e-6,  1e-6,  "-", "-"
    "TolX",        eps,   1e-4,  1e-4,  1e-6,  1e-6,  "-", "-"
    "TypicalX",    "-",   "-",   "-",   [],    [],    "-", "-"
  };
  known = values(!strcmp(values(:, column + 1), "-"), :);
  opts = cell2struct(known(:, column + 1), known(:, 1), 1);
end

function name = functional__full_name(name, names)
  % The option of which a name is the start, in either case.
  if ~ischar(name)
    error("cell2struct: FIELDS must be a cell array of strings or a scalar string");
  end
  at = find(strncmpi(names, name, numel(name)));
  if any(strcmpi(names(at), name))
    at = at(strcmpi(names(at), name));
  end
  if numel(at) == 1
    name = names{at};
  elseif isempty(at)
    warning("optimset: unrecognized option: %s", name);
  else
    warning("optimset: ambiguous option: %s (%s%s)", name, names{at(1)}, ...
            sprintf(", %s", names{at(2:end)}));
  end
end

function [q, count] = functional__lobatto(f, a, b, fa, fb, enough, tol, rest)
  % One piece of an integral, split if it is not good ENOUGH, and how many calls it took.
  m = (a + b) / 2;
  h = (b - a) / 2;
  x = m + h * [-sqrt(2 / 3), -1 / sqrt(5), 0, 1 / sqrt(5), sqrt(2 / 3)];
  y = f(x, rest{:});
  count = 1;
  low = h / 6 * (fa + fb + 5 * (y(2) + y(4)));
  q = h / 1470 * (77 * (fa + fb) + 432 * (y(1) + y(5)) + 625 * (y(2) + y(4)) + 672 * y(3));
  if ~isfinite(q) || abs(q - low) < enough || ~(a < x(1) && x(5) < b || b < x(5) && x(1) < a)
    return;
  end
  x = [a, x, b];
  y = [fa, y(:).', fb];
  q = 0;
  for k = 1:6
    [part, more] = functional__lobatto(f, x(k), x(k+1), y(k), y(k+1), tol, tol, rest);
    q = q + part;
    count = count + more;
  end
end

function c = functional__near(x, f, steps)
  % The next point from two ends and two older points: inverse interpolation, or else a parabola.
  if all(diff(sort(f)))
    c = functional__inverse(x([4, 3, 2, 1]), f([4, 3, 2, 1]));
    if prod(sign(c - x(1:2))) <= 0
      return;
    end
  end
  c = functional__parabola(x(1:3), f(1:3), steps);
end

function names = functional__options()
  % The names of all options.
  names = {"AutoScaling"; "ComplexEqn"; "Display"; "FinDiffType"; "FunValCheck"; "GradObj";
           "Jacobian"; "MaxFunEvals"; "MaxIter"; "OutputFcn"; "TolFun"; "TolX"; "TypicalX";
           "Updating"};
end

function [x, minval, exitflag, output, lambda] = pqpnonneg(c, d, x, options)
  % The least value of half x'*c*x + d'*x for x that is nowhere negative, by active sets.
  if nargin < 2
    print_usage();
  elseif ~(isnumeric(c) && ismatrix(c) && isnumeric(d) && ismatrix(d))
    error("pqpnonneg: C and D must be numeric matrices");
  elseif rows(c) ~= columns(c)
    error("pqpnonneg: C must be a square matrix");
  end
  maxit = 1e5;
  if nargin > 3
    maxit = optimget(options, "MaxIter", maxit);
  end
  if nargin < 3
    x = [];
  end
  solve = @(free) -(c(free, free) \ d(free));
  slope = @(x) -(d + c * x);
  [x, iter, lambda] = linear__nonneg(solve, slope, x, columns(c), norm(c, 1), maxit);
  minval = 0.5 * (x.' * c * x) + d.' * x;
  exitflag = iter * (iter < maxit);
  output = struct("algorithm", "nnls-pqp", "iterations", iter);
end

function c = functional__candidate(kind, x, f, best)
  % The point that a step of fzero proposes, from the ends of the interval and two older points.
  ends = x(1:2);
  run = diff(ends) / diff(f(1:2));
  c = mean(ends);
  switch kind
    case "secant"
      c = x(1) - f(1) / diff(f(1:2)) * diff(ends);
    case {"near 2", "near 3"}
      c = functional__near(x, f, str2double(kind(end)));
    case "far"
      % A secant of double length from the best point, unless it leads too far.
      far = x(best) - 2 * run * f(best);
      if ~(abs(far - x(best)) > diff(ends) / 2)
        c = far;
      end
  end
end

function c = functional__inverse(x, f)
  % Where the polynomial through points (f, x) is at f = 0, as Neville's corrections of the last x.
  c = x(end);
  gap = diff(x);
  for k = 1:numel(gap)
    low = f(1:end-k);
    high = f(1+k:end);
    from_low = gap .* low ./ (low - high);
    from_high = gap .* high ./ (low - high);
    c = c + from_high(end);
    gap = from_low(2:end) - from_high(1:end-1);
  end
end

function c = functional__parabola(x, f, steps)
  % Newton's steps to a zero of the parabola through three points, from that of its first secant.
  slopes = diff(f) ./ diff(x);
  bend = diff(slopes) / (x(3) - x(1));
  c = x(1) - f(1) / slopes(1);
  if bend == 0
    steps = 0;
  end
  for k = 1:steps
    height = (bend * (c - x(2)) + slopes(1)) * (c - x(1)) + f(1);
    c = c - height / (bend * (2 * c - x(1) - x(2)) + slopes(1));
  end
end
