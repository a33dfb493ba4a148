function [x, flag, relres, iter, resvec] = gmres(a, b, restart, tol, maxit, m1, m2, x0, varargin)
  % Solution of a system by minimal residuals in growing subspaces, after Saad and Schultz.
  if nargin < 2
    print_usage();
  end
  n = numel(b);
  if nargin < 3 || isempty(restart)
    restart = [];
  end
  if nargin < 4 || isempty(tol)
    tol = 1e-6;
  end
  if nargin < 5
    maxit = [];
  end
  if nargin < 6
    m1 = [];
  end
  if nargin < 7
    m2 = [];
  end
  if nargin < 8 || isempty(x0)
    x0 = zeros(n, 1);
  end
  if isempty(restart)
    inner = n;
    if !isempty(maxit)
      inner = min(n, maxit);
    else
      inner = min(n, 10);
    end
    outer = 1;
  else
    inner = min(restart, n);
    outer = maxit;
    if isempty(outer)
      outer = min(ceil(n / inner), 10);
    end
  end
  x = x0;
  if isa(b, "single") || isa(a, "single")
    x = single(x);
  end
  flag = 1;
  iter = [0, 0];
  if krylov__is_singular(m1, m2)
    resvec = norm(b - linear__times(a, x, varargin));
    [flag, relres] = deal(2, resvec / norm(b));
    return;
  end
  scale = norm(linear__precondition(m1, m2, b));
  if scale == 0
    krylov__tell_zero("gmres", nargout);
    [x, flag, relres, iter, resvec] = deal(zeros(n, 1, class(x)), 0, 0, [0, 0], 0);
    return;
  end
  r = linear__precondition(m1, m2, b - linear__times(a, x, varargin));
  resvec = norm(r);
  for round = 1:outer
    beta = norm(r);
    if beta <= tol * scale
      flag = 0;
      break;
    end
    v = zeros(n, inner + 1);
    h = zeros(inner + 1, inner);
    v(:, 1) = r / beta;
    for j = 1:inner
      w = linear__times(a, v(:, j), varargin);
      w = linear__precondition(m1, m2, w);
      for i = 1:j
        h(i, j) = v(:, i)' * w;
        w = w - h(i, j) * v(:, i);
      end
      h(j+1, j) = norm(w);
      right = zeros(j + 1, 1);
      right(1) = beta;
      y = h(1:j+1, 1:j) \ right;
      left = norm(right - h(1:j+1, 1:j) * y);
      resvec(end+1, 1) = left;
      iter = [round, j];
      if left <= tol * scale || h(j+1, j) <= eps * beta
        break;
      end
      v(:, j+1) = w / h(j+1, j);
    end
    x = x + v(:, 1:j) * y;
    r = linear__precondition(m1, m2, b - linear__times(a, x, varargin));
    if norm(r) <= tol * scale * (1 + 1e-8)
      flag = 0;
      break;
    end
  end
  relres = resvec(end) / scale;
  krylov__tell_rounds(restart, flag, iter, relres, tol, nargout);
end

