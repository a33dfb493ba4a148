function c = cov(x, y, opt)
  % Covariance of the columns, or of two arrays with each other.
  if nargin < 1
    print_usage();
  end
  if nargin < 3
    opt = 0;
  end
  if nargin == 2 && isscalar(y) && !isscalar(x)
    opt = y;
    y = [];
  elseif nargin < 2
    y = [];
  end
  if nargin < 2 && isscalar(x)
    c = zeros(1, 1, class(x));
    return;
  end
  if isrow(x)
    x = x.';
  end
  n = rows(x);
  if isempty(y)
    x = x - mean(x, 1);
    c = x' * x / (n - 1 + opt);
  else
    if isrow(y)
      y = y.';
    end
    if rows(y) != n
      error("cov: X and Y must have the same number of observations");
    end
    x = x - mean(x, 1);
    y = y - mean(y, 1);
    c = x' * y / (n - 1 + opt);
  end
end

function r = corr(x, y)
  % Correlation of the columns of two arrays.
  if nargin < 1
    print_usage();
  end
  if isscalar(x) && nargin == 1
    r = ones(1, 1, class(x));
    return;
  end
  if isrow(x)
    x = x.';
  end
  if nargin == 2
    if isrow(y)
      y = y.';
    end
    if rows(x) != rows(y)
      error("corr: X and Y must have the same number of observations");
    end
    c = cov(x, y);
    r = c ./ (std(x)' * std(y));
  else
    c = cov(x);
    s = std(x)';
    r = c ./ (s * s');
  end
end

function r = corrcoef(x, y)
  % Matrix of correlation coefficients.
  if nargin < 1
    print_usage();
  end
  if isempty(x) || (isscalar(x) && nargin < 2)
    r = NaN;
    return;
  end
  if nargin > 1
    x = [x(:), y(:)];
  end
  if isrow(x)
    x = x.';
  end
  m = columns(x);
  c = cov(x);
  s = sqrt(diag(c));
  r = c ./ (s * s');
  if m > 1
    for i = 1:m
      r(i, i) = 1;
    end
  end
end

function y = iqr(x, dim)
  % Distance of the quartiles.
  if nargin < 2
    dim = statistics__dim(x);
  end
  y = diff(statistics__quantiles(x, [0.25, 0.75], dim), 1, dim);
end

function dim = statistics__dim(x)
  dim = find(size(x) != 1, 1);
  if isempty(dim)
    dim = 1;
  end
end

function y = skewness(x, flag, dim)
  % Third standardized moment.
  if nargin < 2 || isempty(flag)
    flag = 1;
  end
  if nargin < 3
    dim = statistics__dim(x);
  end
  n = size(x, dim);
  x = x - mean(x, dim);
  s = std(x, 1, dim);
  y = mean(x .^ 3, dim) ./ s .^ 3;
  y(s == 0) = NaN;
  if flag == 0 && n > 2
    y = y * sqrt(n * (n - 1)) / (n - 2);
  end
end

function y = kurtosis(x, flag, dim)
  % Fourth standardized moment.
  if nargin < 2 || isempty(flag)
    flag = 1;
  end
  if nargin < 3
    dim = statistics__dim(x);
  end
  n = size(x, dim);
  x = x - mean(x, dim);
  s = std(x, 1, dim);
  y = mean(x .^ 4, dim) ./ s .^ 4;
  y(s == 0) = NaN;
  if flag == 0 && n > 3
    y = 3 + (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * y - 3 * (n - 1));
  end
end

function q = quantile(x, p, varargin)
  % Quantiles along a dimension.
  if nargin < 2
    p = [];
  end
  q = statistics__quantiles(x, p, varargin{:});
  if isvector(q) && !isscalar(q) && !isscalar(p)
    if isrow(p)
      q = reshape(q, 1, []);
    else
      q = reshape(q, [], 1);
    end
  end
end

function q = statistics__quantiles(x, p, dim, method)
  if nargin < 2 || isempty(p)
    p = [0, 0.25, 0.5, 0.75, 1];
  end
  if nargin < 3
    if rows(x) == 1
      dim = 2;
    else
      dim = 1;
    end
  end
  if nargin < 4
    method = 5;
  end
  order = 1:max(ndims(x), dim);
  order([1, dim]) = order([dim, 1]);
  moved = permute(x, order);
  shape = size(moved);
  flat = reshape(moved, shape(1), []);
  q = zeros(numel(p), columns(flat));
  for j = 1:columns(flat)
    q(:, j) = statistics__quantile(flat(:, j), p(:), method);
  end
  shape(1) = numel(p);
  q = ipermute(reshape(q, shape), order);
  if isa(x, "single")
    q = single(q);
  end
end

function q = statistics__quantile(x, p, method)
  x = sort(x(!isnan(x)));
  n = numel(x);
  if n == 0
    q = NaN(size(p));
    return;
  end
  switch method
    case 1
      k = max(ceil(n * p), 1);
      q = x(min(k, n));
      return;
    case 2
      k = n * p;
      low = max(ceil(k), 1);
      high = min(floor(k + 1), n);
      q = (x(min(low, n)) + x(high)) / 2;
      return;
    case 3
      % Halves go to the even neighbour.
      t = n * p;
      k = round(t);
      k(t - fix(t) == 0.5) = 2 * round(t(t - fix(t) == 0.5) / 2);
      k = min(max(k, 1), n);
      q = x(k);
      return;
    case 4
      k = n * p;
    case 5
      k = n * p + 0.5;
    case 6
      k = (n + 1) * p;
    case 7
      k = (n - 1) * p + 1;
    case 8
      k = (n + 1/3) * p + 1/3;
    case 9
      k = (n + 0.25) * p + 0.375;
    otherwise
      error("quantile: Unknown METHOD, '%d'", method);
  end
  low = max(min(floor(k), n - 1), 1);
  t = max(min(k - low, 1), 0);
  high = min(low + 1, n);
  q = (1 - t) .* x(low) + t .* x(high);
end

function q = prctile(x, p, dim)
  % Percentiles along a dimension.
  if nargin < 2 || isempty(p)
    p = [0, 25, 50, 75, 100];
  end
  if nargin < 3
    dim = statistics__dim(x);
  end
  q = quantile(x, p / 100, dim);
end

function y = mad(x, opt, dim)
  % Mean, or median, distance from the mean, or median.
  if nargin < 2 || isempty(opt)
    opt = 0;
  end
  if nargin < 3
    dim = statistics__dim(x);
  end
  if opt == 0
    y = mean(abs(x - mean(x, dim)), dim);
  else
    y = median(abs(x - median(x, dim)), dim);
  end
end

function z = normalize(x, varargin)
  % Standardized along a dimension.
  dim = statistics__dim(x);
  method = "zscore";
  option = [];
  for i = 1:numel(varargin)
    if ischar(varargin{i}) && i == 1
      method = lower(varargin{i});
    elseif isnumeric(varargin{i}) && i == 1
      dim = varargin{i};
    else
      option = varargin{i};
    end
  end
  switch method
    case "zscore"
      z = zscore(x, 0, dim);
    case "range"
      low = min(x, [], dim);
      high = max(x, [], dim);
      z = (x - low) ./ (high - low);
      if !isempty(option)
        z = option(1) + z * (option(2) - option(1));
      end
    case "center"
      z = x - mean(x, dim);
    case "scale"
      z = x ./ std(x, 0, dim);
    case "norm"
      p = 2;
      if !isempty(option)
        p = option;
      end
      z = x ./ vecnorm(x, p, dim);
    otherwise
      error("normalize: unknown METHOD '%s'", method);
  end
end

function [counts, centers] = hist(data, bins, total)
  % Counts in bins around centers.
  if nargin < 1
    print_usage();
  end
  is_line = isvector(data);
  if is_line
    data = data(:);
  end
  data = double(data);
  if nargin < 2
    bins = 10;
  end
  if isscalar(bins)
    [low, high] = deal(min(data(:)), max(data(:)));
    if low == high
      [low, high] = deal(low - 0.5, high + 0.5);
    end
    width = (high - low) / bins;
    centers = linspace(low + width / 2, high - width / 2, bins)';
  else
    centers = sort(double(bins(:)));
  end
  count = numel(centers);
  borders = (centers(1:end-1) + centers(2:end)) / 2;
  counts = zeros(count, columns(data));
  for j = 1:columns(data)
    values = data(!isnan(data(:, j)), j);
    % A value on a border belongs to the bin below it.
    above = lookup(-flip(borders), -values);
    counts(:, j) = accumarray(count - above(:), 1, [count, 1]);
  end
  if nargin > 2
    counts = counts ./ sum(counts, 1) .* total;
  end
  if is_line
    counts = counts.';
    centers = centers.';
  end
  if nargout == 0
    % A plot.
    clear counts centers;
  end
end

function m = statistics__mov(fcn, x, wlen)
  n = numel(x);
  if isscalar(wlen)
    if mod(wlen, 2) == 1
      nb = (wlen - 1) / 2;
      na = nb;
    else
      nb = wlen / 2;
      na = nb - 1;
    end
  else
    nb = wlen(1);
    na = wlen(2);
  end
  m = zeros(size(x));
  for i = 1:n
    m(i) = fcn(x(max(1, i - nb):min(n, i + na)));
  end
end

function m = movfun(fcn, x, wlen, varargin)
  % A function over a moving window, which is smaller at the ends.
  if !isempty(varargin)
    error("movfun: options are not supported");
  end
  m = statistics__columns(fcn, x, wlen);
end

function m = movmean(x, wlen)
  % Mean over a moving window.
  m = statistics__columns(@mean, x, wlen);
end

function m = movmedian(x, wlen)
  % Median over a moving window.
  m = statistics__columns(@median, x, wlen);
end

function m = movmax(x, wlen)
  % Maximum over a moving window.
  m = statistics__columns(@max, x, wlen);
end

function m = movmin(x, wlen)
  % Minimum over a moving window.
  m = statistics__columns(@min, x, wlen);
end

function m = movsum(x, wlen)
  % Sum over a moving window.
  m = statistics__columns(@sum, x, wlen);
end

function m = movstd(x, wlen)
  % Standard deviation over a moving window.
  m = statistics__columns(@std, x, wlen);
end

function m = statistics__columns(fcn, x, wlen)
  if isvector(x)
    m = statistics__mov(fcn, x, wlen);
    return;
  end
  m = zeros(size(x));
  for j = 1:columns(x)
    m(:, j) = statistics__mov(fcn, x(:, j), wlen);
  end
end

function r = statistics__spread(name, x, weight, dim)
  % Variance or deviation of nothing, or of complex numbers.
  if isempty(x)
    if isequal(size(x), [0, 0])
      r = NaN;
    else
      count = size(x);
      count(dim) = 1;
      r = NaN(count);
    end
    return;
  end
  count = size(x, dim);
  d = x - mean(x, dim);
  r = sum(real(d) .^ 2 + imag(d) .^ 2, dim);
  if weight == 0 && count > 1
    r = r / (count - 1);
  else
    r = r / count;
  end
  if strcmp(name, 'std')
    r = sqrt(r);
  end
end

function m = moment(x, p, varargin)
  % Moment of an order.
  kind = "";
  dim = statistics__dim(x);
  for k = 1:numel(varargin)
    if ischar(varargin{k})
      kind = varargin{k};
    else
      dim = varargin{k};
    end
  end
  if !any(kind == "r")
    x = x - mean(x, dim);
  end
  if any(kind == "a")
    x = abs(x);
  end
  m = sum(x .^ p, dim) / size(x, dim);
end

function y = ranks(x, dim)
  % Ranks of elements; equal ones share their mean.
  if nargin < 2
    dim = statistics__dim(x);
  end
  if dim == 2
    y = ranks(x.', 1).';
    return;
  end
  y = zeros(size(x));
  for j = 1:columns(x)
    for i = 1:rows(x)
      y(i, j) = sum(x(:, j) < x(i, j)) + (sum(x(:, j) == x(i, j)) + 1) / 2;
    end
  end
end

function r = spearman(x, y)
  % Rank correlation of Spearman.
  if isrow(x)
    x = x.';
  end
  if nargin == 1
    r = corr(ranks(x));
  else
    if isrow(y)
      y = y.';
    end
    r = corr(ranks(x), ranks(y));
  end
end

function tau = kendall(x, y)
  % Rank correlation of Kendall.
  if isrow(x)
    x = x.';
  end
  if nargin > 1
    if isrow(y)
      y = y.';
    end
    tau = statistics__kendall(x, y);
  else
    tau = statistics__kendall(x, x);
  end
end

function tau = statistics__kendall(x, y)
  n = rows(x);
  tau = zeros(columns(x), columns(y));
  x = ranks(x);
  y = ranks(y);
  for a = 1:columns(x)
    p = sign(x(:, a) - x(:, a)');
    for b = 1:columns(y)
      q = sign(y(:, b) - y(:, b)');
      tau(a, b) = sum((p .* q)(:)) / (n * (n - 1));
    end
  end
end

function s = statistics(x, dim)
  % Minimum, quartiles, maximum, mean, deviation, skewness and kurtosis.
  if nargin < 2
    dim = statistics__dim(x);
  end
  q = quantile(x, [0.25; 0.5; 0.75], dim, 7);
  s = cat(dim, min(x, [], dim), q, max(x, [], dim), mean(x, dim), std(x, [], dim), ...
          skewness(x, [], dim), kurtosis(x, [], dim));
end

function [count, value] = runlength(x)
  % Lengths of runs of equal elements, and what they are.
  x = x(:).';
  ends = [find(x(1:end-1) != x(2:end)), numel(x)];
  count = diff([0, ends]);
  value = x(ends);
end

function [c, ia, ic] = uniquetol(a, tol)
  % Elements that differ by more than a tolerance.
  if nargin < 2
    tol = 1e-12;
  end
  [s, order] = sort(a(:));
  limit = tol * max(abs(s));
  keep = false(size(s));
  ic = zeros(size(s));
  last = NaN;
  count = 0;
  for k = 1:numel(s)
    if !(abs(s(k) - last) <= limit)
      last = s(k);
      keep(k) = true;
      count = count + 1;
    end
    ic(order(k)) = count;
  end
  ia = order(keep);
  c = a(ia);
  if isrow(a)
    c = c(:).';
  else
    c = c(:);
  end
end

function r = rande(varargin)
  % Exponential random numbers.
  r = -log(rand(varargin{:}));
end

function r = randp(l, varargin)
  % Poisson random numbers.
  if isempty(varargin)
    varargin = {size(l)};
  end
  r = zeros(varargin{:});
  if isscalar(l)
    l = repmat(l, size(r));
  end
  for k = 1:numel(r)
    if l(k) > 100
      r(k) = max(0, round(l(k) + sqrt(l(k)) * randn()));
      continue;
    end
    limit = exp(-l(k));
    product = rand();
    while product > limit
      r(k) = r(k) + 1;
      product = product * rand();
    end
  end
end

function r = randg(a, varargin)
  % Gamma random numbers of scale 1, after Marsaglia and Tsang.
  if isempty(varargin)
    varargin = {size(a)};
  end
  r = zeros(varargin{:});
  if isscalar(a)
    a = repmat(a, size(r));
  end
  for k = 1:numel(r)
    shape = a(k);
    factor = 1;
    if shape < 1
      factor = rand() ^ (1 / shape);
      shape = shape + 1;
    end
    d = shape - 1 / 3;
    c = 1 / sqrt(9 * d);
    while true
      x = randn();
      v = (1 + c * x) ^ 3;
      if v > 0 && log(rand()) < 0.5 * x ^ 2 + d - d * v + d * log(v)
        break;
      end
    end
    r(k) = factor * d * v;
  end
end

function p = normpdf(x, mu, sigma)
  % Density of the normal distribution.
  if nargin < 2
    mu = 0;
  end
  if nargin < 3
    sigma = 1;
  end
  p = exp(-0.5 * ((x - mu) ./ sigma) .^ 2) ./ (sqrt(2 * pi) * sigma);
  p(sigma + 0 * p <= 0) = NaN;
end

function p = normcdf(x, mu, sigma)
  % Distribution function of the normal distribution.
  if nargin < 2
    mu = 0;
  end
  if nargin < 3
    sigma = 1;
  end
  p = 0.5 * erfc(-(x - mu) ./ (sigma * sqrt(2)));
  p(sigma + 0 * p <= 0) = NaN;
end

function x = norminv(p, mu, sigma)
  % Quantiles of the normal distribution.
  if nargin < 2
    mu = 0;
  end
  if nargin < 3
    sigma = 1;
  end
  x = mu + sigma .* (-sqrt(2) * erfcinv(2 * p));
  x(sigma + 0 * x <= 0) = NaN;
end

function d = pdist2(x, y, metric)
  % Distances between the rows of two matrices.
  if nargin < 3
    metric = "euclidean";
  end
  if columns(x) != columns(y)
    error("pdist2: X and Y must have equal number of columns");
  end
  d = zeros(rows(x), rows(y));
  for j = 1:rows(y)
    apart = x - y(j, :);
    switch lower(metric)
      case "euclidean"
        d(:, j) = sqrt(sum(apart .^ 2, 2));
      case "squaredeuclidean"
        d(:, j) = sum(apart .^ 2, 2);
      case "cityblock"
        d(:, j) = sum(abs(apart), 2);
      case {"chebychev", "chebyshev"}
        d(:, j) = max(abs(apart), [], 2);
      otherwise
        error("pdist2: the metric '%s' is not supported", metric);
    end
  end
end

function m = movprod(x, wlen)
  % Product over a moving window.
  m = statistics__columns(@prod, x, wlen);
end

function m = movvar(x, wlen)
  % Variance over a moving window.
  m = statistics__columns(@var, x, wlen);
end

function m = movmad(x, wlen)
  % Mean distance from the mean over a moving window.
  m = statistics__columns(@mad, x, wlen);
end

function m = movrange(x, wlen)
  % Range over a moving window.
  m = statistics__columns(@range, x, wlen);
end

function r = normrnd(mu, sigma, varargin)
  % Normal random numbers.
  r = mu + sigma .* randn(statistics__drawn(mu, sigma, varargin));
end

function r = unifrnd(a, b, varargin)
  % Uniform random numbers between two bounds.
  r = a + (b - a) .* rand(statistics__drawn(a, b, varargin));
end

function r = exprnd(mu, varargin)
  % Exponential random numbers of a mean.
  r = mu .* rande(statistics__drawn(mu, mu, varargin));
end

function r = poissrnd(lambda, varargin)
  % Poisson random numbers of a mean.
  shape = statistics__drawn(lambda, lambda, varargin);
  r = randp(lambda + zeros(shape));
end

function shape = statistics__drawn(a, b, args)
  if isempty(args)
    shape = size(a + b);
  elseif numel(args) == 1 && isscalar(args{1})
    shape = [args{1}, args{1}];
  else
    shape = [args{:}];
  end
end
