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
    opts.(functional__full_name(varargin{k}, names, "optimset")) = varargin{k+1};
  end
end

function value = optimget(options, name, default)
  % One of the options, whose name may be shortened, in either case.
  if nargin < 2 || !isstruct(options) || !ischar(name)
    print_usage();
  end
  value = [];
  name = functional__full_name(name, functional__options(), "optimget");
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
  limit = @(name, usual) optimget(options, name, usual);
  width = limit("TolX", 1e-4);
  rounds = limit("MaxIter", 500);
  calls = limit("MaxFunEvals", 500);
  if a > b
    error("Octave:invalid-input-arg", ...
          "fminbnd: the lower bound cannot be greater than the upper one");
  end
  [low, high, last, before] = deal(a, b, 0, 0);
  % The best three points so far, and their values.
  best = cell(1, 3);
  best(:) = {a + functional__golden() * (b - a)};
  values = cell(1, 3);
  values(:) = {fcn(best{1})};
  count = 1;
  iterations = 0;
  info = 0;
  while iterations < rounds && count < calls
    least = 2 * eps * abs(best{1}) + width / 3;
    off = best{1} - 0.5 * (low + high);
    if abs(off) <= 2 * least - 0.5 * (high - low)
      info = 1;
      break;
    end
    iterations = iterations + 1;
    [last, before] = functional__brent(best, values, low, high, last, before, off, least);
    next = best{1} + max(abs(last), least) * (1 - 2 * (last < 0));
    value = fcn(next);
    count = count + 1;
    % The worse of the two is an end from now on.
    is_better = value < values{1};
    worse = ifelse(is_better, best{1}, next);
    if is_better == (next < best{1})
      high = worse;
    else
      low = worse;
    end
    [best, values] = functional__learn(best, values, next, value);
  end
  x = best{1};
  fval = values{1};
  if info == 0 && !strcmp(limit("Display", "notify"), "off")
    printf("Exiting: Maximum number of iterations has been exceeded\n");
    printf("         - increase MaxIter option.\n");
    printf("         Current function value: %.6f\n\n", fval);
  end
  output.iterations = iterations;
  output.funcCount = count;
  output.algorithm = "golden section search, parabolic interpolation";
  output.bracket = [low, high];
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
  if exitflag == 0 && !any(strcmpi(optimget(options, "Display", "notify"), {"off", "none"}))
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
  slopes_given = optimget(options, "GradObj", "off");
  has_gradient = isequal(slopes_given, true) || strcmpi(slopes_given, "on");
  rounds = optimget(options, "MaxIter", 400);
  tol_f = optimget(options, "TolFun", 1e-6);
  shape = size(x0);
  x = double(x0(:));
  h = eye(numel(x));
  each = ifelse(has_gradient, 1, 1 + 2 * numel(x));
  [f, g] = functional__gradient(fcn, x, shape, has_gradient);
  calls = each;
  iteration = 0;
  info = 0;
  gain = 0;
  while info == 0 && iteration < rounds
    iteration = iteration + 1;
    if norm(g) <= 1e-9 * (1 + abs(f))
      % The last gain was a small part of the value.
      info = ifelse(gain > 0 && gain <= tol_f * abs(f), 3, 1);
      break;
    end
    p = -h * g;
    if !(g.' * p < 0)
      h = eye(numel(x));
      p = -g;
    end
    [s, value, trials] = functional__descent(fcn, x, f, p, g.' * p, shape);
    calls = calls + trials;
    if isempty(s)
      info = 3;
      break;
    end
    [~, slope] = functional__gradient(fcn, x + s, shape, has_gradient);
    calls = calls + each;
    h = functional__learned(h, s, slope - g);
    gain = f - value;
    x = x + s;
    f = value;
    g = slope;
    % No better for the rounding of the values, or of the differences.
    if gain <= 1e-14 * abs(f) + 1e-16
      info = ifelse(gain <= tol_f * abs(f) && abs(f) > 1e-10, 3, 2);
    end
  end
  x = reshape(x, shape);
  fval = f;
  output = struct("iterations", iteration, "successful", iteration, "funcCount", calls);
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
  % A zero of a function of several variables: Powell's dogleg steps in regions of trust.
  if nargin == 1 && ischar(fcn) && strcmp(fcn, "defaults")
    x = functional__defaults("fsolve");
    return;
  elseif nargin < 2 || !isnumeric(x0)
    print_usage();
  elseif nargin < 3
    options = struct();
  end
  n = numel(x0);
  is_scaled = strcmpi("on", optimget(options, "AutoScaling", "off"));
  rounds = optimget(options, "MaxIter", 400);
  most_calls = optimget(options, "MaxFunEvals", 100 * n);
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  if strcmpi("on", optimget(options, "FunValCheck", "off"))
    fcn = @(varargin) functional__checked(fcn, varargin{:});
  end
  here = x0(:);
  if isinteger(here)
    here = double(here);
  end
  shape = size(x0);
  f = fcn(reshape(here, shape));
  result_shape = size(f);
  f = f(:);
  far = norm(f);
  least = 10 * ifelse(isa(here, "single") || isa(f, "single"), eps("single"), eps);
  output = struct("iterations", 1, "successful", 0, "funcCount", 1);
  [scale, reach] = deal(ones(n, 1), 0);
  info = 0;
  fjac = [];
  while info == 0 && output.iterations < rounds && output.funcCount < most_calls
    [f, fjac, more] = functional__jacobian(fcn, here, f, shape, options);
    output.funcCount = output.funcCount + more;
    if all(fjac(:) == 0)
      % Nowhere to go.
      info = -2;
      break;
    elseif output.funcCount >= most_calls
      break;
    end
    is_first = output.iterations == 1;
    if is_scaled
      lengths = sqrt(sumsq(fjac, 1)).';
      lengths(lengths == 0) = 1;
      scale = ifelse(is_first, lengths, max(scale, lengths));
    end
    if is_first
      reach = max(norm(scale .* here), 1);
    end
    [q, r] = qr(fjac);
    turned = q' * f;
    step = functional__dogleg(r, turned, scale, reach);
    length_of = norm(scale .* step);
    if is_first
      reach = min(reach, length_of);
    end
    next = fcn(reshape(here + step, shape))(:);
    output.funcCount = output.funcCount + 1;
    gain = 1 - (norm(next) / far) ^ 2;
    [is_good, reach] = functional__trust(gain, norm(turned + r * step) / far, reach, length_of);
    if is_good
      [here, f, far] = deal(here + step, next, norm(next));
      output.successful = output.successful + 1;
    end
    size_of = norm(scale .* here);
    if far <= optimget(options, "TolFun", 1e-6) * n * size_of
      info = 1;
    elseif is_good && length_of <= optimget(options, "TolX", 1e-6) * size_of
      info = 2;
    elseif is_good && gain <= optimget(options, "TolFun", 1e-6)
      info = 3;
    elseif !is_good && reach <= least * size_of
      info = -3;
      break;
    end
    output.iterations = output.iterations + 1;
  end
  x = reshape(here, shape);
  fvec = reshape(f, result_shape);
end

function [f, jac, calls] = functional__jacobian(fcn, x, f, shape, options)
  % The derivatives: those of the function, or differences from F; and the number of calls.
  n = numel(x);
  if strcmpi("on", optimget(options, "Jacobian", "off"))
    [f, jac] = fcn(reshape(x, shape));
    f = f(:);
    calls = 1;
    return;
  end
  is_central = strcmpi("central", optimget(options, "FinDiffType", "forward"));
  typical = optimget(options, "TypicalX", ones(n, 1));
  sizes = x;
  if shape(1) == 1 && rows(typical) == n
    % As in 7.3, the first number of a row decides for all.
    sizes(:) = x(1);
  end
  steps = max(abs(sizes), typical(:)) * ifelse(is_central, cbrt(eps), sqrt(eps));
  way = sign(sizes);
  way(way == 0) = 1;
  steps = steps .* way;
  jac = zeros(numel(f), n);
  calls = n * (1 + is_central);
  for i = 1:n
    [moved, back] = deal(x);
    moved(i) = moved(i) + steps(i);
    above = fcn(reshape(moved, shape))(:);
    below = f;
    if is_central
      back(i) = back(i) - steps(i);
      below = fcn(reshape(back, shape))(:);
    end
    jac(:, i) = (above - below) / (moved(i) - back(i));
  end
end

function [q, err] = quadgk(f, a, b, varargin)
  % Integral by Gauss-Kronrod pairs on intervals that are halved until they agree.
  if nargin < 3
    print_usage();
  end
  options = struct("abstol", 1e-10, "reltol", 1e-6, "waypoints", [], "maxintervalcount", 650, ...
                   "trace", false);
  if !isempty(varargin) && !ischar(varargin{1})
    % The tolerance and the trace without their names.
    varargin = [{"abstol"}, varargin(1), {"trace"}, varargin(2:end)](1:2*numel(varargin));
    if isempty(varargin{2})
      varargin(1:2) = [];
    end
  end
  options = functional__properties("quadgk", varargin, options);
  if ischar(f)
    f = str2func(f);
  end
  [q, err] = functional__adaptive(f, a, b, options);
end

function [q, err] = integral(f, a, b, varargin)
  % Integral of a function of arrays.
  if nargin < 3 || mod(nargin, 2) == 0
    print_usage();
  end
  options = struct("abstol", 1e-10, "reltol", 1e-6, "waypoints", [], "arrayvalued", false);
  options = functional__properties("integral", varargin, options);
  if ischar(f)
    f = str2func(f);
  end
  if options.arrayvalued
    q = quadv(f, a, b, options.abstol);
    err = [];
    return;
  end
  [q, err] = functional__adaptive(f, a, b, options);
end

function [q, ier, nfev, err] = quad(f, a, b, varargin)
  % Integral of a function of one number.
  if ischar(f)
    f = str2func(f);
  end
  [q, err] = functional__integral(@(x) functional__each(f, x), a, b, 2);
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
  if nargin < 4 || isempty(tol)
    tol = 1e-6;
  end
  if ischar(f)
    f = str2func(f);
  end
  ends = f([a, b], varargin{:});
  % Where it has no bound, a little further inside.
  inside = eps * (b - a);
  if isinf(ends(1))
    ends(1) = f(a + inside, varargin{:});
  end
  if isinf(ends(2))
    ends(2) = f(b - inside, varargin{:});
  end
  [q, count] = functional__lobatto(f, a, b, ends(1), ends(2), -1, tol, varargin);
  count = count + 1;
end

function [q, count] = quadv(f, a, b, tol, trace, varargin)
  % Integral of a function that gives arrays, by Simpson's rule on ever shorter pieces.
  if nargin < 3
    print_usage();
  end
  if nargin < 4 || isempty(tol)
    tol = 1e-6;
  end
  if ischar(f)
    f = str2func(f);
  end
  h = 0.13579 * (b - a);
  x = [a, a + h, a + 2 * h, (a + b) / 2, b - 2 * h, b - h, b];
  y = cell(1, 7);
  for k = 1:numel(x)
    y{k} = f(x(k), varargin{:});
  end
  count = numel(x);
  % Where it has no bound at an end, a little further inside.
  inside = eps * (b - a);
  if any(isinf(y{1}(:)))
    y{1} = f(a + inside, varargin{:});
    count = count + 1;
  end
  if any(isinf(y{end}(:)))
    y{end} = f(b - inside, varargin{:});
    count = count + 1;
  end
  q = 0;
  for k = [1, 3, 5]
    at = k:k+2;
    whole = functional__panel(x(k+2) - x(k), y{at});
    [part, more] = functional__simpson(f, x(k), x(k+2), y{at}, whole, tol, varargin);
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

function [q, err] = functional__integral(f, a, b, pieces, least, share)
  % Integral over a line: of PIECES at first, to LEAST or that SHARE of it.
  if nargin < 4
    pieces = 10;
  end
  if nargin < 6
    [least, share] = deal(1e-10, 1e-8);
  end
  [q, err] = deal(0);
  if a > b
    [q, err] = functional__integral(f, b, a, pieces, least, share);
    q = -q;
  elseif a != b
    [g, edges] = functional__shifted(f, a, b, pieces);
    [q, err] = functional__panels(g, edges(1:end-1).', edges(2:end).', least, share);
  end
end

function [x, wk, wg] = functional__nodes()
  % Nodes of 15 points, their weights, and those of the 7 among them.
  nodes = [0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, ...
           0.5860872354676911, 0.4058451513773972, 0.2077849550078985];
  outer = [0.0229353220105292, 0.0630920926299786, 0.1047900103222502, 0.1406532597155259, ...
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
  if nargin < 6 || isempty(tol)
    tol = 1e-6;
  end
  % An inner integral must not look rough to the outer one.
  tol = min(tol, 1e-6);
  inner = @(v) functional__line(@(x) f(x, v, varargin{:}), xa, xb, tol / 100);
  q = functional__line(@(y) functional__each(inner, y), ya, yb, tol);
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

function q = functional__line(f, a, b, tol)
  % Integral of a function by one rule if it is smooth; else by the pieces of functional__integral.
  if isinf(a) || isinf(b)
    q = functional__integral(f, a, b, 4, tol, tol);
    return;
  end
  half = (b - a) / 2;
  [x, wk, wg] = functional__nodes();
  v = f((a + b) / 2 + half * x);
  if numel(v) == 15 && all(isfinite(v(:)))
    q = wk * v(:);
    if functional__doubt(q, wg * v(:)) <= 1e-8 * max(1, abs(q))
      q = half * q;
      return;
    end
  end
  q = functional__integral(f, a, b, 2, tol, tol);
end

function [q, err] = integral2(f, xa, xb, ya, yb, varargin)
  % Integral over a region of the plane.
  if nargin < 5 || mod(nargin, 2) == 0
    print_usage();
  end
  [f, options] = functional__over("integral2", f, varargin);
  [q, err] = functional__region(f, xa, xb, ya, yb, options);
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
  if nargin < 8 || isempty(tol)
    tol = 1e-6;
  end
  % An inner integral must not look rough to the outer one.
  tol = min(tol, 1e-6);
  along = @(y, z) functional__line(@(x) f(x, y, z, varargin{:}), xa, xb, tol / 100);
  plane = @(z) functional__line(@(y) functional__each(@(v) along(v, z), y), ya, yb, tol / 10);
  q = functional__line(@(z) functional__each(plane, z), za, zb, tol);
end

function q = integral3(f, xa, xb, ya, yb, za, zb, varargin)
  % Integral over a region of space, whose limits may be functions of the coordinates before.
  if nargin < 7 || mod(nargin, 2) == 0
    print_usage();
  end
  [f, options] = functional__over("integral3", f, varargin);
  if !options.vectorized
    one = f;
    f = @(x, y, z) arrayfun(one, x, y, z);
  end
  [bottom, top] = deal(functional__bound(ya), functional__bound(yb));
  inner = @(x) functional__tiles(@(y, z) f(x * ones(size(y)), y, z), bottom(x), top(x), ...
                                 functional__at(za, x), functional__at(zb, x), 1e-11, 1e-9);
  q = functional__integral(@(x) functional__each(inner, x), xa, xb, 2, 1e-8, 1e-6);
end

function [q, err, iter] = quad2d(f, xa, xb, ya, yb, varargin)
  % Integral over a region of the plane.
  if nargin < 5 || mod(nargin, 2) == 0
    print_usage();
  end
  options = struct("abstol", 1e-10, "reltol", 1e-6, "maxfunevals", 5000, "singular", true, ...
                   "vectorized", true, "failureplot", false);
  options = functional__properties("quad2d", varargin, options);
  if ischar(f)
    f = str2func(f);
  end
  [q, err] = functional__region(f, xa, xb, ya, yb, options);
  iter = 1;
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

function name = functional__full_name(name, names, caller)
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
    warning("%s: unrecognized option: %s", caller, name);
  else
    warning("%s: ambiguous option: %s (%s%s)", caller, name, names{at(1)}, ...
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
  end
  linear__two_matrices("pqpnonneg", c, d);
  if !issquare(c)
    error("pqpnonneg: C must be a square matrix");
  end
  [start, limit] = deal([], 1e5);
  if nargin > 2
    start = x;
  end
  if nargin > 3
    limit = optimget(options, "MaxIter", limit);
  end
  best = @(free) -(c(free, free) \ d(free));
  slope = @(x) -(d + c * x);
  [x, rounds, lambda] = linear__nonneg(best, slope, start, columns(c), norm(c, 1), limit);
  minval = d.' * x + 0.5 * (x.' * c * x);
  exitflag = rounds * (rounds < limit);
  output.algorithm = "nnls-pqp";
  output.iterations = rounds;
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

function [g, edges] = functional__shifted(f, a, b, pieces)
  % The same integral over a finite interval, with flat ends, and where to cut it at first.
  if isinf(a) && isinf(b)
    g = @(t) functional__whole_line(f, t);
    edges = -1:0.5:1;
  elseif isinf(b)
    g = @(t) functional__half_line(f, a, 1, t);
    edges = 0:0.125:1;
  elseif isinf(a)
    g = @(t) functional__half_line(f, b, -1, t);
    edges = -1:0.125:0;
  else
    g = @(t) functional__flat_ends(f, a, b, t);
    edges = linspace(-1, 1, pieces + 1);
  end
end

function y = functional__whole_line(f, t)
  % x = t / (1 - t^2).
  square = t .^ 2;
  rest = 1 - square;
  y = f(t ./ rest) .* (1 + square) ./ rest .^ 2;
end

function y = functional__half_line(f, start, way, t)
  % x = start + s^2 to the right, or less s^2 to the left, for s = t / (1 - |t|).
  rest = 1 - way * t;
  s = t ./ rest;
  y = f(start + way * s .^ 2) .* (2 * way * t ./ rest .^ 3);
end

function y = functional__flat_ends(f, a, b, t)
  % A cubic from a to b whose slope is 0 at both.
  quarter = (b - a) / 4;
  x = quarter * t .* (3 - t .^ 2) + (a + b) / 2;
  y = f(x) .* (3 * (b - a) / 4) .* (1 - t .^ 2);
end

function [q, err] = functional__panels(g, left, right, least, share)
  % Gauss-Kronrod on each interval; those that are not good enough are halved.
  [nodes, kronrod, gauss] = functional__nodes();
  [q, err] = deal(0);
  last = 40;
  for round = 1:last
    half = (right - left) / 2;
    at = (left + right) / 2 + half * nodes;
    values = functional__finite(g(at), size(at));
    areas = half .* (values * kronrod.');
    apart = functional__doubt(areas, half .* (values * gauss.'));
    allowed = max(least, share * abs(q + sum(areas))) / 10;
    again = apart > allowed / 10 * half;
    if err + sum(apart) <= allowed || numel(again) > 650 || round == last
      again(:) = false;
    end
    q = q + sum(areas(!again));
    err = err + sum(apart(!again));
    if !any(again)
      return;
    end
    middle = (left(again) + right(again)) / 2;
    [left, right] = deal([left(again); middle], [middle; right(again)]);
  end
end

function values = functional__finite(values, shape)
  % One value for all points is what a constant function gives; poles count as 0.
  if isscalar(values)
    values = repmat(values, shape);
  end
  values = reshape(values, shape);
  values(!isfinite(values)) = 0;
end

function f = functional__bound(f)
  % A number as a function.
  if !is_function_handle(f)
    f = @(x) f;
  end
end

function share = functional__golden()
  % The shorter part of 1, cut by the golden section.
  share = (3 - sqrt(5)) / 2;
end

function [step, last] = functional__brent(best, values, low, high, last, before, off, least)
  % The next step, and the one that counts as the one before.
  x = best{1};
  step = NaN;
  if abs(before) > least
    step = functional__vertex(x - best{2}, values{1} - values{2}, ...
                              x - best{3}, values{1} - values{3}, low - x, high - x, before);
  end
  if isnan(step)
    % A golden section of the longer side.
    last = ifelse(off < 0, high - x, low - x);
    step = functional__golden() * last;
  elseif min((x + step) - low, high - (x + step)) < 2 * least
    % Not so near to an end: towards the middle.
    step = least * (1 - 2 * (off > 0));
  end
end

function [best, values] = functional__learn(best, values, next, value)
  % A new point takes its place among the best three.
  if value < values{1}
    place = 1;
  elseif value <= values{2} || best{2} == best{1}
    place = 2;
  elseif value <= values{3} || best{3} == best{1} || best{3} == best{2}
    place = 3;
  else
    return;
  end
  best = [best(1:place-1), {next}, best(place:2)];
  values = [values(1:place-1), {value}, values(place:2)];
end

function [q, err] = functional__adaptive(f, a, b, options)
  % Integral by Gauss-Kronrod pairs, along the points on the way if the options have any.
  least = max(min(options.abstol, 1e-10), 1e-15);
  share = min(options.reltol, 1e-8);
  is_single = isa(a, "single") || isa(b, "single");
  way = options.waypoints;
  if isempty(way)
    [q, err] = functional__integral(f, double(a), double(b), 10, least, share);
  else
    [q, err] = functional__path(f, double([a, way(:).', b]), least, share);
  end
  if is_single
    q = single(q);
  end
end

function limit = functional__at(limit, x)
  % A limit that is a number, or a function of x and y, as a function of y for one x.
  if is_function_handle(limit)
    limit = @(y) limit(x * ones(size(y)), y);
  else
    limit = @(y) limit;
  end
end

function [s, value, trials] = functional__descent(fcn, x, f, p, slope, shape)
  % A step along p that makes the value enough smaller, or [].
  t = 1;
  for trials = 1:60
    s = t * p;
    value = fcn(reshape(x + s, shape));
    if value <= f + 1e-4 * t * slope
      return;
    end
    t = t / 2;
  end
  s = [];
end

function apart = functional__doubt(fine, coarse)
  % How wrong the finer of two sums may be: after Piessens and others, QUADPACK (1983).
  size_of = abs(fine) + realmin;
  share = abs(fine - coarse) ./ size_of;
  apart = size_of .* min(share, (200 * share) .^ 1.5);
end

function h = functional__learned(h, s, y)
  % The inverse of the second derivatives after a step s that changed the slopes by y (BFGS).
  along = s.' * y;
  if along > eps * norm(s) * norm(y)
    bent = h * y;
    h = h + (1 + y.' * bent / along) / along * (s * s.') - (bent * s.' + s * bent.') / along;
  end
end

function [q, err] = functional__path(f, points, least, share)
  % Integral along straight lines from each point, which may be complex, to the next.
  [q, err] = deal(0);
  for k = 1:numel(points)-1
    [a, b] = deal(points(k), points(k+1));
    if isreal(points)
      [part, off] = functional__integral(f, a, b, 4, least, share);
    else
      [part, off] = functional__integral(@(s) f(a + s * (b - a)) * (b - a), 0, 1, 4, least, share);
    end
    q = q + part;
    err = err + off;
  end
end

function [x, w] = functional__place(a, b, t)
  % Points of the line from a to b for t from -1 to 1, and dx/dt; finite ends are flat.
  if isinf(a(1)) && isinf(b(1))
    rest = 1 - t .^ 2;
    x = sign(b(1)) * t ./ rest;
    w = sign(b(1)) * (1 + t .^ 2) ./ rest .^ 2;
  elseif isinf(a(1)) || isinf(b(1))
    s = (1 + t) ./ (1 - t);
    w = s ./ ((1 - t) / 2) .^ 2;
    if isinf(b(1))
      x = a + sign(b(1)) * s .^ 2;
      w = sign(b(1)) * w;
    else
      x = b + sign(a(1)) * s .^ 2;
      w = -sign(a(1)) * w;
    end
  else
    quarter = (b - a) / 4;
    x = quarter .* t .* (3 - t .^ 2) + (a + b) / 2;
    w = 3 * quarter .* (1 - t .^ 2);
  end
end

function options = functional__properties(name, given, options)
  % Pairs of names, in any case, and values, over OPTIONS, whose fields have small letters.
  for k = 1:2:numel(given)
    if !ischar(given{k})
      error("%s: property PROP must be a string", name);
    end
    key = tolower(given{k});
    if !isfield(options, key)
      error("%s: unknown property '%s'", name, given{k});
    end
    value = given{k+1};
    is_tolerance = any(strcmp(key, {"abstol", "reltol"}));
    if is_tolerance && !(isnumeric(value) && isscalar(value) && value >= 0)
      shown = {"AbsTol", "RelTol"}{1 + strcmp(key, "reltol")};
      error("%s: %s value must be a numeric scalar >= 0", name, shown);
    end
    options.(key) = value;
  end
end

function [q, err] = functional__region(f, xa, xb, ya, yb, options)
  % Integral over a region of the plane, of a function of arrays unless the options say otherwise.
  if !options.vectorized
    one = f;
    f = @(x, y) arrayfun(one, x, y);
  end
  least = max(min(options.abstol, 1e-10), 1e-15);
  [q, err] = functional__tiles(f, double(xa), double(xb), functional__bound(ya), ...
                               functional__bound(yb), least, min(options.reltol, 1e-8));
  if isa(xa, "single") || isa(xb, "single") || isa(ya, "single") || isa(yb, "single")
    q = single(q);
  end
end

function [areas, apart] = functional__tile(f, xa, xb, bottom, top, cu, cv, h)
  % The integrals over squares around (cu, cv) of the plane from -1 to 1, and how sure they are.
  [nodes, kronrod, gauss] = functional__nodes();
  count = numel(nodes);
  [x, wx] = functional__place(xa, xb, reshape(cu + h * nodes.', 1, []));
  v = repelem(cv + h * nodes.', 1, count);
  [y, wy] = functional__place(bottom(x), top(x), v);
  x = repmat(x, count, 1);
  values = functional__finite(f(x, y), size(x)) .* (wx .* wy);
  areas = h ^ 2 * (kronrod * reshape(kronrod * values, count, []));
  apart = functional__doubt(areas, h ^ 2 * (gauss * reshape(gauss * values, count, [])));
end

function [q, err] = functional__tiles(f, xa, xb, bottom, top, least, share)
  % Gauss-Kronrod pairs on squares; those that are not good enough are cut in four.
  [q, err] = deal(0);
  h = 0.5;
  [cu, cv] = deal([-h, h, -h, h], [-h, -h, h, h]);
  for round = 1:30
    [areas, apart] = functional__tile(f, xa, xb, bottom, top, cu, cv, h);
    allowed = max(least, share * abs(q + sum(areas)));
    again = apart > allowed * h ^ 2;
    if err + sum(apart) <= allowed || numel(cu) > 1500
      again(:) = false;
    end
    q = q + sum(areas(!again));
    err = err + sum(apart(!again));
    if !any(again)
      return;
    end
    rest = areas(again);
    h = h / 2;
    cu = cu(again) + [-h; h; -h; h];
    cv = cv(again) + [-h; -h; h; h];
    [cu, cv] = deal(cu(:).', cv(:).');
  end
  q = q + sum(rest);
end

function varargout = functional__checked(fcn, varargin)
  % The values of a function, or an error where one is not a real number.
  varargout = cell(1, max(nargout, 1));
  [varargout{:}] = fcn(varargin{:});
  f = varargout{1};
  if !isreal(f)
    error("Octave:nonreal-value", "fsolve: non-real value encountered");
  elseif any(isnan(f(:)))
    error("Octave:nan-value", "fsolve: NaN value encountered");
  elseif any(isinf(f(:)))
    error("Octave:inf-value", "fsolve: Inf value encountered");
  end
end

function step = functional__dogleg(jac, f, scale, reach)
  % The best step for f + jac * step within REACH, on Powell's line: down the gradient to the
  % lowest point, from there to Newton's step (Moré, Garbow and Hillstrom, 1980).
  step = -(jac \ f);
  if norm(scale .* step) <= reach
    return;
  end
  newton = scale .* step;
  down = -(jac' * f) ./ scale;
  steep = norm(down);
  if steep == 0
    step = reach / norm(newton) * step;
    return;
  end
  lowest = down * (steep / norm(jac * (down ./ scale))) ^ 2;
  if norm(lowest) >= reach
    step = reach / steep * down ./ scale;
    return;
  end
  % Where the line from the lowest point to Newton's step leaves the region.
  way = newton - lowest;
  a = sumsq(way);
  b = real(lowest' * way);
  c = reach ^ 2 - sumsq(lowest);
  share = c / (b + sqrt(b ^ 2 + a * c));
  if b < 0
    share = (sqrt(b ^ 2 + a * c) - b) / a;
  end
  step = (lowest + share * way) ./ scale;
end

function [is_good, reach] = functional__trust(gain, left, reach, length_of)
  % Whether a step is taken, and how far the next one may go: from the share that it gained of
  % what the linear model says, of which LEFT is left. Less than rounding does says nothing.
  ratio = 0;
  promise = 1 - left ^ 2;
  if promise > 10 * eps && isfinite(gain)
    ratio = gain / promise;
  end
  is_good = ratio >= 1e-4;
  if ratio < 0.1
    reach = reach / 2;
  elseif abs(ratio - 1) <= 0.1
    reach = 1.4142 * length_of;
  elseif ratio >= 0.5
    reach = max(reach, 1.4142 * length_of);
  end
end

function [f, options] = functional__over(name, f, list)
  % The integrand as a handle, and the options of an integral over a region.
  options = struct("abstol", 1e-10, "reltol", 1e-6, "method", "auto", "vectorized", true);
  options = functional__properties(name, list, options);
  if !any(strcmpi(options.method, {"auto", "tiled", "iterated"}))
    error("%s : unrecognized method '%s'", name, options.method);
  end
  if ischar(f)
    f = str2func(f);
  end
end
