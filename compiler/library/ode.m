function [t, y] = ode45(fun, tspan, init, varargin)
  % Solution of a differential equation: Dormand and Prince's pairs of order 5.
  [t, y] = ode__solve('ode45', 5, fun, tspan, init, varargin);
  if nargout < 2
    t = ode__solution('ode45', t, y);
  end
end

function [t, y] = ode23(fun, tspan, init, varargin)
  % Solution of a differential equation: Bogacki and Shampine's pairs of order 3.
  [t, y] = ode__solve('ode23', 3, fun, tspan, init, varargin);
  if nargout < 2
    t = ode__solution('ode23', t, y);
  end
end

function options = odeset(varargin)
  % A structure of options for solvers of differential equations.
  names = {'AbsTol', 'BDF', 'Events', 'InitialSlope', 'InitialStep', 'Jacobian', 'JConstant', ...
           'JPattern', 'Mass', 'MassSingular', 'MaxOrder', 'MaxStep', 'MStateDependence', ...
           'MvPattern', 'NonNegative', 'NormControl', 'OutputFcn', 'OutputSel', 'Refine', ...
           'RelTol', 'Stats', 'Vectorized'};
  options = struct();
  for k = 1:numel(names)
    options.(names{k}) = [];
  end
  first = 1;
  while first <= nargin && isstruct(varargin{first})
    given = fieldnames(varargin{first});
    for k = 1:numel(given)
      if ~isempty(varargin{first}.(given{k}))
        options.(given{k}) = varargin{first}.(given{k});
      end
    end
    first = first + 1;
  end
  if mod(nargin - first + 1, 2) ~= 0
    error('odeset: FIELD/VALUE arguments must occur in pairs');
  end
  for k = first:2:nargin
    if ~ischar(varargin{k})
      error('odeset: All FIELD names must be strings');
    end
    at = find(strcmpi(varargin{k}, names));
    if isempty(at)
      options.(varargin{k}) = varargin{k + 1};
    else
      options.(names{at}) = varargin{k + 1};
    end
  end
end

function value = odeget(options, name, default)
  % One of the options for solvers of differential equations.
  if nargin < 3
    default = [];
  end
  value = default;
  if isfield(options, name) && ~isempty(options.(name))
    value = options.(name);
  end
end

function solution = ode__solution(solver, t, y)
  % What one result holds.
  solution = struct('ie', [], 'xe', [], 'ye', [], 'x', t.', 'y', y.', 'solver', solver);
end

