function varargout = ode45(fun, tspan, init, varargin)
  % Solution of a differential equation: Dormand and Prince's pairs of order 5.
  if nargin < 3
    print_usage();
  end
  found = ode__solve("ode45", 5, fun, tspan, init, varargin, nargout);
  varargout = ode__answer(found, nargout);
end

function varargout = ode23(fun, tspan, init, varargin)
  % Solution of a differential equation: Bogacki and Shampine's pairs of order 3.
  if nargin < 3
    print_usage();
  end
  found = ode__solve("ode23", 3, fun, tspan, init, varargin, nargout);
  varargout = ode__answer(found, nargout);
end

function options = odeset(varargin)
  % A structure of options for solvers of differential equations.
  if nargin == 0 && nargout == 0
    ode__describe();
    return;
  end
  names = {"AbsTol", "BDF", "Events", "InitialSlope", "InitialStep", "JConstant", "JPattern", ...
           "Jacobian", "MStateDependence", "Mass", "MassSingular", "MaxOrder", "MaxStep", ...
           "MvPattern", "NonNegative", "NormControl", "OutputFcn", "OutputSel", "Refine", ...
           "RelTol", "Stats", "Vectorized"};
  options = cell2struct(cell(numel(names), 1), names, 1);
  others = struct();
  first = 1;
  while first <= nargin
    if isstruct(varargin{first})
      keys = fieldnames(varargin{first});
      values = struct2cell(varargin{first});
      first = first + 1;
    elseif ischar(varargin{first})
      if first == nargin
        error("odeset: FIELD/VALUE arguments must occur in pairs");
      end
      keys = varargin(first);
      values = varargin(first+1);
      first = first + 2;
    else
      error("non-string for Parameter name or Switch");
    end
    for k = 1:numel(keys)
      at = find(strcmpi(keys{k}, names));
      if isempty(at)
        others.(keys{k}) = values{k};
      else
        options.(names{at}) = values{k};
      end
    end
  end
  extra = sort(fieldnames(others));
  for k = 1:numel(extra)
    warning("Octave:invalid-input-arg", 'odeset: unknown option "%s"', extra{k});
    options.(extra{k}) = others.(extra{k});
  end
end

function value = odeget(options, name, default)
  % One of the options for solvers of differential equations.
  if nargin < 2
    print_usage();
  end
  validateattributes(options, {"struct"}, {});
  validateattributes(name, {"char"}, {});
  if ~isfield(options, name)
    error("Octave:odeget:InvalidPropName", ...
          'odeget: Unrecognized property name "%s".', name);
  end
  value = options.(name);
  if isempty(value) && nargin > 2
    value = default;
  end
end

function found = ode__solve(solver, order, fun, tspan, init, rest, count)
  % Steps of a length that the difference of two orders decides, after Hairer and others, II.4.
  [fun, options, rest] = ode__arguments(solver, fun, tspan, init, rest);
  tspan = tspan(:);
  if count == 1
    tspan = tspan([1, end]);
  end
  x = init(:);
  last = tspan(end);
  direction = sign(last - tspan(1));
  tolerance = ode__tolerance(solver, options);
  step_max = odeget(options, 'MaxStep', 0.1 * abs(last - tspan(1)));
  step = odeget(options, 'InitialStep', []);
  if isempty(step)
    step = ode__first_step(order, fun, tspan(1), x, tolerance, rest);
  end
  step = direction * min(abs(step), step_max);
  is_fixed = numel(tspan) > 2;
  pieces = 0;
  if count ~= 1 && ~is_fixed
    pieces = odeget(options, 'Refine', 1 + 3 * (order == 5));
  end
  positive = options.NonNegative;
  is_shown = ~isempty(options.OutputFcn);
  asked = direction * tspan;
  in_order = sort(asked);
  now = tspan(1);
  next = 1 + sum(asked <= direction * now);
  t = now;
  y = x;
  points = 1;
  found = struct("solver", solver, "has_events", ~isempty(options.Events), "before", [], ...
                 "te", [], "ye", [], "ie", [], "stats", []);
  found = ode__watch(found, options, now, x, rest);
  ode__show(options, tspan, x, 'init', rest);
  pair = ode__formula(order);
  carry = 0;
  slopes = [];
  [rejected, taken, failed] = deal(0);
  is_over = false;
  while direction * now < direction * last
    term = step - carry;
    after = now + term;
    carry = (after - now) - term;
    times = [now, after];
    if order == 2
      [x_new, x_low, new_slopes] = ode__rosenbrock(fun, times, x, step, options, rest);
    else
      [x_new, x_low, new_slopes] = ode__step(pair, fun, times, x, step, slopes, rest);
    end
    if ~isempty(positive)
      x(positive) = abs(x(positive));
      x_new(positive) = abs(x_new(positive));
      x_low(positive) = abs(x_low(positive));
    end
    problem = ode__distance(x_new, x, x_low, tolerance);
    if problem <= 1
      rejected = 0;
      taken = taken + 1;
      new_t = after;
      new_y = x_new;
      if is_fixed
        new_t = [];
        if next <= numel(asked) && in_order(next) <= direction * after
          inside = find(asked > direction * now & asked <= direction * after);
          next = next + numel(inside);
          new_t = tspan(inside).';
          new_y = ode__between(order, times, [x, x_new], new_t, new_slopes);
        end
      end
      for j = 1:numel(new_t)
        if found.has_events
          [found, is_over] = ode__watch(found, options, new_t(j), new_y(:, j), rest);
        end
        if is_over
          new_t(j) = found.te(end);
          new_y(:, j) = found.ye(end, :).';
        end
        points = points + 1;
        if points > numel(t)
          % Room for as many again.
          t(2 * points) = 0;
          y(:, 2 * points) = 0;
        end
        t(points) = new_t(j);
        y(:, points) = new_y(:, j);
        if is_over
          break;
        end
      end
      if is_shown && ~is_over && ~isempty(new_t)
        is_over = ode__show_step(options, pieces, times, [x, x_new], rest);
      end
      if is_over
        break;
      end
      now = after;
      x = x_new;
      slopes = new_slopes;
    else
      rejected = rejected + 1;
      failed = failed + 1;
      if rejected >= 5000
        error('%s: no step is short enough at t = %f', solver, now);
      end
    end
    root = 1 / (order + 1);
    factor = 0.38 ^ root * (1 / (problem + eps)) ^ root;
    step = step * min(1.5, max(0.8, factor));
    step = direction * min(abs(step), step_max);
    if ~(abs(step) > eps(t(points)))
      break;
    end
    step = direction * min(abs(step), abs(last - now));
  end
  t = t(1:points);
  y = y(:, 1:points);
  if direction * t(end) < direction * last
    warning('integrate_adaptive:unexpected_termination', ...
            '%s: stopped at t = %f, before the end at %f', solver, t(end), last);
  end
  ode__show(options, [], [], 'done', rest);
  if strcmpi(options.Stats, 'on')
    found.stats = ode__stats(order, taken, failed);
  end
  found.t = t(:);
  found.y = y.';
