function c = cov(x, y, opt)
  % Covariance of the columns, or of two arrays with each other.
  if nargin < 1
    print_usage();
  end
  bias = 0;
  others = [];
  if nargin == 2 && isscalar(y) && !isscalar(x)
    bias = y;
  elseif nargin > 1
    others = statistics__upright(y);
  end
  if nargin > 2
    bias = opt;
  end
  is_set = @(x) isnumeric(x) || islogical(x);
  if !is_set(x) || !is_set(others)
    error("cov: X and Y must be numeric matrices or vectors");
  elseif !isequal(bias, 0) && !isequal(bias, 1)
    error("cov: normalization OPT must be 0 or 1");
  end
  if nargin == 1 && isscalar(x)
    c = zeros(1, 1, class(x));
    return;
  end
  x = statistics__upright(x);
  count = rows(x);
  if !isempty(others) && rows(others) != count
    error("cov: X and Y must have the same number of observations");
  end
  if !isfloat(x)
    x = double(x);
  end
  if !isfloat(others)
    others = double(others);
  end
  off = x - mean(x, 1);
  if isempty(others)
    c = off' * off;
  else
    c = off' * (others - mean(others, 1));
  end
  c = c / (count - 1 + bias);
end

function r = corr(x, y)
  % Correlation of the columns of two arrays.
  if nargin < 1
    print_usage();
  end
  if nargin == 1 && isscalar(x)
    r = ones(1, 1, class(x));
    return;
  end
  x = statistics__upright(x);
  if !isfloat(x)
    x = double(x);
  end
  if nargin == 1
    r = cov(x);
    spread = std(x);
    r = r ./ (spread' * spread);
  else
    y = statistics__upright(y);
    if !isfloat(y)
      y = double(y);
    end
    if rows(y) != rows(x)
      error("corr: X and Y must have the same number of observations");
    end
    r = cov(x, y) ./ (std(x)' * std(y));
  end
end

function [r, p, lci, hci] = corrcoef(x, varargin)
  % Matrix of correlation coefficients, with the chance of none, and bounds.
  if nargin < 1
    print_usage();
  end
  options = varargin;
  if nargin > 1 && !ischar(options{1})
    x = statistics__beside(x, options{1});
    options = options(2:end);
  end
  [alpha, which] = statistics__correlation_options(options);
  if numel(x) < 2
    [r, p, lci, hci] = deal(NaN);
    return;
  end
  samples = statistics__upright(x)(:, :);
  switch which
    case "pairwise"
      [r, count] = statistics__pairwise(samples);
    case "complete"
      samples = statistics__upright(samples(all(!isnan(samples), 2), :));
  end
  if !strcmp(which, "pairwise")
    r = statistics__correlation(samples);
    count = repmat(rows(samples), columns(samples));
  end
  if nargout > 1
    [p, lci, hci] = statistics__chances(r, count, alpha);
  end
end

function r = statistics__correlation(x)
  % Covariances in units of the spreads.
  x = statistics__upright(x);
  shared = cov(x);
  spread = sqrt(diag(shared));
  r = shared ./ (spread * spread');
  % A column agrees with itself, even one without a spread.
  places = 1:columns(x)+1:columns(x)^2;
  is_known = rows(x) > 1 & !any(isnan(x), 1);
  r(places(is_known | !isnan(r(places)))) = 1;
end

function y = iqr(x, dim)
  % Distance of the quartiles.
  if nargin < 1
    print_usage();
  end
  statistics__numbers("iqr", x);
  statistics__filled(x);
  if nargin < 2 || isempty(dim)
    dim = statistics__dim(x);
  elseif strcmp(dim, "all")
    dim = 1:ndims(x);
  elseif !isnumeric(dim) || any(dim(:) != fix(dim(:)) | dim(:) < 1)
    error("iqr: DIM must be a positive integer scalar, vector, or 'all'");
  end
  shape = size(x);
  shape(end+1:max(dim)) = 1;
  rest = setdiff(1:numel(shape), dim);
  % The dimensions together as the first.
  lines = reshape(permute(x, [dim(:).', rest]), prod(shape(dim)), []);
  shape(dim) = 1;
  if !isfloat(lines)
    lines = double(lines);
  end
  quartiles = statistics__quantiles(lines, [0.25, 0.75], 1);
  y = reshape(quartiles(2, :) - quartiles(1, :), shape);
end

function dim = statistics__dim(x)
  dim = find(size(x) != 1, 1);
  if isempty(dim)
    dim = 1;
  end
end

function y = skewness(x, flag, dim)
  % Third standardized moment.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    flag = [];
  end
  if nargin < 3
    dim = [];
  end
  [x, n, dim, flag] = statistics__central("skewness", x, flag, dim);
  y = statistics__standardized(x, 3, dim);
  if flag == 0
    % Without the bias of a sample.
    y = y * sqrt(n * (n - 1)) / (n - 2);
    if n < 3
      y(:) = NaN;
    end
  end
end

function y = kurtosis(x, flag, dim)
  % Fourth standardized moment.
  if nargin == 0
    print_usage();
  end
  options = {[], []};
  if nargin > 1
    options{1} = flag;
  end
  if nargin > 2
    options{2} = dim;
  end
  [x, n, dim, flag] = statistics__central("kurtosis", x, options{:});
  y = statistics__standardized(x, 4, dim);
  if flag == 0 && n < 4
    y(:) = NaN;
  elseif flag == 0
    % Without the bias of a sample.
    y = 3 + (n - 1) / prod(n - [2, 3]) * (y * (n + 1) + 3 * (1 - n));
  end
end

function q = quantile(x, p, varargin)
  % Quantiles along a dimension.
  if nargin < 1
    print_usage();
  end
  statistics__filled(x);
  if nargin < 2 || isempty(p)
    p = [0, 0.25, 0.5, 0.75, 1];
  end
  if isfloat(x)
    q = statistics__quantiles(x, p, varargin{:});
  else
    q = statistics__quantiles(double(x), p, varargin{:});
  end
  if numel(p) > 1 && isvector(q)
    % A vector lies as the shares do.
    shape = [numel(q), 1];
    if isrow(p)
      shape = flip(shape);
    end
    q = reshape(q, shape);
  end
end

function q = statistics__quantiles(x, p, dim, method)
  if nargin < 4
    method = 5;
  end
  if nargin < 3
    dim = 1 + (rows(x) == 1);
  end
  if nargin < 2 || isempty(p)
    p = [0, 0.25, 0.5, 0.75, 1];
  end
  shape = size(x);
  shape(end+1:dim) = 1;
  before = prod(shape(1:dim-1));
  lines = reshape(x, before, shape(dim), []);
  q = zeros(before, numel(p), size(lines, 3));
  for i = 1:before
    for j = 1:size(lines, 3)
      q(i, :, j) = statistics__quantile(lines(i, :, j)(:), p(:), method);
    end
  end
  shape(dim) = numel(p);
  q = reshape(q, shape);
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
  % Shares outside of 0 to 1 are beyond all elements.
  is_beyond = p < 0 | p > 1;
  if any(is_beyond)
    q = zeros(size(p), class(x));
    q(p < 0) = -Inf;
    q(p > 1) = Inf;
    q(!is_beyond) = statistics__quantile(x, p(!is_beyond), method);
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
  if nargin < 1
    print_usage();
  end
  statistics__numbers("prctile", x);
  if nargin < 3
    dim = statistics__dim(x);
  end
  share = [];
  if nargin > 1
    share = p / 100;
  end
  q = quantile(x, share, dim);
end

function y = mad(x, opt, dim)
  % Mean, or median, distance from the mean, or median.
  if nargin < 1
    print_usage();
  end
  if nargin < 2 || isempty(opt)
    opt = 0;
  elseif !isequal(opt, 0) && !isequal(opt, 1)
    error("mad: OPT must be 0 or 1");
  end
  if nargin < 3
    dim = [];
  end
  if strcmp(dim, "all")
    x = x(:);
    dim = 1;
  elseif numel(dim) < 2
    dim = statistics__check("mad", x, dim);
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

function [nn, xx] = hist(y, varargin)
  % Counts in bins around centers.
  if nargin < 1
    print_usage();
  end
  arg_is_vector = isvector(y);
  if arg_is_vector
    y = y(:);
  end
  y = double(y);
  low = min(y(isfinite(y)));
  high = max(y(isfinite(y)));
  if numel(varargin) < 1
    n = 10;
    x = [];
  elseif isscalar(varargin{1})
    n = varargin{1};
    x = [];
  else
    x = double(varargin{1}(:));
    n = numel(x);
    x = sort(x);
  end
  if isempty(x)
    if low == high
      low = low - 0.5;
      high = high + 0.5;
    end
    delta = (high - low) / n / 2;
    x = linspace(low + delta, high - delta, n)';
  end
  edges = (x(1:end-1) + x(2:end)) / 2;
  freq = zeros(n, columns(y));
  for j = 1:columns(y)
    column = y(!isnan(y(:, j)), j);
    if n < 30
      % What is on an edge belongs to the bin below.
      at = 1 + sum(column.' > edges, 1);
    else
      at = lookup(edges, column) + 1;
    end
    for i = 1:n
      freq(i, j) = sum(at == i);
    end
  end
  if numel(varargin) > 1
    norm = varargin{2};
    freq = freq ./ sum(freq, 1) .* norm;
  end
  if arg_is_vector
    freq = freq.';
    x = x.';
  end
  if nargout > 0
    nn = freq;
    xx = x;
  end
end

function y = movfun(fcn, x, wlen, varargin)
  % A function of the elements in a moving window.
  if nargin < 3 || rem(nargin, 2) == 0
    print_usage();
  end
  [dim, ends, outdim] = statistics__moving_options(x, varargin);
  if ischar(fcn)
    fcn = str2func(fcn);
  end
  n = size(x, dim);
  [before, after] = statistics__window(wlen, n);
  order = [dim, setdiff(1:ndims(x), dim)];
  moved = permute(x, order);
  lines = moved(:, :);
  y = [];
  left = 1:n;
  at_once = {"mean", "median", "sum", "prod", "max", "min", "std"};
  if any(strcmp(at_once, func2str(fcn)))
    % All windows that lie inside at once.
    inside = before + 1:n - after;
    windows = (-before:after)' + inside;
    y = zeros(n, 1, columns(lines));
    for j = 1:columns(lines)
      y(inside, 1, j) = fcn(lines(:, j)(windows));
    end
    left = [1:before, n + 1 - after:n];
  end
  for i = left
    part = statistics__seen(lines, i - before:i + after, ends);
    value = statistics__windowed(fcn, part, outdim);
    if isempty(y)
      y = zeros([n, numel(value) / columns(lines), columns(lines)]);
    end
    y(i, :, :) = value;
  end
  if size(y, 2) == 1
    y = ipermute(reshape(y, size(moved)), order);
  elseif columns(lines) == 1
    y = reshape(y, n, size(y, 2));
  else
    % Several results lie along one more dimension.
    shape = [size(moved), size(y, 2)];
    y = ipermute(reshape(permute(y, [1, 3, 2]), shape), [order, numel(shape)]);
  end
end

function [before, after] = statistics__window(wlen, n)
  if !isnumeric(wlen) || !any(numel(wlen) == [1, 2]) || any(wlen < 0) || any(wlen != fix(wlen))
    error("movslice: WLEN must be a scalar or 2-element array of integers >= 0");
  end
  if isscalar(wlen)
    if wlen == 1
      error("movslice: WLEN must be > 1");
    end
    before = floor(wlen / 2);
    after = before - (mod(wlen, 2) == 0);
    total = wlen;
  else
    before = wlen(1);
    after = wlen(2);
    total = before + after + 1;
  end
  if total > n
    error("movslice: window length WLEN (%d) must be shorter than length along DIM (%d)", ...
          total, n);
  end
end

function value = statistics__windowed(fcn, part, outdim)
  % A row for each result and a page for each column.
  name = func2str(fcn);
  if rows(part) == 1 && any(strcmp(name, {"mean", "median", "sum", "prod"}))
    value = part;
    parts = reshape(value, 1, 1, []);
  elseif rows(part) > 1 && any(strcmp(name, {"mean", "median", "sum", "prod", "max", "min", "std"}))
    parts = reshape(fcn(part), 1, 1, []);
  else
    parts = [];
    for j = 1:columns(part)
      one = fcn(part(:, j))(:).';
      if !isempty(outdim)
        one = one(outdim);
      end
      if j == 1
        parts = zeros(1, numel(one), columns(part));
      end
      parts(1, :, j) = one;
    end
  end
  value = parts;
end

function p = discrete_pdf(x, v, p)
  % Probabilities of values.
  if nargin != 3
    print_usage();
  end
  is_single = isa(x, "single") || isa(v, "single") || isa(p, "single");
  [v, p] = statistics__distribution("discrete_pdf", v, p);
  q = zeros(size(x));
  for k = 1:numel(v)
    q(x == v(k)) = p(k);
  end
  q(isnan(x)) = NaN;
  p = ifelse(is_single, single(q), q);
end

function p = discrete_cdf(x, v, p)
  % Distribution function of values with probabilities.
  if nargin != 3
    print_usage();
  end
  is_single = isa(x, "single") || isa(v, "single") || isa(p, "single");
  [v, p] = statistics__distribution("discrete_cdf", v, p);
  [v, order] = sort(v);
  total = [0; cumsum(p(order))];
  q = NaN(size(x));
  known = !isnan(x);
  q(known) = total(lookup(v, x(known)) + 1);
  p = ifelse(is_single, single(q), q);
end

function x = discrete_inv(x, v, p)
  % Quantiles of values with probabilities.
  if nargin != 3
    print_usage();
  end
  is_single = isa(x, "single") || isa(v, "single") || isa(p, "single");
  [v, p] = statistics__distribution("discrete_inv", v, p);
  [v, order] = sort(v);
  total = cumsum(p(order));
  total(end) = 1;
  q = NaN(size(x));
  for k = 1:numel(x)
    if x(k) >= 0 && x(k) <= 1
      q(k) = v(find(total >= x(k), 1));
    end
  end
  x = ifelse(is_single, single(q), q);
end

function r = discrete_rnd(v, p, varargin)
  % Random numbers among values with probabilities.
  [v, p] = statistics__distribution("discrete_rnd", v, p);
  if isempty(varargin)
    varargin = {1};
  end
  r = rand(varargin{:});
  r(:) = v(lookup(cumsum(p)(1:end-1), r(:)) + 1);
end

function [v, p] = statistics__distribution(name, v, p)
  if !isvector(v)
    error("%s: V must be a vector", name);
  elseif !isvector(p) || numel(p) != numel(v)
    error("%s: P must be a vector with length (V) elements", name);
  elseif any(isnan(p)) || !(all(p >= 0) && any(p))
    error("%s: P must be a nonzero, non-negative vector", name);
  end
  v = v(:);
  p = p(:) / sum(p);
end

function p = empirical_pdf(x, data)
  % Shares of data that have certain values.
  if nargin < 2
    print_usage();
  end
  values = statistics__sample("empirical_pdf", data);
  [few, ~, at] = unique(values(:));
  p = discrete_pdf(x, few, accumarray(at(:), 1) / numel(data));
end

function p = empirical_cdf(x, data)
  % Shares of data up to certain values.
  if nargin < 2
    print_usage();
  end
  [values, shares] = statistics__sample("empirical_cdf", data);
  p = discrete_cdf(x, values, shares);
end

function x = empirical_inv(x, data)
  % Values of data that a share does not exceed.
  if nargin < 2
    print_usage();
  end
  [values, shares] = statistics__sample("empirical_inv", data);
  x = discrete_inv(x, values, shares);
end

function r = empirical_rnd(data, varargin)
  % Random members of data.
  if isempty(varargin)
    varargin = {size(data)};
  end
  r = discrete_rnd(data, ones(size(data)) / numel(data), varargin{:});
end

function y = autoreg_matrix(y, k)
  % Ones, and a column for each of k lags.
  if nargin != 2
    print_usage();
  end
  if !isvector(y)
    error("autoreg_matrix: Y must be a vector");
  end
  from = (1:numel(y)).' - (1:k);
  known = from > 0;
  lags = zeros(size(from));
  lags(known) = y(from(known));
  y = [ones(rows(from), 1), lags];
end

function y = spencer(x)
  % Spencer's moving average of 15 points, column by column.
  if nargin != 1
    print_usage();
  end
  x = statistics__upright(x);
  n = rows(x);
  y = zeros(size(x));
  if n >= 15
    half = [-3, -6, -5, 3, 21, 46, 67];
    weights = [half, 74, fliplr(half)] / 320;
    sums = filter(weights, 1, x);
    y(8:n-7, :) = sums(15:n, :);
  end
end

function counts = run_count(x, n, dim)
  % How many runs upward have the lengths 1 to n - 1, and n or more.
  if nargin < 2
    print_usage();
  end
  if nargin < 3
    dim = statistics__dim(x);
  end
  if !isscalar(n) || n < 1 || n != fix(n)
    error("run_count: N must be a positive integer");
  end
  order = 1:max(ndims(x), dim);
  order([1, dim]) = order([dim, 1]);
  moved = permute(x, order);
  shape = size(moved);
  flat = reshape(moved, shape(1), []);
  counts = zeros(n, columns(flat));
  for j = 1:columns(flat)
    ends = [find(diff(flat(:, j)) < 0); rows(flat)];
    lengths = min(diff([0; ends]), n);
    counts(:, j) = accumarray(lengths, 1, [n, 1]);
  end
  shape(1) = n;
  counts = ipermute(reshape(counts, shape), order);
end

function m = movmean(x, wlen, varargin)
  % Mean over a moving window.
  m = statistics__columns(@mean, x, wlen, varargin);
end

function m = movmedian(x, wlen, varargin)
  % Median over a moving window.
  m = statistics__columns(@median, x, wlen, varargin);
end

function m = movmax(x, wlen, varargin)
  % Maximum over a moving window.
  m = statistics__columns(@max, x, wlen, varargin);
end

function m = movmin(x, wlen, varargin)
  % Minimum over a moving window.
  m = statistics__columns(@min, x, wlen, varargin);
end

function m = movsum(x, wlen, varargin)
  % Sum over a moving window.
  m = statistics__columns(@sum, x, wlen, varargin);
end

function m = movstd(x, wlen, varargin)
  % Standard deviation over a moving window, with the normalization std takes if a number is third.
  fcn = @std;
  if mod(numel(varargin), 2) == 1
    opt = varargin{1};
    fcn = @(part) std(part, opt);
    varargin(1) = [];
  end
  m = statistics__columns(fcn, x, wlen, varargin);
end

function m = statistics__columns(fcn, x, wlen, options)
  m = movfun(fcn, x, wlen, options{:});
end

function r = statistics__spread(name, x, weight, dim)
  % Variance or deviation of nothing, or of complex numbers.
  if isempty(x)
    if dim == 0
      r = NaN;
    else
      count = size(x);
      count(dim) = 1;
      r = NaN(count);
    end
    return;
  end
  if dim == 0
    x = x(:);
    dim = 1;
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
  if nargin < 2
    print_usage();
  end
  is_text = cellfun(@ischar, varargin);
  kind = [{""}, varargin(is_text)]{end};
  dim = [{statistics__dim(x)}, varargin(!is_text)]{end};
  if any(kind == "r")
    parts = x;
  else
    parts = x - mean(x, dim);
  end
  if any(kind == "a")
    parts = abs(parts);
  end
  m = sum(parts .^ p, dim) / size(x, dim);
end

function y = ranks(x, dim, kind)
  % Ranks of elements; equal ones share their mean, or as a number from 0 to 4 says.
  if nargin < 1
    print_usage();
  end
  statistics__numbers("ranks", x);
  kinds = {"fractional", "competition", "modified", "ordinal", "dense"};
  if nargin < 3 || isempty(kind)
    kind = 0;
  elseif ischar(kind)
    if !any(strcmp(kind, kinds))
      error("ranks: unknown RTYPE '%s'", kind);
    end
    kind = find(strcmp(kind, kinds)) - 1;
  end
  if nargin < 2
    dim = [];
  end
  if !any(0:4 == kind)
    error("ranks: unknown RTYPE '%d'", kind);
  end
  dim = statistics__check("ranks", x, dim);
  shape = [size(x), ones(1, dim - ndims(x))];
  lines = reshape(x, prod(shape(1:dim-1)), shape(dim), []);
  y = zeros(size(lines));
  for i = 1:size(lines, 1)
    for j = 1:size(lines, 3)
      y(i, :, j) = statistics__ranks(lines(i, :, j)(:), kind);
    end
  end
  y = reshape(y, shape);
end

function r = spearman(x, y)
  % Rank correlation of Spearman.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("spearman: X and Y must be numeric matrices or vectors");
  end
  places = {ranks(statistics__upright(x))};
  if nargin > 1
    places{2} = ranks(statistics__upright(y));
  end
  r = corr(places{:});
end

function tau = kendall(x, y)
  % Rank correlation of Kendall.
  if nargin == 0
    print_usage();
  end
  samples = {x};
  if nargin == 2
    samples{2} = y;
  end
  if any(cellfun(@(s) !isnumeric(s) && !islogical(s), samples))
    error("kendall: X and Y must be numeric matrices or vectors");
  end
  samples = cellfun(@statistics__upright, samples, "UniformOutput", false);
  if rows(samples{1}) != rows(samples{end})
    error("kendall: X and Y must have the same number of observations");
  end
  orders = cellfun(@statistics__orders, samples, "UniformOutput", false);
  tau = corr(orders{:});
end

function s = statistics(x, dim)
  % Least, quartiles, largest, mean, deviation, skewness and kurtosis of each column or row.
  if nargin < 1
    print_usage();
  end
  if !isnumeric(x)
    error("statistics: X must be a numeric vector or matrix");
  end
  if nargin < 2
    dim = statistics__dim(x);
  end
  if size(x, dim) < 2
    error("statistics: dimension of X is too small (<2)");
  end
  measures = {@(v) min(v, [], dim), @(v) quantile(v, [0.25; 0.5; 0.75], dim, 7), ...
              @(v) max(v, [], dim), @(v) mean(v, dim), @(v) std(v, [], dim), ...
              @(v) skewness(v, [], dim), @(v) kurtosis(v, [], dim)};
  s = [];
  for k = 1:numel(measures)
    s = cat(dim, s, measures{k}(x));
  end
end

function [count, value] = runlength(x)
  % Lengths of runs of equal elements, and what they are.
  if nargin < 1
    print_usage();
  elseif !(islogical(x) || isnumeric(x)) || isempty(x)
    error("runlength: X must be a numeric vector");
  end
  line = reshape(x, 1, []);
  starts = find([true, line(2:end) != line(1:end-1)]);
  count = diff([starts, numel(line) + 1]);
  value = line(starts);
end

function [c, ia, ic] = uniquetol(a, varargin)
  % Elements, or rows, that differ by more than a tolerance.
  if nargin < 1
    print_usage();
  elseif iscomplex(a) || !isfloat(a)
    error("uniquetol: A must be a double or single precision non-complex array");
  end
  given = numel(varargin);
  has_tol = mod(given, 2) == 1;
  if has_tol
    tol = varargin{1};
    if !isfloat(tol) || iscomplex(tol) || numel(tol) != 1
      error("uniquetol: TOL must be a real floating point scalar");
    end
  else
    tol = ifelse(isa(a, "single"), 1e-6, 1e-12);
  end
  set = struct("byrows", false, "outputallindices", false, "datascale", []);
  for k = 1+has_tol:2:given
    [name, value] = varargin{k:k+1};
    if !ischar(name)
      error("uniquetol: PROPERTY must be a string");
    elseif !isfield(set, lower(name))
      error("uniquetol: unknown property '%s'", name);
    end
    set.(lower(name)) = value;
  end
  if isempty(a)
    [c, ia, ic] = deal(a, [], []);
    return;
  end
  lines = a;
  if !set.byrows
    lines = a(:);
  end
  scale = set.datascale;
  if isempty(scale)
    sizes = abs(lines);
    sizes(!isfinite(sizes)) = 0;
    scale = max(sizes, [], 1);
    if !set.byrows
      scale = max(scale);
    end
  end
  limit = tol .* scale;
  n = rows(lines);
  if set.byrows
    order = (1:n).';
  else
    [~, order] = sort(lines);
  end
  ic = zeros(n, 1);
  ia = zeros(0, 1);
  places = {};
  for i = order.'
    if ic(i) > 0
      continue;
    end
    near = all(abs(lines - lines(i, :)) <= limit | lines == lines(i, :), 2) & ic == 0;
    near(i) = true;
    ia(end+1, 1) = i;
    places{end+1, 1} = find(near);
    ic(near) = numel(ia);
  end
  c = lines(ia, :);
  if isrow(a) && !set.byrows
    c = c.';
    places = places.';
  end
  if set.outputallindices
    ia = places;
  end
end

function r = rande(varargin)
  % Exponential random numbers.
  r = -log(rand(varargin{:}));
end

function r = randp(l, varargin)
  % Poisson random numbers.
  if nargin < 1
    error("randp: insufficient arguments");
  end
  type = "double";
  if !isempty(varargin) && ischar(varargin{end})
    type = varargin{end};
    varargin(end) = [];
  end
  if isempty(varargin)
    varargin = {size(l)};
  end
  r = zeros(varargin{:}, type);
  if isscalar(l)
    l = repmat(l, size(r));
  end
  r(!(l >= 0)) = NaN;
  for k = find(l(:) >= 0).'
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
  if nargin < 1
    error("randg: insufficient arguments");
  end
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

function m = movprod(x, wlen, varargin)
  % Product over a moving window.
  m = statistics__columns(@prod, x, wlen, varargin);
end

function m = movvar(x, wlen, varargin)
  % Variance over a moving window, with the normalization var takes if a number is third.
  fcn = @var;
  if mod(numel(varargin), 2) == 1
    opt = varargin{1};
    fcn = @(part) var(part, opt);
    varargin(1) = [];
  end
  m = statistics__columns(fcn, x, wlen, varargin);
end

function m = movmad(x, wlen, varargin)
  % Mean distance from the mean over a moving window.
  m = statistics__columns(@mad, x, wlen, varargin);
end

function m = movrange(x, wlen, varargin)
  % Range over a moving window.
  m = statistics__columns(@range, x, wlen, varargin);
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

function [apart, n, dim, flag] = statistics__central(name, x, flag, dim)
  % Elements less their mean, how many, along which dimension, and whether there is a correction.
  statistics__numbers(name, x);
  if isempty(flag)
    flag = 1;
  elseif !(isequal(flag, 1) || isequal(flag, 0))
    error("%s: FLAG must be 0 or 1", name);
  end
  dim = statistics__check(name, x, dim);
  n = size(x, dim);
  if !isfloat(x)
    x = double(x);
  end
  apart = x - mean(x, dim);
end

function dim = statistics__check(name, x, dim)
  % The dimension that is given, or the first of several elements.
  statistics__numbers(name, x);
  if isempty(dim)
    dim = statistics__dim(x);
    return;
  end
  is_valid = isscalar(dim) && dim == fix(dim) && dim > 0;
  if !is_valid
    error("%s: DIM must be an integer and a valid dimension", name);
  end
end

function y = statistics__standardized(off, power, dim)
  % A standardized moment of elements less their mean along a dimension, NaN without any spread.
  spread = std(off, 1, dim);
  y = mean(off .^ power, dim) ./ spread .^ power;
  y(spread == 0) = NaN;
end

function x = statistics__upright(x)
  % A row as a column, anything else as it is.
  if isrow(x)
    x = x.';
  end
end

function s = statistics__orders(x)
  % For each pair of rows, which is the larger: a column for each column.
  n = rows(x);
  s = reshape(sign(reshape(x, n, 1, []) - reshape(x, 1, n, [])), n * n, columns(x));
end

function [values, shares] = statistics__sample(name, data)
  % The values of a sample, of which each has the same share.
  if !isvector(data)
    error("%s: DATA must be a vector", name);
  end
  values = data;
  shares = repmat(1 / numel(data), size(data));
end

function statistics__filled(x)
  % Refuse what has no quantiles.
  if isempty(x) || !(islogical(x) || isnumeric(x))
    error("quantile: X must be a non-empty numeric vector or matrix");
  end
end

function statistics__numbers(name, x)
  % Refuse what is no array of numbers.
  if !(islogical(x) || isnumeric(x))
    error("%s: X must be a numeric vector or matrix", name);
  end
end

function [dim, ends, outdim] = statistics__moving_options(x, pairs)
  % Names and values that follow the window.
  dim = statistics__dim(x);
  ends = "shrink";
  outdim = [];
  for pair = reshape(pairs, 2, [])
    [name, value] = pair{:};
    switch lower(name)
      case "dim"
        dim = value;
      case "outdim"
        outdim = value;
      case "endpoints"
        ends = value;
      case "samplepoints"
        error("movfun: argument 'SAMPLEPOINTS' is not a valid parameter");
      case "nancond"
        if strcmp(value, "omitnan")
          warning("movfun: \"omitnan\" is not yet implemented, using \"includenan\"");
        end
    end
  end
end

function part = statistics__seen(lines, at, ends)
  % The rows in a window that may reach beyond the first and the last one.
  n = rows(lines);
  if strcmp(ends, "fill")
    ends = NaN;
  end
  nearest = min(max(at, 1), n);
  if isnumeric(ends) && isscalar(ends)
    part = lines(nearest, :);
    part(at != nearest, :) = ends;
    return;
  end
  switch ends
    case "same"
      part = lines(nearest, :);
    case "shrink"
      part = lines(at(at == nearest), :);
    case "periodic"
      part = lines(1 + mod(at - 1, n), :);
    otherwise
      error("movfun: invalid value for \"Endpoints\"");
  end
end

function y = statistics__ranks(x, kind)
  % Runs of equal elements in order; a NaN is equal to none, and the last.
  n = numel(x);
  y = zeros(n, 1);
  [x, at] = sort(x);
  starts = find([true(min(n, 1), 1); x(2:n) != x(1:n-1)]);
  ends = [starts(2:end) - 1; n](1:numel(starts));
  run = zeros(n, 1);
  run(starts) = 1;
  run = cumsum(run);
  switch kind
    case 0
      y(at) = (starts(run) + ends(run)) / 2;
    case 1
      y(at) = starts(run);
    case 2
      y(at) = ends(run);
    case 3
      y(at) = 1:n;
    case 4
      y(at) = run;
  end
end

function both = statistics__beside(x, y)
  % All elements of two arrays as the columns of one.
  if numel(y) != numel(x)
    error("corrcoef: X and Y must be the same size");
  end
  both = [reshape(x, [], 1), reshape(y, [], 1)];
end

function [alpha, which] = statistics__correlation_options(options)
  % Names and values that follow the data.
  alpha = 0.05;
  which = "all";
  if rem(numel(options), 2) == 1
    error("corrcoef: parameter/value arguments must occur in pairs");
  end
  for pair = reshape(options, 2, [])
    [name, value] = pair{:};
    switch lower(name)
      case "alpha"
        is_share = isscalar(value) && isnumeric(value) && 0 <= value && value <= 1;
        if !is_share
          error("corrcoef: \"alpha\" must be a scalar between 0 and 1");
        end
        alpha = value;
      case "rows"
        which = lower(value);
        if !any(strcmp(which, {"all", "complete", "pairwise"}))
          error("corrcoef: \"rows\" must be \"all\", \"complete\", or \"pairwise\"");
        end
      otherwise
        error("corrcoef: unknown option \"%s\"", name);
    end
  end
end

function [r, count] = statistics__pairwise(samples)
  % Each two columns where both are known, and in how many rows that is.
  r = eye(columns(samples));
  count = repmat(rows(samples), columns(samples));
  for k = find(triu(!r)).'
    [i, j] = ind2sub(size(r), k);
    both = samples(:, [i, j]);
    both = both(all(!isnan(both), 2), :);
    r(i, j) = statistics__correlation(both)(1, end);
    r(j, i) = r(i, j);
    count(i, j) = rows(both);
    count(j, i) = rows(both);
  end
end

function [p, low, high] = statistics__chances(r, count, alpha)
  % By the t distribution with count - 2 degrees of freedom, and by Fisher's transform.
  r = double(r);
  same = logical(eye(size(r)));
  p = double(same);
  p(isnan(r) | count < 3 & !same) = NaN;
  for k = find(!isnan(p) & !same).'
    % The tails of the t distribution are an incomplete beta function.
    p(k) = betainc(max(1 - r(k) ^ 2, 0), (count(k) - 2) / 2, 0.5);
  end
  reach = erfinv(1 - alpha) * sqrt(2) ./ sqrt(max(count - 3, 0));
  low = tanh(atanh(r) - reach);
  high = tanh(atanh(r) + reach);
end

function b = rescale(a, varargin)
  % Elements brought from their range, or the one of INPUTMIN and INPUTMAX, to that from L to U.
  % Two numbers come before the options, or none.
  numbers = 2 * (nargin > 1 && !ischar(varargin{1}));
  if nargin < 1 || mod(nargin, 2) == 0 || nargin < numbers + 1
    print_usage();
  end
  [low, high] = [varargin(1:numbers), {0, 1}]{1:2};
  options = varargin(numbers+1:end);
  if any((low >= high)(:))
    error("rescale: lower bound L must be smaller than upper bound U");
  end
  if !(isnumeric(a) || islogical(a))
    error("rescale: A must be a numeric or logical matrix");
  end
  [b, from, to] = deal(a, min(a(:)), max(a(:)));
  if !isfloat(b)
    b = double(b);
  end
  for k = 1:2:numel(options)
    switch lower(options{k})
      case "inputmin"
        from = options{k+1};
      case "inputmax"
        to = options{k+1};
      otherwise
        error("rescale: invalid option(s)");
    end
  end
  [from, to] = deal(cast(from, class(b)), cast(to, class(b)));
  b = min(max(b, from), to);
  width = to - from;
  % What all is one number goes to the lower end.
  width(width == 0) = 1;
  b = low + (b - from) ./ width .* (high - low);
  b(isnan(a)) = NaN;
end
