function [xopt, fmin, errnum, extra] = glpk(c, a, b, lb, ub, ctype, vartype, sense, param)
  % Linear programs with bounds, and with whole variables.
  if nargin < 3
    print_usage();
  end
  c = full(double(c(:)));
  n = numel(c);
  a = full(double(a));
  b = full(double(b(:)));
  m = rows(a);
  if isempty(a)
    error("glpk: A cannot be an empty matrix");
  elseif columns(a) != n
    error("glpk: A must be %d columns", n);
  elseif numel(b) != m
    error("glpk: B must be a vector of length %d", m);
  end
  if nargin < 4 || isempty(lb)
    lb = zeros(n, 1);
  end
  if nargin < 5 || isempty(ub)
    ub = Inf(n, 1);
  end
  if nargin < 6 || isempty(ctype)
    ctype = repmat("S", 1, m);
  end
  if nargin < 7 || isempty(vartype)
    vartype = repmat("C", 1, n);
  end
  if nargin < 8 || isempty(sense)
    sense = 1;
  end
  sense = sign(sense) + (sense == 0);
  lb = double(lb(:));
  ub = double(ub(:));
  is_whole = any(upper(vartype(:)) == "I");
  [x, y, state] = programs__branch(sense * c, a, b, lb, ub, upper(ctype(:).'), ...
                                   upper(vartype(:).') == "I");
  errnum = 0;
  extra = struct();
  if state == 0
    xopt = x;
    fmin = c' * x;
    status = 5;
  else
    xopt = NA(n, 1);
    fmin = NA;
    errnum = 9 + state;
    status = -1;
    y = NA(m, 1);
  end
  if !is_whole
    extra.lambda = sense * y;
    extra.redcosts = c - a' * extra.lambda;
    extra.redcosts(abs(extra.redcosts) < 1e-12 * (1 + max(abs(c)))) = 0;
  end
  extra.time = 0;
  extra.status = status;
end

function [x, y, state] = programs__branch(c, a, b, lb, ub, ctype, whole)
  % Branch and bound, depth first.
  [x, y, state] = programs__bounded(c, a, b, lb, ub, ctype);
  if state != 0 || !any(whole)
    return;
  end
  lows = {lb};
  highs = {ub};
  best = Inf;
  found = x;
  state = 1;
  while !isempty(lows)
    low = lows{end};
    high = highs{end};
    lows(end) = [];
    highs(end) = [];
    [x, ~, failed] = programs__bounded(c, a, b, low, high, ctype);
    if failed || c' * x >= best - 1e-9 * max(1, abs(best)) * isfinite(best)
      continue;
    end
    off = abs(x - round(x));
    off(!whole) = 0;
    [most, k] = max(off);
    if most < 1e-7
      x(whole) = round(x(whole));
      best = c' * x;
      found = x;
      state = 0;
    else
      down = high;
      down(k) = floor(x(k));
      up = low;
      up(k) = ceil(x(k));
      if x(k) - floor(x(k)) < 0.5
        lows(end+1:end+2) = {up, low};
        highs(end+1:end+2) = {high, down};
      else
        lows(end+1:end+2) = {low, up};
        highs(end+1:end+2) = {down, high};
      end
    end
  end
  x = found;
end

function [x, y, state] = programs__bounded(c, a, b, lb, ub, ctype)
  % To variables that are not negative and equations, and back.
  n = numel(c);
  x = zeros(n, 1);
  y = zeros(rows(a), 1);
  state = 0;
  if any(lb > ub)
    state = 1;
    return;
  end
  shift = zeros(n, 1);
  turn = ones(n, 1);
  shift(isfinite(lb)) = lb(isfinite(lb));
  mirrored = !isfinite(lb) & isfinite(ub);
  shift(mirrored) = ub(mirrored);
  turn(mirrored) = -1;
  free = find(!isfinite(lb) & !isfinite(ub));
  boxed = find(isfinite(lb) & isfinite(ub));
  used = find(ctype != "F");
  t = a(used, :);
  right = b(used) - t * shift;
  t = t .* turn.';
  t = [t, -t(:, free)];
  cost = [c .* turn; -c(free) .* turn(free)];
  kind = ctype(used);
  double_sided = find(kind == "D");
  t = [t; -t(double_sided, :)];
  right = [right; b(used(double_sided)) + a(used(double_sided), :) * shift];
  kind(double_sided) = "U";
  kind = [kind, repmat("U", 1, numel(double_sided))];
  box = zeros(numel(boxed), columns(t));
  for k = 1:numel(boxed)
    box(k, boxed(k)) = 1;
  end
  t = [t; box];
  right = [right; ub(boxed) - lb(boxed)];
  kind = [kind, repmat("U", 1, numel(boxed))];
  slack = zeros(numel(kind), 0);
  for k = find(kind != "S")
    column = zeros(numel(kind), 1);
    column(k) = 1 - 2 * (kind(k) == "L");
    slack(:, end+1) = column;
  end
  [z, dual, state] = programs__simplex([cost; zeros(columns(slack), 1)], [t, slack], right);
  if state == 0
    part = z(1:n);
    part(free) = part(free) - z(n+1:n+numel(free));
    x = shift + turn .* part;
    y(used) = dual(1:numel(used));
  end
end

function [x, y, state] = programs__simplex(c, a, b)
  % Two phases of the simplex method; Bland's rule where steps have no length.
  [m, n] = size(a);
  signs = ones(m, 1);
  signs(b < 0) = -1;
  t = [signs .* a, eye(m)];
  right = signs .* b;
  basis = n + 1:n + m;
  scale = 1 + max([abs(b(:)); 0]);
  x = zeros(n, 1);
  y = zeros(m, 1);
  cost = [zeros(n, 1); ones(m, 1)];
  [basis, state] = programs__pivots(cost, t, right, basis, n + m);
  xb = t(:, basis) \ right;
  if sum(xb(basis > n)) > 1e-9 * scale
    state = 1;
    return;
  end
  cost = [c; zeros(m, 1)];
  % Artificial variables that are left stay at nothing.
  [basis, state] = programs__pivots(cost, t, right, basis, n);
  if state != 0
    return;
  end
  xb = t(:, basis) \ right;
  xb(abs(xb) < 1e-12 * scale) = 0;
  inside = basis <= n;
  x(basis(inside)) = xb(inside);
  y = signs .* (t(:, basis)' \ cost(basis));
  y(abs(y) < 1e-13 * (1 + max(abs(c)))) = 0;
end

function [basis, state] = programs__pivots(cost, t, right, basis, allowed)
  state = 0;
  stalled = 0;
  tol = 1e-9 * (1 + max(abs(cost)));
  fixed = basis > allowed;
  for step = 1:50000
    b = t(:, basis);
    xb = b \ right;
    y = b' \ cost(basis);
    reduced = cost(1:allowed) - t(:, 1:allowed)' * y;
    reduced(basis(basis <= allowed)) = 0;
    if stalled > 20
      enter = find(reduced < -tol, 1);
    else
      [low, enter] = min(reduced);
      if low >= -tol
        enter = [];
      end
    end
    if isempty(enter)
      return;
    end
    d = b \ t(:, enter);
    ratio = Inf(size(d));
    up = d > 1e-10;
    ratio(up) = max(xb(up), 0) ./ d(up);
    % An artificial variable at nothing leaves whichever way it would go.
    left = basis(:) > allowed & abs(d) > 1e-10;
    if allowed < columns(t)
      ratio(left) = 0;
    end
    [best, leave] = min(ratio);
    if isinf(best)
      state = 2;
      return;
    end
    ties = find(ratio <= best + 1e-12 * (1 + best));
    if stalled > 20
      [~, k] = min(basis(ties));
    else
      [~, k] = max(abs(d(ties)));
    end
    leave = ties(k);
    if best > 1e-12
      stalled = 0;
    else
      stalled = stalled + 1;
    end
    basis(leave) = enter;
  end
end

function [x, obj, info, lambda] = qp(x0, h, varargin)
  % Quadratic programs by active sets.
  args = varargin;
  options = struct();
  if numel(args) > 0 && isstruct(args{end})
    [options, args] = deal(args{end}, args(1:end-1));
  end
  if nargin < 2 || !any(numel(args) == [0, 1, 3, 5, 8])
    print_usage();
  end
  [q, a, b, lb, ub, a_lb, a_in, a_ub] = [args, cell(1, 8)]{1:8};
  n = rows(h);
  if !issquare(h)
    error("qp: quadratic penalty matrix must be square");
  end
  x = programs__or_zeros(x0, n, "qp: the initial guess has incorrect length");
  q = programs__or_zeros(q, n, "qp: the linear term has incorrect length");
  if isempty(a)
    [a, b] = deal(zeros(0, n), zeros(0, 1));
  elseif !isequal([columns(a), rows(a)], [n, numel(b)])
    error("qp: equality constraint matrix has incorrect dimensions");
  end
  b = b(:);
  [g, d] = programs__sides(zeros(0, n), zeros(0, 1), full(eye(n)), lb, ub);
  [g, d] = programs__sides(g, d, a_in, a_lb, a_ub);
  value = @(x) 0.5 * x' * h * x + q' * x;
  info = struct("solveiter", 0, "info", 0);
  tol = 1e-9 * (1 + norm([b; d], Inf));
  if any([abs(a * x - b); d - g * x] > tol)
    kinds = [repmat("S", 1, rows(a)), repmat("L", 1, rows(g))];
    [start, ~, failed] = ...
      programs__bounded(zeros(n, 1), [a; g], [b; d], -Inf(n, 1), Inf(n, 1), kinds);
    if failed
      info.info = 6;
      obj = value(x);
      lambda = [];
      return;
    end
    x = start;
  end
  rounds = optimget(options, "MaxIter", 200);
  [x, lambda, info.info, info.solveiter] = programs__active(h, q, a, g, d, x, rounds);
  obj = value(x);
end

function [g, d] = programs__sides(g, d, a, low, high)
  % Rows of g * x >= d: of each pair of bounds the lower one first.
  if isempty(low)
    low = -Inf(rows(a), 1);
  end
  if isempty(high)
    high = Inf(rows(a), 1);
  end
  for k = 1:rows(a)
    if isfinite(low(k))
      g = [g; a(k, :)];
      d = [d; low(k)];
    end
    if isfinite(high(k))
      g = [g; -a(k, :)];
      d = [d; -high(k)];
    end
  end
end

function [x, lambda, info, step] = programs__active(h, q, a, g, d, x, step_max)
  % From a point that fits, along the constraints that hold as equations; after Nocedal and
  % Wright, Numerical Optimization, section 16.5.
  h = full(h);
  n = numel(x);
  held = [];
  info = 3;
  fixed = rows(a);
  lambda = zeros(fixed + rows(g), 1);
  scale = 1 + norm(h, 1);
  for step = 1:step_max
    active = [a; g(held, :)];
    slope = h * x + q;
    if isempty(active)
      z = full(eye(n));
    else
      z = null(active);
    end
    p = zeros(n, 1);
    far = 1;
    if !isempty(z)
      inner = z' * h * z;
      inner = (inner + inner') / 2;
      down = z' * slope;
      [v, e] = eig(inner);
      e = diag(e);
      if e(1) < -1e-10 * scale
        p = z * v(:, 1);
        if slope' * p > 0
          p = -p;
        end
        far = Inf;
      else
        flat = e <= 1e-12 * scale;
        along = v' * down;
        if any(abs(along(flat)) > 1e-10 * (1 + norm(slope)))
          p = -z * (v(:, flat) * along(flat));
          far = Inf;
        else
          part = zeros(size(along));
          part(!flat) = along(!flat) ./ e(!flat);
          p = -z * (v * part);
        end
      end
    end
    if norm(p, Inf) <= 1e-12 * (1 + norm(x, Inf))
      multipliers = zeros(0, 1);
      if !isempty(active)
        multipliers = active' \ slope;
      end
      [least, k] = min(multipliers(fixed+1:end));
      if isempty(least) || least >= -1e-10 * (1 + norm(slope))
        lambda(1:fixed) = multipliers(1:fixed);
        lambda(fixed + held) = max(multipliers(fixed+1:end), 0);
        info = 0;
        return;
      end
      held(k) = [];
      continue;
    end
    rate = g * p;
    room = g * x - d;
    blocks = rate < -1e-12 * norm(p);
    blocks(held) = false;
    ratios = Inf(size(rate));
    ratios(blocks) = max(room(blocks), 0) ./ -rate(blocks);
    [nearest, k] = min(ratios);
    if isempty(nearest)
      nearest = Inf;
    end
    if isinf(far) && isinf(nearest)
      info = 3;
      x = x + p * 1e2;
      lambda = zeros(0, 1);
      return;
    end
    if nearest < far
      x = x + nearest * p;
      held(end+1) = k;
    else
      x = x + far * p;
    end
  end
end

function [x, obj, info, iter, nf, lambda] = sqp(x0, objf, cef, cif, lb, ub, maxiter, tol)
  % Nonlinear programs by a row of quadratic ones, after Nocedal and Wright, chapter 18.
  if nargin < 2
    print_usage();
  end
  constraints = cell(1, 4);
  if nargin > 2
    constraints{1} = cef;
  end
  if nargin > 3
    constraints{2} = cif;
  end
  if nargin > 4
    constraints{3} = lb;
  end
  if nargin > 5
    constraints{4} = ub;
  end
  if nargin < 7 || isempty(maxiter)
    maxiter = 100;
  end
  if nargin < 8 || isempty(tol)
    tol = sqrt(eps);
  end
  task = programs__task(size(x0), objf, constraints{:});
  x = x0(:);
  obj = task.f(x0);
  nf = 1;
  here = programs__place(task, x);
  b = full(eye(numel(x)));
  lambda = zeros(numel(here.values), 1);
  info = 103;
  for iter = 1:maxiter
    if iter > 1 && programs__is_best(here, lambda, tol)
      info = 101;
      break;
    end
    if !isempty(task.bend)
      b = task.bend(reshape(x, task.shape));
    end
    [step, lambda] = programs__step(b, here, lambda);
    [next, obj, calls] = programs__search(task, x, step, obj, here, lambda);
    nf = nf + calls;
    ahead = programs__place(task, next);
    moved = next - x;
    if isempty(task.bend)
      turn = (ahead.slope - ahead.slopes' * lambda) - (here.slope - here.slopes' * lambda);
      b = programs__bent(b, moved, turn);
    end
    [x, here] = deal(next, ahead);
    near = tol * (1 + norm(x));
    if norm(moved) <= near && norm([here.equal; min(here.above, 0)]) <= near
      info = 104;
      break;
    end
  end
  x = reshape(x, task.shape);
end

function [f, g, h] = programs__parts(f)
  g = [];
  h = [];
  if iscell(f)
    if numel(f) > 1
      g = f{2};
    end
    if numel(f) > 2
      h = f{3};
    end
    f = f{1};
  end
  if ischar(f)
    f = str2func(f);
  end
  if ischar(g)
    g = str2func(g);
  end
  if ischar(h)
    h = str2func(h);
  end
end

function v = programs__value(f, x, shape)
  v = zeros(0, 1);
  if !isempty(f)
    v = f(reshape(x, shape))(:);
  end
end

function j = programs__slope(f, g, x, shape)
  % Rows of derivatives: those given, or differences on both sides.
  if !isempty(g)
    j = g(reshape(x, shape));
    if isvector(j)
      j = j(:).';
    end
    return;
  end
  j = [];
  for k = 1:numel(x)
    h = eps ^ (1 / 3) * max(1, abs(x(k)));
    ahead = x;
    back = x;
    ahead(k) = ahead(k) + h;
    back(k) = back(k) - h;
    j(:, k) = (f(reshape(ahead, shape))(:) - f(reshape(back, shape))(:)) / (2 * h);
  end
end

function [v, j] = programs__constraint(f, g, x, shape)
  v = zeros(0, 1);
  j = zeros(0, numel(x));
  if isempty(f)
    return;
  end
  v = f(reshape(x, shape))(:);
  if isempty(g)
    j = programs__slope(f, [], x, shape);
  else
    j = g(reshape(x, shape));
  end
end

function addpref(group, pref, val)
  % Gives new preferences their values.
  if nargin < 3
    print_usage();
  end
  prefs__put("addpref", group, pref, val, true);
end

function y = bitpack(x, kind)
  % Numbers of a class of which the bits are given, the lowest first.
  if nargin < 2
    print_usage();
  elseif ~islogical(x)
    error("bitpack: X must be a logical array");
  end
  if mod(numel(x), 8) ~= 0
    error("bitpack: incorrect number of bits to make up output value");
  end
  bytes = uint8(2 .^ (0:7) * reshape(double(x(:)), 8, []));
  if strcmp(kind, "char")
    y = char(bytes);
  else
    y = typecast(bytes, kind);
  end
  if ~isrow(x)
    y = y(:);
  end
end

function bits = bitunpack(x)
  % The bits of numbers, the lowest first.
  if nargin < 1
    print_usage();
  elseif ~(isnumeric(x) || ischar(x))
    error("bitunpack: argument must be a number or a string");
  end
  if ischar(x)
    bytes = uint8(x(:).');
  else
    bytes = typecast(x(:).', "uint8");
  end
  bits = logical(mod(floor(double(bytes) ./ 2 .^ (0:7).'), 2));
  if isempty(x)
    bits = false(0, 0);
    return;
  end
  bits = bits(:);
  if isrow(x)
    bits = bits.';
  end
end

function value = getpref(group, pref, default)
  % The value of a preference, of several, or of all in a group.
  groups = prefs__store();
  if nargin == 0
    value = groups;
    return;
  end
  names = prefs__list("getpref", group, {});
  all_prefs = [];
  if isfield(groups, group)
    all_prefs = groups.(group);
  end
  if nargin == 1
    value = all_prefs;
    return;
  end
  names = prefs__list("getpref", group, pref);
  if nargin > 2 && ischar(pref)
    default = {default};
  end
  values = cell(size(names));
  for k = 1:numel(names)
    if isfield(all_prefs, names{k})
      values{k} = all_prefs.(names{k});
    elseif nargin > 2
      values{k} = default{k};
      groups.(group).(names{k}) = default{k};
      prefs__store(groups);
    else
      error("getpref: preference %s does not exist in GROUP %s", names{k}, group);
    end
  end
  value = values;
  if ischar(pref)
    value = values{1};
  end
end

function tf = handles__is_object(x)
  % True for objects of the classes that there are.
  tf = any(strcmp(class(x), {"containers.Map", "inputParser"}));
end

function names = handles__methods(kind)
  % The methods of the classes that there are.
  switch kind
    case "containers.Map"
      names = {"Map", "check_types", "decode_keys", "delete", "disp", "encode_keys", "horzcat", ...
               "isKey", "isempty", "keys", "length", "remove", "size", "sort_keys", "subsasgn", ...
               "subsref", "values", "vertcat"}.';
    case "inputParser"
      names = {"addOptional", "addParamValue", "addParameter", "addRequired", "addSwitch", ...
               "add_missing", "delete", "disp", "error", "is_argname", "parse", ...
               "validate_arg", "validate_name"}.';
    otherwise
      error("[java] java.lang.ClassNotFoundException: %s", kind);
  end
end

function tf = ismethod(of, name)
  % True if an object or class has a method.
  if nargin < 2
    print_usage();
  elseif ~(ischar(of) || handles__is_object(of))
    error("ismethod: first argument must be object or class name");
  elseif ~ischar(name)
    error("ismethod: METHOD must be a string");
  end
  if handles__is_object(of)
    of = class(of);
  end
  tf = any(strcmp(name, handles__methods(of)));
end

function tf = ispref(group, pref)
  % True for preferences that exist.
  if nargin < 1
    print_usage();
  end
  groups = prefs__store();
  tf = isfield(groups, group);
  if nargin > 1
    if ~tf
      tf = false(size(cellstr(pref)));
    else
      tf = isfield(groups.(group), pref);
    end
  end
end

function tf = isprop(of, name)
  % True for objects that have a property.
  if nargin < 2
    print_usage();
  elseif ~ischar(name)
    error("isprop: PROP name must be a string");
  end
  if ~handles__is_object(of)
    tf = false(size(of));
    return;
  end
  known = {"Count", "KeyType", "ValueType", "map", "sort_keys", "numeric_keys"};
  if strcmp(class(of), "inputParser")
    known = {"CaseSensitive", "FunctionName", "KeepUnmatched", "PartialMatching", ...
             "StructExpand", "Parameters", "Results", "Unmatched", "UsingDefaults", ...
             "Required", "Optional", "Parameter", "Switch"};
  end
  tf = any(strcmp(name, known));
end

function folder = matlabroot()
  % The folder above all files of the program.
  folder = "/usr";
end

function before = maxNumCompThreads(n)
  % How many threads functions may use; a new number is kept, but changes nothing.
  persistent count;
  if isempty(count)
    count = nproc();
  end
  before = count;
  if nargin < 1
    return;
  end
  if strcmpi(n, "automatic")
    count = nproc();
  elseif isscalar(n) && isnumeric(n) && n >= 1 && fix(n) == n
    count = double(n);
  else
    error("maxNumCompThreads: invalid input argument");
  end
end

function names = methods(of)
  % The names of the methods of an object or class.
  if nargin < 1
    print_usage();
  end
  kind = of;
  if handles__is_object(of)
    kind = class(of);
  elseif ~ischar(of)
    error("methods: invalid input argument");
  end
  found = handles__methods(kind);
  if nargout == 0
    printf("Methods for class %s:\n%s\n", kind, list_in_columns(found));
  else
    names = found;
  end
end

function ext = mexext()
  % The extension of compiled functions.
  ext = "mex";
end

function names = prefs__list(caller, group, names)
  % The names of preferences, after a check.
  if ~ischar(group)
    error("%s: GROUP must be a string", caller);
  elseif ischar(names)
    names = {names};
  elseif ~iscellstr(names)
    error("%s: PREF must be a string or cellstr", caller);
  end
end

function prefs__put(caller, group, pref, val, must_be_new)
  % Gives preferences their values.
  names = prefs__list(caller, group, pref);
  if ischar(pref)
    val = {val};
  elseif ~iscell(val) || ~size_equal(names, val)
    error("%s: size mismatch for PREF and VAL", caller);
  end
  groups = prefs__store();
  for k = 1:numel(names)
    if must_be_new && isfield(groups, group) && isfield(groups.(group), names{k})
      error("%s: preference %s already exists in GROUP %s", caller, names{k}, group);
    end
    groups.(group).(names{k}) = val{k};
  end
  prefs__store(groups);
end

function groups = prefs__store(groups)
  % The preferences of this run, after they are replaced if new ones are given.
  persistent kept;
  if isempty(kept)
    kept = struct();
  end
  if nargin > 0
    kept = groups;
  end
  groups = kept;
end

function rmpref(group, pref)
  % Removes preferences or a group of them.
  if nargin < 1
    print_usage();
  end
  groups = prefs__store();
  if ~isfield(groups, group)
    error("rmpref: GROUP %s does not exist", group);
  end
  if nargin == 1
    groups = rmfield(groups, group);
  else
    names = prefs__list("rmpref", group, pref);
    for k = 1:numel(names)
      if ~isfield(groups.(group), names{k})
        error("rmpref: preference %s does not exist", names{k});
      end
    end
    groups.(group) = rmfield(groups.(group), names);
  end
  prefs__store(groups);
end

function setpref(group, pref, val)
  % Gives preferences their values.
  if nargin < 3
    print_usage();
  end
  prefs__put("setpref", group, pref, val, false);
end

function tf = usejava(feature)
  % What Octave says of a feature of Java: the machine itself, and no windows.
  if nargin < 1 || ~ischar(feature)
    print_usage();
  elseif ~any(strcmp(feature, {"awt", "desktop", "jvm", "swing"}))
    error("usejava: unrecognized FEATURE '%s'", feature);
  end
  tf = strcmp(feature, "jvm");
end

function v = programs__or_zeros(v, n, message)
  % A column of N numbers.
  if isempty(v)
    v = zeros(n, 1);
  elseif numel(v) != n
    error(message);
  end
  v = v(:);
end

function task = programs__task(shape, objf, cef, cif, lb, ub)
  % Functions and their derivatives; bounds as rows of SIDES * x >= LIMITS.
  task.shape = shape;
  [task.f, task.slope, task.bend] = programs__parts(objf);
  [task.e, task.e_slope] = programs__parts(cef);
  [task.c, task.c_slope] = programs__parts(cif);
  n = prod(shape);
  unit = full(eye(n));
  task.low = lb(:);
  task.high = ub(:);
  low = programs__spread(lb, n);
  high = programs__spread(ub, n);
  has_low = isfinite(low);
  has_high = isfinite(high);
  task.sides = [unit(has_low, :); -unit(has_high, :)];
  task.limits = [low(has_low); -high(has_high)];
end

function bounds = programs__spread(bounds, n)
  % One for each unknown; without any none is finite.
  if isempty(bounds)
    bounds = Inf;
  end
  bounds = bounds(:) .* ones(n, 1);
end

function here = programs__place(task, x)
  % The slope of the objective there, and values and slopes of all constraints.
  here.slope = programs__slope(task.f, task.slope, x, task.shape).';
  [here.equal, e_slopes] = programs__constraint(task.e, task.e_slope, x, task.shape);
  [above, c_slopes] = programs__constraint(task.c, task.c_slope, x, task.shape);
  here.above = [above; task.sides * x - task.limits];
  here.equal_slopes = e_slopes;
  here.above_slopes = [c_slopes; task.sides];
  here.values = [here.equal; here.above];
  here.slopes = [e_slopes; here.above_slopes];
end

function tf = programs__is_best(here, lambda, tol)
  % The first order conditions, with the multipliers of the last step.
  off = [norm(here.slope - here.slopes' * lambda), norm(here.equal), norm(lambda .* here.values)];
  own = lambda(numel(here.equal)+1:end);
  tf = max(off) < tol && all([here.above; own] >= -eps);
end

function [step, lambda] = programs__step(b, here, lambda)
  % The best step for a bowl of curvature B and straight constraints, and their multipliers.
  [step, ~, state, multipliers] = ...
    qp(zeros(rows(here.slope), 1), b, here.slope, here.equal_slopes, -here.equal, [], [], ...
       -here.above, here.above_slopes, Inf(size(here.above)));
  if state.info == 6
    % No step meets all of them: the nearest one.
    is_broken = here.above < 0;
    step = -pinv([here.equal_slopes; here.above_slopes(is_broken, :)]) ...
           * [here.equal; here.above(is_broken)];
    multipliers = zeros(numel(here.values), 1);
  end
  if numel(multipliers) == numel(lambda)
    lambda = multipliers;
  end
end

function [next, obj, calls] = programs__search(task, x, step, obj, here, lambda)
  % Shorter and shorter steps until the objective and what is broken are less in sum.
  weight = 2 * max([abs(lambda); 1]);
  broken = @(equal, above) weight * (sum(abs(equal)) + sum(max(-above, 0)));
  merit = obj + broken(here.equal, here.above);
  fall = min(here.slope' * step - broken(here.equal, here.above), 0);
  t = 1;
  for calls = 1:30
    next = x + t * step;
    if !isempty(task.low)
      next = max(next, task.low);
    end
    if !isempty(task.high)
      next = min(next, task.high);
    end
    obj = task.f(reshape(next, task.shape));
    equal = programs__value(task.e, next, task.shape);
    above = [programs__value(task.c, next, task.shape); task.sides * next - task.limits];
    if obj + broken(equal, above) <= merit + 1e-4 * t * fall + 1e-14 * abs(merit)
      break;
    end
    t = t / 2;
  end
end

function b = programs__bent(b, moved, turn)
  % What a step tells about the curvature, damped so that it stays positive.
  bent = b * moved;
  curve = moved' * bent;
  if !(curve > 0)
    return;
  end
  share = 1;
  if moved' * turn < 0.2 * curve
    share = 0.8 * curve / (curve - moved' * turn);
  end
  turn = share * turn + (1 - share) * bent;
  b = b - (bent * bent') / curve + (turn * turn') / (moved' * turn);
end

function status = unsetenv(name)
  % Takes a variable of the environment away, which reads as empty from then on.
  if nargin != 1
    print_usage();
  end
  setenv(name, "");
  status = 0;
end