end

function ode__check(solver, tspan, init, options)
  % Errors for what cannot be solved.
  if ~isnumeric(tspan) || ~isvector(tspan)
    error("Octave:invalid-input-arg", "%s: TRANGE must be a numeric vector", solver);
  end
  if numel(tspan) < 2
    error("Octave:invalid-input-arg", "%s: TRANGE must contain at least 2 elements", solver);
  end
  if tspan(1) == tspan(end)
    error("Octave:invalid-input-arg", "%s: invalid time span, TRANGE(1) == TRANGE(2)", solver);
  end
  if ~isnumeric(init) || ~(isvector(init) || isscalar(init))
    error("Octave:invalid-input-arg", "%s: INIT must be a numeric vector", solver);
  end
  positive = {"AbsTol", "InitialStep", "MaxStep", "NonNegative", "RelTol"};
  for k = 1:numel(positive)
    ode__require(solver, options, positive{k}, {"numeric"}, {"positive"});
  end
  ode__require(solver, options, "Events", {"function_handle"}, {});
  ode__require(solver, options, "OutputFcn", {"function_handle"}, {});
  ode__require(solver, options, "OutputSel", {"numeric"}, {"<=", numel(init)});
  ode__require(solver, options, "Refine", {"numeric"}, {">", 0});
  ode__require(solver, options, "Mass", {"double", "function_handle", "single"}, {});
end

function step = ode__first_step(order, fun, t, x, tolerance, rest)
  % A first step after Hairer's recipe; a slope that lies in a row spreads, as in 7.3.
  sized = @(v) max(ode__distance(v, v, zeros(size(v)), tolerance));
  slope = fun(t, x, rest{:});
  steep = sized(slope);
  far = sized(x);
  trial = 1e-6;
  if !any([far, steep] < 1e-5)
    trial = 0.01 * (far / steep);
  end
  % The larger of the first two derivatives, the second from a step of Euler's.
  bend = fun(t + trial, x + trial * slope, rest{:}) - slope;
  largest = max(steep, (1 / trial) * sized(bend));
  if largest > 1e-15
    other = (1e-2 / largest) ^ (1 / (order + 1));
  else
    other = max(1e-6, trial * 1e-3);
  end
  step = min(100 * trial, other);
end

function value = ode__distance(x, x_old, y, tolerance)
  % How far apart two solutions are, in units of the tolerance.
  relative = tolerance.relative;
  absolute = tolerance.absolute;
  n = numel(x);
  if tolerance.is_norm
    off = sqrt(sumsq(x - y));
    largest = max(sqrt(sumsq(x_old)), sqrt(sumsq(x)));
  elseif n == 0 || n > 16 || numel(absolute) ~= 1 || ~(isreal(x) && isreal(x_old) && isreal(y))
    off = abs(x - y);
    largest = max(abs(x_old), abs(x));
  else
    % Short states in a loop: it takes less time.
    value = NaN;
    for i = 1:n
      allowed = max(relative * max(abs(x_old(i)), abs(x(i))), absolute);
      value = max(value, abs(x(i) - y(i)) / allowed);
    end
    return;
  end
  value = max(off ./ max(relative .* largest, absolute(:)));
