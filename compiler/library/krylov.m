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
  flag = 1;
  iter = [0, 0];
  scale = norm(linear__precondition(m1, m2, b));
  if scale == 0
    [x, flag, relres, iter, resvec] = deal(zeros(n, 1), 0, 0, [0, 0], 0);
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
  krylov__warn("gmres", flag, nargout);
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
  krylov__warn("bicg", flag, nargout);
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
  krylov__warn("bicgstab", flag, nargout);
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
  krylov__warn("cgs", flag, nargout);
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