function [t, y] = ode__solve(solver, order, fun, tspan, init, rest)
  % Steps of a length that the difference of two orders decides, after Hairer, Norsett and Wanner,
  % Solving Ordinary Differential Equations I, section II.4.
  options = odeset();
  if ~isempty(rest) && isstruct(rest{1})
    options = odeset(rest{1});
    rest = rest(2:end);
  elseif ~isempty(rest) && isempty(rest{1})
    rest = rest(2:end);
  end
  ode__check(solver, tspan, init, options);
  if ischar(fun)
    fun = str2func(fun);
  end
  tspan = tspan(:);
  x = init(:);
  first = tspan(1);
  last = tspan(end);
  direction = sign(last - first);
  tolerance.absolute = odeget(options, 'AbsTol', 1e-6);
  tolerance.relative = odeget(options, 'RelTol', 1e-3);
  tolerance.is_norm = strcmpi(odeget(options, 'NormControl', 'off'), 'on');
  step_max = odeget(options, 'MaxStep', 0.1 * abs(last - first));
  step = odeget(options, 'InitialStep', []);
  if isempty(step)
    step = ode__first_step(order, fun, first, x, tolerance, rest);
  end
  step = direction * min(abs(step), step_max);
  is_fixed = numel(tspan) > 2;
  t = first;
  y = x;
  now = first;
  carry = 0;
  slopes = [];
  next_out = 1;
  rejected = 0;
  while direction * now < direction * last
    term = step - carry;
    after = now + term;
    carry = (after - now) - term;
    [x_new, x_low, new_slopes] = ode__step(order, fun, [now, after], x, step, slopes, rest);
    problem = ode__distance(x_new, x, x_low, tolerance);
    if problem <= 1
      rejected = 0;
      if is_fixed
        caught = find(direction * tspan(next_out:end) > direction * now ...
                      & direction * tspan(next_out:end) <= direction * after) + next_out - 1;
        if ~isempty(caught)
          t(caught) = tspan(caught);
          next_out = max(caught);
          y(:, caught) = ode__between(order, [now, after], [x, x_new], ...
                                      tspan(caught).', new_slopes);
        end
      else
        t(end + 1) = after;
        y(:, end + 1) = x_new;
      end
      now = after;
      x = x_new;
      slopes = new_slopes;
    else
      rejected = rejected + 1;
      if rejected >= 5000
        error('%s: no step is short enough at t = %f', solver, now);
      end
    end
    factor = 0.38 ^ (1 / (order + 1)) * (1 / (problem + eps)) ^ (1 / (order + 1));
    step = step * min(1.5, max(0.8, factor));
    step = direction * min(abs(step), step_max);
    if ~(abs(step) > eps(t(end)))
      break;
    end
    step = direction * min(abs(step), abs(last - now));
  end
  if direction * t(end) < direction * last
    warning('integrate_adaptive:unexpected_termination', ...
            '%s: stopped at t = %f, before the end at %f', solver, t(end), last);
  end
  t = t(:);
  y = y.';
end

function ode__check(solver, tspan, init, options)
  % Errors for what cannot be solved.
  if ~isnumeric(tspan) || ~isvector(tspan)
    error('Octave:invalid-input-arg', '%s: TRANGE must be a numeric vector', solver);
  end
  if numel(tspan) < 2
    error('Octave:invalid-input-arg', '%s: TRANGE must contain at least 2 elements', solver);
  end
  if tspan(1) == tspan(end)
    error('Octave:invalid-input-arg', ...
          '%s: invalid time span, TRANGE(1) == TRANGE(2)', solver);
  end
  if ~isnumeric(init) || ~(isvector(init) || isscalar(init))
    error('Octave:invalid-input-arg', '%s: INIT must be a numeric vector', solver);
  end
  missing = {'Events', 'Mass', 'NonNegative', 'OutputFcn'};
  for k = 1:numel(missing)
    if ~isempty(options.(missing{k}))
      error('%s: the option ''%s'' is not supported', solver, missing{k});
    end
  end
end

function step = ode__first_step(order, fun, t, x, tolerance, rest)
  % A first step after Hairer's recipe.
  zero = zeros(size(x));
  size_x = ode__distance(x, x, zero, tolerance);
  slope = fun(t, x, rest{:});
  slope = slope(:);
  size_slope = ode__distance(slope, slope, zero, tolerance);
  if size_x < 1e-5 || size_slope < 1e-5
    trial = 1e-6;
  else
    trial = 0.01 * (size_x / size_slope);
  end
  later = fun(t + trial, x + trial * slope, rest{:});
  change = later(:) - slope;
  size_change = (1 / trial) * ode__distance(change, change, zero, tolerance);
  if max(size_slope, size_change) <= 1e-15
    other = max(1e-6, trial * 1e-3);
  else
    other = (1e-2 / max(size_slope, size_change)) ^ (1 / (order + 1));
  end
  step = min(100 * trial, other);
end

function value = ode__distance(x, x_old, y, tolerance)
  % How far apart two solutions are, in units of the tolerance.
  if tolerance.is_norm
    scale = max(tolerance.absolute(:), ...
                tolerance.relative * max(sqrt(sumsq(x)), sqrt(sumsq(x_old))));
    value = sqrt(sumsq(x - y)) / scale;
  else
    scale = max(tolerance.absolute(:), tolerance.relative .* max(abs(x), abs(x_old)));
    value = max(abs(x - y) ./ scale);
  end
end

function [x_new, x_low, k] = ode__step(order, fun, times, x, step, slopes, rest)
  % One step of the pair: the higher order, the lower one, and the slopes.
  if order == 5
    a = [0, 0, 0, 0, 0, 0; 1/5, 0, 0, 0, 0, 0; 3/40, 9/40, 0, 0, 0, 0;
         44/45, -56/15, 32/9, 0, 0, 0;
         19372/6561, -25360/2187, 64448/6561, -212/729, 0, 0;
         9017/3168, -355/33, 46732/5247, 49/176, -5103/18656, 0];
    at = [0, 1/5, 3/10, 4/5, 8/9, 1];
    high = [35/384, 0, 500/1113, 125/192, -2187/6784, 11/84];
    low = [5179/57600, 0, 7571/16695, 393/640, -92097/339200, 187/2100, 1/40];
  else
    a = [0, 0, 0; 1/2, 0, 0; 0, 3/4, 0];
    at = [0, 1/2, 3/4];
    high = [2/9, 1/3, 4/9];
    low = [7/24, 1/4, 1/3, 1/8];
  end
  stages = numel(high);
  k = zeros(numel(x), stages + 1);
  if isempty(slopes)
    k(:, 1) = fun(times(1), x, rest{:});
  else
    k(:, 1) = slopes(:, end);
  end
  a = step * a;
  for s = 2:stages
    k(:, s) = fun(times(1) + step * at(s), x + k(:, 1:s - 1) * a(s, 1:s - 1).', rest{:});
  end
  x_new = x + k(:, 1:stages) * (step * high).';
  k(:, stages + 1) = fun(times(2), x_new, rest{:});
  x_low = x + k * (step * low).';
end

function y = ode__between(order, t, x, at, k)
  % Values inside of a step: the cubic with the values and slopes of both ends, and for the pair of
  % order 5 the quartic that also has its value in the middle (Shampine, 1986).
  span = t(2) - t(1);
  share = (at(:).' - t(1)) / span;
  rest = 1 - share;
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

function [x, istate, msg] = lsode(fcn, x0, t, varargin)
  % Solution of a differential equation at given times, for a function of state and time.
  if iscell(fcn)
    fcn = fcn{1};
  end
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  options = odeset("RelTol", 1e-9, "AbsTol", 1e-11);
  x = zeros(numel(t), numel(x0));
  x(1, :) = x0(:).';
  for k = 2:numel(t)
    [~, y] = ode45(@(s, y) reshape(fcn(y, s), [], 1), [t(k-1), t(k)], x(k-1, :), options);
    x(k, :) = y(end, :);
  end
  istate = 2;
  msg = "successful exit";
end

function [t, y] = ode23s(fun, tspan, init, varargin)
  % Solution of a stiff differential equation: Rosenbrock steps of order 2.
  [t, y] = ode__stiff("ode23s", 1, fun, tspan, init, varargin);
  if nargout < 2
    t = ode__solution("ode23s", t, y);
  end
end

function [t, y] = ode15s(fun, tspan, init, varargin)
  % Solution of a stiff differential equation: Rosenbrock steps of narrow tolerances.
  [t, y] = ode__stiff("ode15s", 0.02, fun, tspan, init, varargin);
  if nargout < 2
    t = ode__solution("ode15s", t, y);
  end
end

function [t, y] = ode__stiff(solver, share, fun, tspan, init, rest)
  % After Shampine and Reichelt, The MATLAB ODE Suite, SIAM J. Sci. Comput. 18 (1997), section 3.
  options = odeset();
  if !isempty(rest) && isstruct(rest{1})
    options = odeset(rest{1});
    rest = rest(2:end);
  elseif !isempty(rest) && isempty(rest{1})
    rest = rest(2:end);
  end
  mass = options.Mass;
  options.Mass = [];
  ode__check(solver, tspan, init, options);
  if is_function_handle(mass)
    error("%s: the option 'Mass' as a function is not supported", solver);
  end
  if ischar(fun)
    fun = str2func(fun);
  end
  tspan = tspan(:);
  x = init(:);
  n = numel(x);
  if isempty(mass)
    mass = full(eye(n));
  end
  mass = full(mass);
  f = @(s, v) fun(s, v, rest{:})(:);
  last = tspan(end);
  direction = sign(last - tspan(1));
  absolute = odeget(options, "AbsTol", 1e-6) * share;
  relative = odeget(options, "RelTol", 1e-3) * share;
  step_max = odeget(options, "MaxStep", 0.1 * abs(last - tspan(1)));
  d = 1 / (2 + sqrt(2));
  e32 = 6 + sqrt(2);
  now = tspan(1);
  f0 = f(now, x);
  step = odeget(options, "InitialStep", []);
  if isempty(step)
    rate = max(abs(f0) ./ max(abs(x), absolute(:) ./ relative));
    step = min(step_max, 0.1 * abs(last - now));
    if step * rate > 0.8 * sqrt(relative)
      step = 0.8 * sqrt(relative) / rate;
    end
  end
  step = min(abs(step), step_max);
  is_fixed = numel(tspan) > 2;
  t = now;
  y = x.';
  next_out = 2;
  rejected = false;
  while direction * now < direction * last
    step = min(step, abs(last - now));
    if step < 16 * eps(abs(now))
      warning("integrate_adaptive:unexpected_termination", ...
              "%s: stopped at t = %f, before the end at %f", solver, now, last);
      break;
    end
    h = direction * step;
    if !rejected
      jacobian = ode__jacobian(options, f, now, x, f0, rest);
      shift = sqrt(eps) * max(abs(now), step);
      rate = (f(now + direction * shift, x) - f0) / (direction * shift);
    end
    w = mass - h * d * jacobian;
    k1 = w \ (f0 + h * d * rate);
    f1 = f(now + 0.5 * h, x + 0.5 * h * k1);
    k2 = w \ (f1 - mass * k1) + k1;
    x_new = x + h * k2;
    f2 = f(now + h, x_new);
    k3 = w \ (f2 - e32 * (mass * k2 - f1) - 2 * (mass * k1 - f0) + h * d * rate);
    off = abs(h / 6 * (k1 - 2 * k2 + k3));
    problem = max(off ./ max(absolute(:), relative * max(abs(x), abs(x_new))));
    if problem <= 1
      after = now + h;
      if abs(last - after) < 4 * eps(abs(last))
        after = last;
      end
      if is_fixed
        while next_out <= numel(tspan) && direction * tspan(next_out) <= direction * after
          s = (tspan(next_out) - now) / h;
          t(next_out, 1) = tspan(next_out);
          y(next_out, :) = (x + h * (s * (1 - s) / (1 - 2 * d) * k1 ...
                                     + s * (s - 2 * d) / (1 - 2 * d) * k2)).';
          next_out = next_out + 1;
        end
      else
        t(end+1, 1) = after;
        y(end+1, :) = x_new.';
      end
      now = after;
      x = x_new;
      f0 = f2;
      rejected = false;
      step = min(step_max, step * min(5, max(0.2, 0.8 / max(problem, 1e-10) ^ (1 / 3))));
    else
      rejected = true;
      if isfinite(problem)
        step = step * max(0.1, 0.8 / problem ^ (1 / 3));
      else
        step = step * 0.1;
      end
    end
  end
end

function j = ode__jacobian(options, f, t, x, f0, rest)
  % What the options give, or differences.
  given = options.Jacobian;
  if is_function_handle(given)
    j = full(given(t, x, rest{:}));
    return;
  elseif isnumeric(given) && !isempty(given)
    j = full(given);
    return;
  end
  n = numel(x);
  j = zeros(n);
  for k = 1:n
    h = sqrt(eps) * max(abs(x(k)), 1e-5);
    moved = x;
    moved(k) = moved(k) + h;
    j(:, k) = (f(t, moved) - f0) / (moved(k) - x(k));
  end
end