end

function [x_new, x_low, k] = ode__step(pair, fun, times, x, step, slopes, rest)
  % One step of the pair: the higher order, the lower one, and the slopes.
  weights = pair.weights;
  stages = rows(weights);
  n = numel(x);
  k = zeros(n, stages + 1);
  if isempty(slopes)
    k(:, 1) = fun(times(1), x, rest{:});
  else
    k(:, 1) = slopes(:, end);
  end
  when = [times(1) + step * pair.at, times(2)];
  for s = 1:stages
    x_new = ode__combined(x, k, weights(s, :), step, s);
    k(:, s + 1) = fun(when(s), x_new, rest{:});
  end
  x_low = ode__combined(x, k, pair.low, step, stages + 1);
end

function y = ode__between(order, t, x, at, k)
  % Values inside of a step, after Shampine, 1986.
  span = t(2) - t(1);
  share = (at(:).' - t(1)) / span;
  rest = 1 - share;
  if order == 2
    % A Rosenbrock step: the quadratic with both values and the first slope.
    first = span * k(:, 1);
    y = x(:, 1) + first * share + (x(:, 2) - x(:, 1) - first) * share .^ 2;
    return;
  end
  % The cubic with the values and slopes of both ends, for order 5 also the value in the middle.
  ends = span * k(:, [1, end]);
  y = x(:, 1) * (rest .^ 2 .* (1 + 2 * share)) + x(:, 2) * (share .^ 2 .* (1 + 2 * rest)) ...
      + ends(:, 1) * (share .* rest .^ 2) - ends(:, 2) * (share .^ 2 .* rest);
  if order == 5
    weights = [6025192743/30085553152, 0, 51252292925/65400821598, -2691868925/45128329728, ...
               187940372067/1594534317056, -1776094331/19743644256, 11237099/235043384];
    halfway = x(:, 1) + span / 2 * (k * weights.');
    cubic = (x(:, 1) + x(:, 2)) / 2 + (ends(:, 1) - ends(:, 2)) / 8;
    y = y + (halfway - cubic) * (16 * share .^ 2 .* rest .^ 2);
  end
end

function [x, istate, msg] = lsode(fcn, x0, t, t_crit)
  % Solution of a differential equation at given times, for a function of state and time.
  if nargin < 3
    print_usage();
  end
  [f, jacobian] = ode__pair(fcn);
  breaks = t(end);
  if nargin > 3
    breaks = [t_crit(:); t(end)];
  end
  x = zeros(numel(t), numel(x0));
  x(1, :) = x0(:).';
  way = sign(t(end) - t(1));
  state = struct("t", t(1), "y", double(x0(:)), "h", [], "stiff", 0);
  for last = unique(way * breaks(:)).'
    if last > way * state.t && last <= way * t(end)
      asked = find(way * t(:) > way * state.t & way * t(:) <= last);
      [x(asked, :), state] = ode__cover(f, jacobian, state, [t(asked)(:); way * last]);
    end
  end
  % Times that are told twice.
  for k = find(diff(t(:)) == 0).'
    x(k + 1, :) = x(k, :);
  end
  istate = 2;
  msg = "successful exit";
end

function varargout = ode23s(fun, tspan, init, varargin)
  % Solution of a stiff differential equation: Rosenbrock steps of order 2.
  if nargin < 3
    print_usage();
  end
  found = ode__solve("ode23s", 2, fun, tspan, init, varargin, nargout);
  varargout = ode__answer(found, nargout);
end

function varargout = ode15s(fun, tspan, init, varargin)
  % Solution of a stiff differential equation: Rosenbrock steps of narrow tolerances.
  if nargin < 3
    print_usage();
  end
  found = ode__solve("ode15s", 2, fun, tspan, init, varargin, nargout);
  varargout = ode__answer(found, nargout);
end

function j = ode__jacobian(options, f, t, x, rest)
  % What the options give, or central differences.
  given = options.Jacobian;
  if is_function_handle(given)
    j = full(given(t, x, rest{:}));
    return;
  elseif isnumeric(given) && ~isempty(given)
    j = full(given);
    return;
  end
  n = numel(x);
  j = zeros(n);
  for k = 1:n
    h = 5e-4 * abs(x(k));
    if h == 0
      h = 5e-4;
    end
    [up, down] = deal(x);
    up(k) = up(k) + h;
    down(k) = down(k) - h;
    j(:, k) = (f(t, up) - f(t, down)) / (2 * h);
  end
end

function [y0, yp0, resnorm] = decic(fun, t0, y0, keep_y, yp0, keep_yp, options)
  % Values and slopes that meet an implicit differential equation, near those given.
  if nargin < 6
    print_usage();
  elseif ischar(fun)
    fun = str2func(fun);
  elseif ~is_function_handle(fun)
    error("Octave:invalid-input-arg", "decic: FUN must be a valid function handle");
  end
  n = numel(y0);
  if any(cellfun(@numel, {yp0, keep_y, keep_yp}) ~= n)
    error("Octave:invalid-input-arg", "decic: length of Y0, YP0 and what is fixed must be equal");
  end
  free = find(~[keep_y(:); keep_yp(:)]);
  if numel(free) < n
    error("Octave:invalid-input-arg", "decic: there are too many fixed values");
  end
  all_x = [y0(:); yp0(:)];
  f = @(x) reshape(fun(t0, x(1:n), x(n+1:end)), [], 1);
  for round = 1:50
    left = f(all_x);
    slope = zeros(n, numel(free));
    for k = 1:numel(free)
      h = sqrt(eps) * max(abs(all_x(free(k))), 1e-3);
      moved = all_x;
      moved(free(k)) = moved(free(k)) + h;
      slope(:, k) = (f(moved) - left) / h;
    end
    step = pinv(slope) * left;
    all_x(free) = all_x(free) - step;
    if norm(step) <= 1e-14 * (1 + norm(all_x))
      break;
    end
  end
  y0 = reshape(all_x(1:n), size(y0));
  yp0 = reshape(all_x(n+1:end), size(yp0));
  resnorm = f(all_x);
end

function varargout = ode15i(fun, tspan, y0, yp0, varargin)
  % Solution of an implicit differential equation: steps of Radau's with halves to compare.
  if nargin < 4
    print_usage();
  end
  if ischar(fun)
    fun = str2func(fun);
  end
  validateattributes(fun, {"char", "function_handle"}, {}, "ode15i", "fun");
  options = odeset();
  if ~isempty(varargin) && isstruct(varargin{1})
    options = odeset(varargin{1});
    varargin(1) = [];
  end
  ode__check("ode15i", tspan, y0, options);
  [rest, tspan] = deal(varargin, tspan(:));
  if nargout == 1
    tspan = tspan([1, end]);
  end
  f = @(t, y, p) reshape(fun(t, y, p, rest{:}), [], 1);
  tolerance = ode__tolerance("ode15s", options);
  events = options.Events;
  if ~isempty(events)
    options.Events = @(t, z) events(t, z(1:end/2), z(end/2+1:end), rest{:});
  end
  found = struct("solver", "ode15i", "has_events", ~isempty(events), "before", [], ...
                 "te", [], "ye", [], "ie", [], "stats", []);
  [now, y, slope] = deal(tspan(1), y0(:), yp0(:));
  n = numel(y);
  found = ode__watch(found, options, now, [y; slope], {});
  last = tspan(end);
  direction = sign(last - now);
  % Events lie on lines between steps, so these are shorter if there are any.
  longest = odeget(options, "MaxStep", (0.1 - 0.09 * found.has_events) * abs(last - now));
  step = min(odeget(options, "InitialStep", 1e-3 * abs(last - now)), longest);
  found.t = now;
  found.y = y.';
  next = 2;
  while next <= numel(tspan)
    % A step does not go over a time that is asked for.
    left = abs(tspan(next) - now);
    h = direction * min(step, left);
    [whole, ~, is_good] = ode__radau(f, now, y, slope, h);
    [half, middle, is_half] = ode__radau(f, now, y, slope, h / 2);
    [fine, end_slope, is_end] = ode__radau(f, now + h / 2, half, middle, h / 2);
    problem = ode__distance(fine, y, whole, tolerance);
    if ~(is_good && is_half && is_end && problem <= 1)
      step = abs(h) * 0.4;
      if step < 16 * eps(abs(now))
        warning("ode15i: stopped at t = %f, before the end at %f", now, last);
        break;
      end
      continue;
    end
    now = now + h;
    is_asked = abs(h) == left;
    if is_asked
      now = tspan(next);
      next = next + 1;
    end
    [y, slope] = deal(fine, end_slope);
    if is_asked || numel(tspan) == 2
      [found, is_over] = ode__watch(found, options, now, [y; slope], {});
      found.t(end+1, 1) = now;
      found.y(end+1, :) = y.';
      if is_over
        found.t(end) = found.te(end);
        found.y(end, :) = found.ye(end, 1:n);
        break;
      end
    end
    step = min(longest, abs(h) * min(3, 0.9 / max(problem, 1e-8) ^ (1 / 6)));
  end
  found.ye = found.ye(:, 1:min(n, end));
  varargout = ode__answer(found, nargout);
end

function answer = ode__answer(found, count)
  % The outputs of a solver: a structure if one is asked for.
  if count ~= 1
    answer = {found.t, found.y, found.te, found.ye, found.ie}(1:count);
    return;
  end
  solution = struct("x", found.t.', "y", found.y.', "solver", found.solver);
  if found.has_events
    solution.xe = found.te;
    solution.ye = found.ye;
    solution.ie = found.ie;
    if strcmp(found.solver, "ode15s")
      solution.xe = found.te.';
      solution.ye = found.ye.';
      solution.ie = found.ie.';
    end
  end
  if ~isempty(found.stats)
    solution.stats = found.stats;
  end
  answer = {solution};
end

function [fun, options, rest] = ode__arguments(solver, fun, tspan, init, rest)
  % What a solver was called with, after the checks.
  options = odeset();
  if ~isempty(rest) && isstruct(rest{1})
    options = odeset(rest{1});
    rest = rest(2:end);
  elseif ~isempty(rest) && isempty(rest{1})
    rest = rest(2:end);
  end
  ode__check(solver, tspan, init, options);
  if ischar(fun)
    if ~any(exist(fun) == [2, 3, 5, 103])
      error("Octave:invalid-input-arg", '%s: function "%s" not found', solver, fun);
    end
    fun = str2func(fun);
  end
  if ~is_function_handle(fun)
    error("Octave:invalid-input-arg", "%s: FUN must be a valid function handle", solver);
  end
  % The explicit solvers divide by a mass that is a function; they take no constant one.
  mass = options.Mass;
  if is_function_handle(mass) && ~any(strcmp(solver, {"ode23s", "ode15s"}))
    if strcmpi(options.MStateDependence, "none")
      fun = @(t, x, varargin) full(mass(t)) \ reshape(fun(t, x, varargin{:}), [], 1);
    else
      fun = @(t, x, varargin) full(mass(t, x)) \ reshape(fun(t, x, varargin{:}), [], 1);
    end
  end
end

function ode__describe()
  % The options for solvers of differential equations, with their values.
  switches = '{["off"], "on"}';
  known = {"AbsTol", "scalar or vector, >0, [1e-6]"; "BDF", ["binary, ", switches];
           "Events", "function_handle, []"; "InitialSlope", "vector, []";
           "InitialStep", "scalar, >0, []"; "Jacobian", "matrix or function_handle, []";
           "JConstant", ["binary, ", switches]; "JPattern", "sparse matrix, []";
           "Mass", "matrix or function_handle, []";
           "MassSingular", 'switch, {["maybe"], "no", "yes"}';
           "MaxOrder", "switch, {[5], 1, 2, 3, 4, }"; "MaxStep", "scalar, >0, []";
           "MStateDependence", 'switch, {["weak"], "none", "strong"}';
           "MvPattern", "sparse matrix, []"; "NonNegative", "vector of integers, []";
           "NormControl", ["binary, ", switches]; "OutputFcn", "function_handle, []";
           "OutputSel", "scalar or vector, []"; "Refine", "scalar, integer, >0, []";
           "RelTol", "scalar, >0, [1e-3]"; "Stats", ["binary, ", switches];
           "Vectorized", ["binary, ", switches]};
  printf("List of the most common ODE solver options.\n");
  printf("Default values are in square brackets.\n\n");
  known = known.';
  printf("%19s:  %s\n", known{:});
end

function [y, slope, is_good] = ode__radau(f, t, y, slope, h)
  % One implicit step of order 5 for f(t, y, slope) = 0, with Newton's method for its three slopes.
  root = sqrt(6);
  at = [(4 - root) / 10, (4 + root) / 10, 1];
  a = [(88 - 7 * root) / 360, (296 - 169 * root) / 1800, (-2 + 3 * root) / 225;
       (296 + 169 * root) / 1800, (88 + 7 * root) / 360, (-2 - 3 * root) / 225;
       (16 - root) / 36, (16 + root) / 36, 1 / 9];
  n = numel(y);
  k = repmat(slope, 1, 3);
  [by_y, by_slope] = ode__slopes(f, t + h, y + h * slope, slope);
  system = kron(eye(3), by_slope) + h * kron(a, by_y);
  is_good = false;
  for round = 1:12
    states = y + h * k * a.';
    off = zeros(n, 3);
    for s = 1:3
      off(:, s) = f(t + at(s) * h, states(:, s), k(:, s));
    end
    change = reshape(system \ off(:), n, 3);
    k = k - change;
    if ~all(isfinite(k(:)))
      return;
    elseif norm(change(:), Inf) * min(1, abs(h)) <= 1e-10 * (1 + norm(y, Inf))
      is_good = true;
      break;
    end
  end
  y = y + h * k * a(3, :).';
  slope = k(:, 3);
end

function ode__require(solver, options, name, classes, attributes)
  % An error if an option that is given is of no allowed class, or lacks an attribute.
  if ~isempty(options.(name))
    validateattributes(options.(name), classes, attributes, solver, name);
  end
end

function [x_new, x_low, k] = ode__rosenbrock(fun, times, x, step, options, rest)
  % One step after Shampine and Reichelt, The MATLAB ODE Suite, SIAM J. Sci. Comput. 18 (1997).
  d = 1 / (2 + sqrt(2));
  f = @(s, v) reshape(fun(s, v, rest{:}), [], 1);
  f0 = f(times(1), x);
  jacobian = ode__jacobian(options, f, times(1), x, rest);
  if is_function_handle(options.Mass)
    mass = full(options.Mass(times(1), x));
  elseif isempty(options.Mass)
    mass = full(eye(numel(x)));
  else
    mass = full(options.Mass);
  end
  shift = 0.1 * step;
  rate = step * d * (f(times(1) + shift, x) - f0) / shift;
  w = mass - step * d * jacobian;
  k1 = w \ (f0 + rate);
  f1 = f(times(1) + 0.5 * step, x + 0.5 * step * k1);
  k2 = w \ (f1 - mass * k1) + k1;
  x_new = x + step * k2;
  f2 = f(times(2), x_new);
  k3 = w \ (f2 - (6 + sqrt(2)) * (mass * k2 - f1) - 2 * (mass * k1 - f0) + rate);
  x_low = x_new + step / 6 * (k1 - 2 * k2 + k3);
  k = [k1, k2, k3];
end

function is_over = ode__show(options, t, x, flag, rest)
  % A call of the function for output, which may ask to stop.
  is_over = false;
  show = options.OutputFcn;
  if isempty(show)
    return;
  end
  if ~isempty(options.OutputSel) && ~isempty(x)
    x = x(options.OutputSel);
  end
  if isempty(flag)
    is_over = any(show(t, x, flag, rest{:}));
  else
    show(t, x, flag, rest{:});
  end
end

function is_over = ode__show_step(options, pieces, times, x, rest)
  % Calls of the function for output: on a line over the step, or at its end if PIECES is 0.
  if pieces == 0
    is_over = ode__show(options, times(2), x(:, 2), [], rest);
    return;
  end
  is_over = false;
  for share = (0:pieces) / pieces
    if share == 1
      here = x(:, 2);
    else
      here = x(:, 1) + share * (x(:, 2) - x(:, 1));
    end
    is_over = ode__show(options, times(1) + share * (times(2) - times(1)), here, [], rest);
    if is_over
      return;
    end
  end
end

function [by_y, by_slope] = ode__slopes(f, t, y, slope)
  % The derivatives of an implicit equation for its states and its slopes, by differences.
  n = numel(y);
  here = f(t, y, slope);
  [by_y, by_slope] = deal(zeros(n));
  for k = 1:n
    h = sqrt(eps) * max(abs(y(k)), 1e-3);
    moved = y;
    moved(k) = moved(k) + h;
    by_y(:, k) = (f(t, moved, slope) - here) / h;
    h = sqrt(eps) * max(abs(slope(k)), 1e-3);
    moved = slope;
    moved(k) = moved(k) + h;
    by_slope(:, k) = (f(t, y, moved) - here) / h;
  end
end

function stats = ode__stats(order, taken, failed)
  % The counts of work, printed and as a structure.
  tries = taken + failed;
  stats = struct("nsteps", taken, "nfailed", failed, "nfevals", 0, "npds", 0, ...
                 "ndecomps", 0, "nlinsols", 0);
  if order == 2
    stats.nfevals = 5 * tries;
    stats.ndecomps = tries;
    stats.nlinsols = 3 * tries;
  else
    stats.nfevals = (order + (order == 5)) * tries + 1;
  end
  printf("Number of successful steps: %d\n", taken);
  printf("Number of failed attempts:  %d\n", failed);
  printf("Number of function calls:   %d\n", stats.nfevals);
end

function tolerance = ode__tolerance(solver, options)
  % The tolerances that the options ask for; narrower ones for ode15s.
  share = 1;
  if strcmp(solver, 'ode15s')
    share = 0.02;
  end
  tolerance.absolute = share * odeget(options, 'AbsTol', 1e-6);
  tolerance.relative = share * odeget(options, 'RelTol', 1e-3);
  tolerance.is_norm = strcmpi(odeget(options, 'NormControl', 'off'), 'on');
end

function [found, is_over] = ode__watch(found, options, t, x, rest)
  % The first event between the state before and this one, on a line through both, joins FOUND.
  is_over = false;
  if ~found.has_events
    return;
  end
  [value, terminal, direction] = options.Events(t, x, rest{:});
  old = found.before;
  found.before = struct("t", t, "x", x, "value", value(:));
  if isempty(old)
    return;
  end
  value = value(:);
  if isempty(direction)
    return;
  end
  direction = direction(:);
  rises = old.value <= 0 & value > 0 & direction == 1;
  falls = old.value >= 0 & value < 0 & direction == -1;
  crosses = sign(old.value) ~= sign(value) & direction == 0;
  at = find(rises | falls | crosses);
  if isempty(at)
    return;
  end
  which = at(1);
  share = value(which) / (value(which) - old.value(which));
  when = t - share * (t - old.t);
  found.te(end+1, 1) = when;
  found.ye(end+1, :) = (x - (t - when) * (x - old.x) / (t - old.t)).';
  found.ie(end+1, 1) = which;
  is_over = any(terminal(at));
end

function [values, state] = ode__cover(f, jacobian, state, times)
  % Solutions at TIMES, the last of which only ends the steps: Dormand and Prince's pairs, and
  % Radau's formula from where their length is bounded by stability.
  last = times(end);
  count = numel(times) - 1;
  [t, y, h, stiff] = deal(state.t, state.y, state.h, state.stiff);
  way = sign(last - t);
  values = zeros(count, numel(y));
  slope = f(t, y);
  if isempty(h)
    h = min(abs(last - t), 1e-4 * (1 + norm(y)) / (1 + norm(double(slope))));
  end
  next = 1;
  while way * (last - t) > 0
    is_stiff = stiff > 15;
    goal = last;
    if is_stiff && next <= count
      goal = times(next);
    end
    size_of = min(h, abs(goal - t));
    after = t + way * size_of;
    if abs(goal - after) <= 0.01 * size_of
      after = goal;
    end
    if is_stiff
      [new, off, new_slope] = ode__implicit(f, jacobian, t, y, slope, after - t);
      slopes = [];
    else
      [new, off, slopes, new_slope, bound] = ode__explicit(f, t, y, slope, after - t);
      stiff = max(0, stiff + 2 * (bound > 3.25) - 1);
    end
    problem = ode__excess(y, new, off);
    advice = size_of * min(5, max(0.2, 0.9 * (problem + 1e-10) ^ (-0.2 - 0.05 * is_stiff)));
    if problem > 1
      h = advice;
      if size_of <= 16 * eps(abs(t))
        error("lsode: repeated error test failures on a step (t = %g)", t);
      end
      continue;
    end
    from = next;
    while next <= count && way * times(next) <= way * after
      next = next + 1;
    end
    if next > from
      inside = from:next-1;
      values(inside, :) = ode__fill([t, after], [y, new], times(inside), slopes);
    end
    t = after;
    y = new;
    slope = new_slope;
    % A step that was cut short for a goal says nothing against a longer one.
    h = max(advice, min(h, 5 * advice));
  end
  state = struct("t", t, "y", y, "h", h, "stiff", stiff);
end

function j = ode__derivatives(f, jacobian, t, x, slope)
  % The derivatives of the slopes for the states: those given, or differences.
  if !isempty(jacobian)
    j = full(jacobian(t, x));
    return;
  end
  n = numel(x);
  j = zeros(n);
  for k = 1:n
    h = sqrt(eps) * max(abs(x(k)), 1e-5);
    moved = x;
    moved(k) = moved(k) + h;
    j(:, k) = (f(t, moved)(:) - slope(:)) / h;
  end
end

function problem = ode__excess(y, new, off)
  % The error of a step in units of what is allowed.
  problem = 0;
  for i = 1:numel(y)
    part = abs(off(i)) / (1e-9 + 1e-8 * max(abs(y(i)), abs(new(i))));
    if isnan(part)
      part = Inf;
    end
    problem = max(problem, part);
  end
  problem = min(problem, 1e10);
end

function [y, off, k, new, bound] = ode__explicit(f, t, x, slope, h)
  % One step of Dormand and Prince's pair of 1980, its error, its slopes, the last of them, and h
  % times the largest eigenvalue as the last two stages tell it (Hairer and Wanner, IV.2). Loops,
  % for states are often short.
  weights = [1, 0, 0, 0, 0, 0; 3, 9, 0, 0, 0, 0; 44, -168, 160, 0, 0, 0;
             19372, -76080, 64448, -1908, 0, 0; 477901, -1806240, 1495424, 46746, -45927, 0;
             12985, 0, 64000, 92750, -45927, 18656];
  under = [5, 40, 45, 6561, 167904, 142464];
  at = [18, 27, 72, 80, 90, 90];
  low = [1921409, 0, 9690880, 13122270, -5802111, 1902912, 534240];
  n = numel(x);
  k = zeros(n, 7);
  for i = 1:n
    k(i, 1) = slope(i);
  end
  y = x;
  before = x;
  for s = 1:6
    for i = 1:n
      total = 0;
      for j = 1:s
        total = total + weights(s, j) * k(i, j);
      end
      before(i) = y(i);
      y(i) = x(i) + h / under(s) * total;
    end
    new = f(t + at(s) / 90 * h, y);
    for i = 1:n
      k(i, s + 1) = new(i);
    end
  end
  off = x;
  [above, below] = deal(0, realmin);
  for i = 1:n
    total = 0;
    for j = 1:7
      total = total + low(j) * k(i, j);
    end
    off(i) = y(i) - x(i) - h / 21369600 * total;
    above = above + abs(k(i, 7) - k(i, 6));
    below = below + abs(y(i) - before(i));
  end
  bound = abs(h) * above / below;
end

function values = ode__fill(t, y, at, slopes)
  % Rows of values inside of a step, after Shampine, 1986, as ode__between; a step without slopes
  % ends where they are asked for.
  if isempty(slopes)
    values = repmat(y(:, 2).', numel(at), 1);
    return;
  end
  weights = [6025192743/30085553152, 0, 51252292925/65400821598, -2691868925/45128329728, ...
             187940372067/1594534317056, -1776094331/19743644256, 11237099/235043384];
  span = t(2) - t(1);
  values = zeros(numel(at), rows(y));
  for j = 1:rows(y)
    rise = y(j, 2) - y(j, 1);
    bend = (slopes(j, 1) + slopes(j, 7)) * span - 2 * rise;
    turn = 3 * rise - (2 * slopes(j, 1) + slopes(j, 7)) * span;
    halfway = y(j, 1) - (y(j, 1) + y(j, 2)) / 2 - span / 8 * (slopes(j, 1) - slopes(j, 7));
    for s = 1:7
      halfway = halfway + span / 2 * weights(s) * slopes(j, s);
    end
    for k = 1:numel(at)
      share = (at(k) - t(1)) / span;
      cubic = y(j, 1) + share * (span * slopes(j, 1) + share * (turn + share * bend));
      values(k, j) = cubic + halfway * 16 * share ^ 2 * (1 - share) ^ 2;
    end
  end
end

function [y, off, new_slope] = ode__implicit(f, jacobian, t, x, slope, h)
  % One step of Radau's formula of order 5 and its error, after Hairer and Wanner, IV.8.
  root = sqrt(6);
  at = [(4 - root) / 10, (4 + root) / 10, 1];
  a = [(88 - 7 * root) / 360, (296 - 169 * root) / 1800, (-2 + 3 * root) / 225;
       (296 + 169 * root) / 1800, (88 + 7 * root) / 360, (-2 - 3 * root) / 225;
       (16 - root) / 36, (16 + root) / 36, 1 / 9];
  n = numel(x);
  j = ode__derivatives(f, jacobian, t, x, slope);
  system = eye(3 * n) - h * kron(a, j);
  z = zeros(n, 3);
  k = z;
  is_good = false;
  for round = 1:10
    for s = 1:3
      k(:, s) = f(t + at(s) * h, x + z(:, s));
    end
    change = system \ reshape(h * k * a.' - z, [], 1);
    z = z + reshape(change, n, 3);
    if norm(change, Inf) <= 1e-11 + 1e-10 * norm(x, Inf)
      is_good = true;
      break;
    end
  end
  y = x + z(:, 3);
  share = 1 / (3 + 9 ^ (1 / 3) - 3 ^ (1 / 3));
  ends = share / 3 * [-13 - 7 * root; -13 + 7 * root; -1];
  off = (eye(n) - h * share * j) \ (h * share * slope(:) + z * ends);
  new_slope = f(t + h, y);
  if !is_good || !all(isfinite(y))
    off(:) = Inf;
  end
end

function [f, jacobian] = ode__pair(fcn)
  % A function of time and state, in rows or columns, and one for its derivatives or [], from
  % what lsode is given.
  if ischar(fcn)
    fcn = cellstr(fcn);
  elseif !iscell(fcn)
    fcn = {fcn};
  end
  for k = 1:numel(fcn)
    if ischar(fcn{k})
      fcn{k} = str2func(fcn{k});
    end
  end
  slopes = fcn{1};
  f = @(t, y) slopes(y, t);
  jacobian = [];
  if numel(fcn) > 1 && !isempty(fcn{2})
    by_state = fcn{2};
    jacobian = @(t, y) by_state(y, t);
  end
end

function y = ode__combined(x, k, weights, step, count)
  % x + k(:, 1:count) * (step * weights).': short real states in loops, with the error of each sum
  % carried along, as a matrix product does (Neumaier, 1974).
  n = numel(x);
  is_plain = isa(k, 'double') && isa(x, 'double') && isa(step, 'double');
  if n > 16 || ~(is_plain && isreal(k) && isreal(x))
    y = x + k(:, 1:count) * (step * weights(1:count)).';
    return;
  end
  y = x;
  for i = 1:n
    [total, lost] = deal(0);
    for j = 1:count
      term = k(i, j) * (step * weights(j));
      next = total + term;
      part = next - total;
      lost = lost + ((total - (next - part)) + (term - part));
      total = next;
    end
    if isfinite(total)
      total = total + lost;
    end
    y(i) = x(i) + total;
  end
end

function pair = ode__formula(order)
  % Weights of an explicit pair: a row for each stage but the first, the last of which is at the
  % end of the step; places of the others; weights of the lower order.
  pair = struct("weights", [], "at", [], "low", []);
  if order == 5
    % Dormand and Prince, 1980, over denominators.
    pair.weights = [1, 0, 0, 0, 0, 0; 3, 9, 0, 0, 0, 0; 44, -168, 160, 0, 0, 0;
                    19372, -76080, 64448, -1908, 0, 0;
                    477901, -1806240, 1495424, 46746, -45927, 0;
                    12985, 0, 64000, 92750, -45927, 18656] ./ [5; 40; 45; 6561; 167904; 142464];
    pair.at = [18, 27, 72, 80, 90] / 90;
    pair.low = [1921409, 0, 9690880, 13122270, -5802111, 1902912, 534240] / 21369600;
  elseif order == 3
    % Bogacki and Shampine, 1989.
    pair.weights = [1, 0, 0; 0, 3, 0; 2, 3, 4] ./ [2; 4; 9];
    pair.at = [2, 3] / 4;
    pair.low = [7, 6, 8, 3] / 24;
  end
end