function [x, flag, relres, iter, resvec] = bicg(a, b, varargin)
  % Solution of a system by biconjugate gradients.
  if nargin < 2
    print_usage();
  end
  [tol, maxit, m1, m2, x, args] = linear__options(b, varargin);
  r = b - krylov__forth(a, x, "notransp", args);
  s = conj(r);
  best = norm(r);
  resvec = best;
  scale = norm(b);
  if scale == 0
    krylov__tell_zero("bicg", nargout);
    [x, flag, relres, iter, resvec] = deal(zeros(size(b)), 0, 0, 0, 0);
    return;
  end
  if krylov__is_singular(m1, m2)
    [flag, relres, iter] = deal(2, resvec / scale, 0);
    return;
  end
  flag = 1;
  iter = 0;
  if best <= tol * scale
    flag = 0;
  end
  rho_last = 1;
  p = zeros(size(b));
  q = p;
  while flag == 1 && iter < maxit
    z = linear__precondition(m1, m2, r);
    w = krylov__back(m1, krylov__back(m2, s));
    rho = s' * z;
    if rho == 0
      flag = 4;
      break;
    end
    beta = 0;
    if iter > 0
      beta = rho / rho_last;
    end
    p = z + beta * p;
    q = w + conj(beta) * q;
    ap = krylov__forth(a, p, "notransp", args);
    alpha = rho / (q' * ap);
    x = x + alpha * p;
    r = r - alpha * ap;
    s = s - conj(alpha) * krylov__forth(a, q, "transp", args);
    rho_last = rho;
    iter = iter + 1;
    resvec(end+1, 1) = norm(r);
    if resvec(end) <= tol * scale
      flag = 0;
    end
  end
  relres = krylov__relative(resvec, scale);
  krylov__tell("bicg", flag, iter, relres, tol, nargout);
end

function [x, flag, relres, iter, resvec] = bicgstab(a, b, varargin)
  % Solution of a system by stabilized biconjugate gradients, after van der Vorst.
  if nargin < 2
    print_usage();
  end
  [tol, maxit, m1, m2, x, args] = linear__options(b, varargin);
  r = b - linear__times(a, x, args);
  shadow = r;
  resvec = norm(r);
  scale = norm(b);
  if scale == 0
    krylov__tell_zero("bicgstab", nargout);
    [x, flag, relres, iter, resvec] = deal(zeros(size(b)), 0, 0, 0, 0);
    return;
  end
  if krylov__is_singular(m1, m2)
    [flag, relres, iter] = deal(2, resvec / scale, 0);
    return;
  end
  flag = 1;
  iter = 0;
  if resvec <= tol * scale
    flag = 0;
  end
  [rho, alpha, omega] = deal(1);
  p = zeros(size(b));
  v = p;
  while flag == 1 && iter < maxit
    next = shadow' * r;
    if next == 0 || omega == 0
      flag = 4;
      break;
    end
    beta = (next / rho) * (alpha / omega);
    rho = next;
    p = r + beta * (p - omega * v);
    ph = linear__precondition(m1, m2, p);
    v = linear__times(a, ph, args);
    alpha = rho / (shadow' * v);
    s = r - alpha * v;
    x = x + alpha * ph;
    iter = iter + 0.5;
    resvec(end+1, 1) = norm(s);
    if resvec(end) <= tol * scale
      flag = 0;
      break;
    end
    sh = linear__precondition(m1, m2, s);
    t = linear__times(a, sh, args);
    omega = (t' * s) / (t' * t);
    x = x + omega * sh;
    r = s - omega * t;
    iter = iter + 0.5;
    resvec(end+1, 1) = norm(r);
    if resvec(end) <= tol * scale
      flag = 0;
    end
  end
  relres = krylov__relative(resvec, scale);
  krylov__tell("bicgstab", flag, iter, relres, tol, nargout);
end

function [x, flag, relres, iter, resvec] = cgs(a, b, varargin)
  % Solution of a system by squared conjugate gradients, after Sonneveld.
  if nargin < 2
    print_usage();
  end
  [tol, maxit, m1, m2, x, args] = linear__options(b, varargin);
  r = b - linear__times(a, x, args);
  shadow = r;
  resvec = norm(r);
  scale = norm(b);
  if scale == 0
    krylov__tell_zero("cgs", nargout);
    [x, flag, relres, iter, resvec] = deal(zeros(size(b)), 0, 0, 0, 0);
    return;
  end
  if krylov__is_singular(m1, m2)
    [flag, relres, iter] = deal(2, resvec / scale, 0);
    return;
  end
  flag = 1;
  iter = 0;
  if resvec <= tol * scale
    flag = 0;
  end
  rho = 1;
  p = zeros(size(b));
  q = p;
  while flag == 1 && iter < maxit
    next = shadow' * r;
    if next == 0
      flag = 4;
      break;
    end
    beta = 0;
    if iter > 0
      beta = next / rho;
    end
    rho = next;
    u = r + beta * q;
    p = u + beta * (q + beta * p);
    v = linear__times(a, linear__precondition(m1, m2, p), args);
    alpha = rho / (shadow' * v);
    q = u - alpha * v;
    both = linear__precondition(m1, m2, u + q);
    x = x + alpha * both;
    r = r - alpha * linear__times(a, both, args);
    iter = iter + 1;
    resvec(end+1, 1) = norm(r);
    if resvec(end) <= tol * scale
      flag = 0;
    end
  end
  relres = krylov__relative(resvec, scale);
  krylov__tell("cgs", flag, iter, relres, tol, nargout);
end

function y = krylov__forth(a, x, which, args)
  if isnumeric(a) && strcmp(which, "transp")
    y = a' * x;
  elseif isnumeric(a)
    y = a * x;
  else
    y = feval(a, x, which, args{:});
  end
end

function z = krylov__back(m, z)
  if isempty(m)
    return;
  elseif isnumeric(m)
    z = m' \ z;
  else
    z = feval(m, z, "transp");
  end
end

function r = krylov__relative(resvec, scale)
  r = 0;
  if scale > 0
    r = resvec(end) / scale;
  end
end

function krylov__warn(name, flag, count)
  if count < 2 && flag == 1
    warning("%s: maximum number of iterations reached before the tolerance", name);
  elseif count < 2 && flag > 1
    warning("%s: the iteration broke down", name);
  end
end

function x = krylov__reflect(reflectors, x)
  % Reflections in the planes that the columns are normal to, one after the other.
  for k = 1:columns(reflectors)
    w = reflectors(:, k);
    x = x - 2 * w * (w' * x);
  end
end

function krylov__tell(name, flag, iter, relres, tol, count)
  % What an iteration came to, if no output tells it.
  if count > 1
    return;
  end
  is_short = any(strcmp(name, {"pcg", "gmres"}));
  tried = iter + strcmp(name, "pcg");
  if strcmp(name, "tfqmr")
    tried = 2 * iter;
  end
  if flag == 0 && strcmp(name, "pcg")
    printf("pcg converged at iteration %d with relative residual %d\n", iter, relres);
  elseif flag == 0 && is_short
    printf("gmres converged at iteration %d to a solution with relative residual %d \n", ...
           iter, relres);
  elseif flag == 0
    printf("%s converged at iteration %g to a solution with relative residual %e\n", ...
           name, iter, relres);
  elseif flag > 1 && strcmp(name, "pcg")
    printf(["pcg stopped at iteration %d without converging to the desired tolerance %d ", ...
            "because the (preconditioned) matrix is not positive definite. \n", ...
            "The iterate returned (number %d) has relative residual %d \n"], ...
           tried, tol, iter, relres);
  elseif flag > 1
    printf(["%s stopped at iteration %g without converging to the desired tolerance %e\n", ...
            "because the method broke down.\n", ...
            "The iterate returned (number %g) has relative residual %e\n"], ...
           name, tried, tol, iter, relres);
  elseif is_short
    word = "iterations was reached";
    if strcmp(name, "pcg")
      word = "iteration was reached,";
    end
    printf(["%s stopped at iteration %d without converging to the desired tolerance %d ", ...
            "because the maximum number of %s \n", ...
            "The iterated returned (number %d) has relative residual %d \n"], ...
           name, tried, tol, word, iter, relres);
  else
    gap = "\n";
    if any(strcmp(name, {"bicg", "qmr"}))
      gap = " ";
    end
    printf(["%s stopped at iteration %g without converging to the desired tolerance %e\n", ...
            "because the maximum number of iterations was reached.%s", ...
            "The iterate returned (number %g) has relative residual %e\n"], ...
           name, tried, tol, gap, iter, relres);
  end
end

function krylov__tell_rounds(restart, flag, iter, relres, tol, count)
  % What rounds of GMRES came to, if no output tells it.
  if isempty(restart)
    krylov__tell("gmres", flag, iter(2), relres, tol, count);
  elseif count < 2 && flag == 0
    printf(["gmres (%d) converged at outer iteration %d (inner iteration %d) ", ...
            "to a solution with relative residual %d \n"], restart, iter, relres);
  elseif count < 2
    printf(["gmres (%d) stopped at outer iteration %d (inner iteration %d) without converging ", ...
            "to the desired tolerance %d because the maximum number of iterations was ", ...
            "reached \n", ...
            "The iterated returned (number %d(%d)) has relative residual %d \n"], ...
           restart, iter, tol, iter, relres);
  end
end

function krylov__tell_zero(name, count)
  % A word on a system with a right side of zeros, if no output tells it.
  if count < 2
    gap = blanks(any(strcmp(name, {"pcg", "cgs", "bicgstab", "tfqmr"})));
    printf("The right hand side vector is all zero so %s%s\n", name, gap);
    printf("returned an all zero solution without iterating.\n");
  end
end

function [x, flag, relres, iter, resvec] = pcr(a, b, tol, maxit, m, x, varargin)
  % Solution of a symmetric system by preconditioned conjugate residuals.
  if nargin < 2
    print_usage();
  end
  if nargin < 3
    tol = [];
  end
  if nargin < 4
    maxit = [];
  end
  if nargin < 5
    m = [];
  end
  if nargin < 6
    x = [];
  end
  [tol, maxit, x] = krylov__defaults({tol, maxit, x}, {1e-6, 20, zeros(size(b))});
  times_a = @(v) linear__times(a, v, varargin);
  solve_m = @(v) linear__precondition(m, [], v);
  left = b - times_a(x);
  resvec = norm(left);
  % What is left after the preconditioner, and the direction, each also times A.
  z = solve_m(left);
  a_z = times_a(z);
  [way, a_way] = deal(z, a_z);
  energy = z' * a_z;
  iter = 0;
  flag = 1;
  while iter < maxit && resvec(end) > tol * resvec(1)
    change = solve_m(a_way);
    slope = a_way' * change;
    if slope == 0
      flag = 3;
      break;
    end
    step = energy / slope;
    x = x + step * way;
    left = left - step * a_way;
    z = z - step * change;
    a_z = times_a(z);
    before = energy;
    energy = z' * a_z;
    way = z + energy / before * way;
    a_way = a_z + energy / before * a_way;
    iter = iter + 1;
    resvec(end+1) = norm(left);
  end
  if flag == 1 && resvec(end) <= tol * resvec(1)
    flag = 0;
  end
  relres = resvec(end) / resvec(1);
  krylov__warn("pcr", flag, nargout);
end

function [x, flag, relres, iter, resvec] = qmr(a, b, varargin)
  % Solution of a system by quasi-minimal residuals, after Freund and Nachtigal.
  if nargin < 2
    print_usage();
  end
  [tol, maxit, m1, m2, x, args] = linear__options(b, varargin);
  r = b - krylov__forth(a, x, "notransp", args);
  resvec = norm(r);
  scale = norm(b);
  flag = 1;
  iter = 0;
  v = r;
  y = linear__precondition(m1, [], v);
  rho = norm(y);
  w = r;
  z = krylov__back(m2, w);
  xi = norm(z);
  [gamma, eta, ep, theta] = deal(1, -1, 1, 0);
  [p, q, d, s] = deal(zeros(size(b)));
  while flag == 1 && iter < maxit
    v = v / rho;
    y = y / rho;
    w = w / xi;
    z = z / xi;
    delta = z' * y;
    if delta == 0
      flag = 4;
      break;
    end
    p = linear__precondition(m2, [], y) - (xi * delta / ep) * p;
    q = krylov__back(m1, z) - conj(rho * delta / ep) * q;
    forth = krylov__forth(a, p, "notransp", args);
    ep = q' * forth;
    beta = ep / delta;
    v = forth - beta * v;
    y = linear__precondition(m1, [], v);
    rho_last = rho;
    rho = norm(y);
    w = krylov__forth(a, q, "transp", args) - conj(beta) * w;
    z = krylov__back(m2, w);
    xi = norm(z);
    gamma_last = gamma;
    theta_last = theta;
    theta = rho / (gamma_last * abs(beta));
    gamma = 1 / sqrt(1 + theta ^ 2);
    eta = -eta * rho_last * gamma ^ 2 / (beta * gamma_last ^ 2);
    share = (theta_last * gamma) ^ 2;
    d = eta * p + share * d;
    s = eta * forth + share * s;
    x = x + d;
    r = r - s;
    iter = iter + 1;
    resvec(end+1, 1) = norm(r);
    if resvec(end) <= tol * scale
      flag = 0;
    end
  end
  relres = resvec(end) / scale;
  krylov__tell("qmr", flag, iter, relres, tol, nargout);
end

function [x, flag, relres, iter, resvec] = tfqmr(a, b, varargin)
  % Solution of a system by quasi-minimal residuals without transposes, after Freund.
  if nargin < 2
    print_usage();
  end
  [tol, maxit, m1, m2, x, args] = linear__options(b, varargin);
  forth = @(v) linear__times(a, linear__precondition(m1, m2, v), args);
  scale = norm(b);
  if scale == 0
    [x, flag, relres, iter, resvec] = deal(zeros(size(b)), 0, 0, 0, 0);
    return;
  end
  if krylov__is_singular(m1, m2)
    resvec = norm(b - linear__times(a, x, args));
    [flag, relres, iter] = deal(2, resvec / scale, 0);
    return;
  end
  w = b - linear__times(a, x, args);
  shadow = w;
  y = w;
  ay = forth(y);
  v = ay;
  tau = norm(w);
  resvec = tau;
  rho = shadow' * w;
  [theta, eta, iter, half] = deal(0);
  d = zeros(size(b));
  flag = 1;
  while flag == 1 && iter < maxit
    if mod(half, 2) == 0
      sigma = shadow' * v;
      if sigma == 0
        flag = 4;
        break;
      end
      alpha = rho / sigma;
    end
    w = w - alpha * ay;
    d = y + (theta ^ 2 / alpha) * eta * d;
    theta = norm(w) / tau;
    cosine = 1 / sqrt(1 + theta ^ 2);
    tau = tau * theta * cosine;
    eta = cosine ^ 2 * alpha;
    x = x + eta * linear__precondition(m1, m2, d);
    resvec(end+1, 1) = norm(b - linear__times(a, x, args));
    if resvec(end) <= tol * scale
      flag = 0;
    elseif mod(half, 2) == 0
      y = y - alpha * v;
      ay = forth(y);
    else
      iter = iter + 1;
      next = shadow' * w;
      beta = next / rho;
      rho = next;
      y = w + beta * y;
      v = beta * (ay + beta * v);
      ay = forth(y);
      v = ay + v;
    end
    half = half + 1;
  end
  relres = resvec(end) / scale;
  krylov__tell("tfqmr", flag, iter, relres, tol, nargout);
end

function varargout = krylov__defaults(given, usual)
  % What is usual for all that is empty.
  is_empty = cellfun(@isempty, given);
  given(is_empty) = usual(is_empty);
  varargout = given;
end

function ends = krylov__ends(alphas, betas, flag)
  % The least and the largest eigenvalue as the coefficients of conjugate gradients tell them, but
  % for the last.
  n = numel(alphas) - 1;
  ends = [NaN, NaN];
  if flag == 4
    warning("pcg: eigenvalue estimate failed: matrix not positive definite?");
    return;
  elseif n < 1
    warning("pcg: eigenvalue estimate failed: iteration converged too fast");
    return;
  end
  middle = 1 ./ alphas(1:n) + [0, betas(1:n-1) ./ alphas(1:n-1)];
  beside = sqrt(betas(1:n-1)) ./ alphas(1:n-1);
  values = eig(diag(middle) + diag(beside, 1) + diag(beside, -1));
  ends = [min(values), max(values)];
end

function t = krylov__is_singular(m1, m2)
  % Whether a preconditioner that is a matrix cannot be solved with.
  t = false;
  for m = {m1, m2}
    if !isnumeric(m{1}) || isempty(m{1})
      continue;
    elseif istriu(m{1}) || istril(m{1})
      t = t || any(diag(m{1}) == 0);
    else
      t = t || rcond(full(m{1})) < eps;
    end
  end
end
