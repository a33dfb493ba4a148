function y = fftshift(x, dim)
  % The zero frequency to the middle.
  if nargin < 2
    dim = 1:ndims(x);
  end
  y = x;
  for axis = dim
    y = circshift(y, floor(size(y, axis) / 2), axis);
  end
end

function y = ifftshift(x, dim)
  % The zero frequency back to the front.
  if nargin < 2
    dim = 1:ndims(x);
  end
  y = x;
  for axis = dim
    y = circshift(y, ceil(size(y, axis) / 2), axis);
  end
end

function y = fft2(x, m, n)
  % Fourier transform along both dimensions.
  if nargin > 1
    y = fft(fft(x, m, 1), n, 2);
  else
    y = fft(fft(x, [], 1), [], 2);
  end
end

function y = ifft2(x, m, n)
  % Inverse Fourier transform along both dimensions.
  if nargin > 1
    y = ifft(ifft(x, m, 1), n, 2);
  else
    y = ifft(ifft(x, [], 1), [], 2);
  end
  if norm(imag(y(:))) <= 1e-14 * norm(y(:))
    y = real(y);
  end
end

function y = fftn(x, shape)
  % Fourier transform along every dimension.
  y = x;
  for dim = 1:ndims(x)
    n = [];
    if nargin > 1
      n = shape(dim);
    end
    y = fft(y, n, dim);
  end
end

function y = ifftn(x, shape)
  % Inverse Fourier transform along every dimension.
  y = x;
  for dim = 1:ndims(x)
    n = [];
    if nargin > 1
      n = shape(dim);
    end
    y = ifft(y, n, dim);
  end
  if norm(imag(y(:))) <= 1e-14 * norm(y(:))
    y = real(y);
  end
end

function c = fftconv(x, y, n)
  % Convolution by Fourier transforms.
  ly = numel(x) + numel(y) - 1;
  if nargin < 3
    n = ly;
  end
  c = ifft(fft(x, n) .* fft(y, n));
  if isreal(x) && isreal(y)
    c = real(c);
  end
  c = c(1:ly);
end

function y = fftfilt(b, x, n)
  % Filter by Fourier transforms.
  y = filter(b, 1, x);
end

function y = filter2(b, x, shape)
  % Correlation of matrices.
  part = "same";
  if nargin > 2
    part = shape;
  end
  y = conv2(x, rot90(b, 2), part);
end

function n = nextpow2(x)
  % Exponent of the next power of two.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("nextpow2: X must be numeric");
  end
  if nargin < 1
    print_usage();
  end
  if !isfloat(x)
    x = double(x);
  end
  x = abs(x);
  [f, n] = log2(x);
  n(f == 0.5) = n(f == 0.5) - 1;
  n(x == 0) = 0;
  is_odd = isinf(x) | isnan(x);
  n(is_odd) = x(is_odd);
end

function w = hamming(m, varargin)
  % Hamming window.
  w = signal__window("hamming", m, @(k) 0.54 - 0.46 * cos(2 * pi * k), varargin{:});
end

function w = hanning(m, varargin)
  % Hann window.
  w = signal__window("hanning", m, @(k) 0.5 - 0.5 * cos(2 * pi * k), varargin{:});
end

function w = blackman(m, varargin)
  % Blackman window.
  shape = @(k) 0.42 - 0.5 * cos(2 * pi * k) + 0.08 * cos(4 * pi * k);
  w = signal__window("blackman", m, shape, varargin{:});
end

function w = bartlett(m)
  % Triangular window.
  w = signal__window("bartlett", m, @(k) min(2 * k, 2 - 2 * k));
end

function w = signal__window(name, m, shape, opt)
  % A window of m samples of a shape over [0, 1]; a periodic one leaves out the last.
  if !(isscalar(m) && isnumeric(m) && m == fix(m) && m > 0)
    error("%s: M must be a positive integer", name);
  end
  last = m - 1;
  if nargin > 3
    switch opt
      case "periodic"
        last = m;
      case "symmetric"
        last = m - 1;
      otherwise
        error('%s: window type must be either "periodic" or "symmetric"', name);
    end
  end
  w = 1;
  if m > 1
    w = shape((0:m-1)' / last);
  end
end

function w = signal__taper(kind, n)
  % A window of the kinds that stft knows.
  share = cos(2 * pi * (0:n-1).' / (n - 1));
  switch kind
    case 1
      w = 0.5 - 0.5 * share;
    case 2
      w = 0.54 - 0.46 * share;
    otherwise
      w = ones(n, 1);
  end
end

function y = unwrap(x, tol, dim)
  % Angles without jumps.
  if nargin < 1
    print_usage();
  elseif !(islogical(x) || isnumeric(x))
    error("unwrap: X must be a numeric matrix or vector");
  end
  limit = pi;
  if nargin > 1 && !isempty(tol)
    limit = abs(tol);
  end
  if nargin < 3
    dim = find(1 < size(x), 1);
    if isempty(dim)
      dim = 1;
    end
  end
  y = x;
  if size(x, dim) != 1
    step = diff(x, 1, dim);
    turns = round(step / (2 * pi)) .* (abs(step) > limit);
    first = size(x);
    first(dim) = 1;
    y = x - cumsum(cat(dim, zeros(first), turns * (2 * pi)), dim);
  end
end

function y = detrend(x, p)
  % Without the polynomial that fits best.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("detrend: X must be a numeric vector or matrix");
  end
  if nargin < 2
    p = 1;
  elseif ischar(p) && any(strcmpi(p, {"constant", "linear"}))
    p = double(strcmpi(p, "linear"));
  elseif !(isnumeric(p) && isscalar(p) && p >= 0 && p == fix(p))
    error('detrend: P must be "constant", "linear", or a positive integer');
  end
  samples = x;
  if isrow(x)
    samples = x(:);
  end
  % Least squares in the powers of the place.
  powers = (1:rows(samples)).' .^ (0:p);
  weights = powers \ samples;
  y = reshape(samples - powers * weights, size(x));
end

function [h, w] = freqz(b, a, n, varargin)
  % Frequency response of a rational filter, at n frequencies or at those of a list.
  if nargin < 2 || isempty(a)
    a = 1;
  end
  if nargin < 3 || isempty(n)
    n = 512;
  end
  is_text = cellfun(@ischar, varargin);
  rate = [varargin{!is_text}];
  turns = 1 + any(strcmp(varargin(is_text), "whole"));
  if isscalar(n)
    w = turns * pi * (0:n-1)' / n;
  elseif isempty(rate)
    w = n;
  else
    w = 2 * pi * n / rate;
  end
  [b, a] = deal(b(:).', a(:).');
  len = 2 * n(1) / turns;
  if isscalar(n) && max(numel(b), numel(a)) <= len
    h = fft(b.', len)(1:n) ./ fft(a.', len)(1:n);
  else
    z = exp(-1i * w);
    h = polyval(flip(b), z) ./ polyval(flip(a), z);
  end
  if !isempty(rate)
    w = w * rate / (2 * pi);
  end
  if nargout == 0
    % A plot.
    clear h w;
  end
end

function [pxx, w] = periodogram(x, varargin)
  % Power spectrum by the Fourier transform.
  if nargin < 1
    print_usage();
  end
  is_half = isreal(x);
  numbers = {};
  for option = varargin
    word = option{1};
    if !ischar(word)
      numbers{end+1} = word;
    elseif strcmpi(word, "onesided")
      is_half = true;
    elseif any(strcmpi(word, {"twosided", "centerdc"}))
      is_half = false;
    end
  end
  [win, nfft, rate] = [numbers, {[], [], []}]{1:3};
  if !isvector(x)
    error("periodogram: X must be a real or complex vector");
  end
  energy = numel(x);
  signal = reshape(x, energy, 1);
  if !isempty(win)
    if numel(win) != energy || !isvector(win)
      error("periodogram: WIN must be a vector of the same length as X");
    end
    signal = win(:) .* signal;
    energy = sumsq(win(:));
  end
  if isempty(nfft)
    nfft = max(2 ^ nextpow2(numel(x)), 256);
  end
  if numel(signal) > nfft
    % What is beyond the transform is added from its beginning on.
    rounds = ceil(numel(signal) / nfft);
    signal = sum(reshape(postpad(signal, rounds * nfft), nfft, rounds), 2);
  end
  pxx = abs(fft(signal, nfft)) .^ 2 / energy;
  if is_half
    pxx = signal__one_side(pxx, nfft);
  end
  w = (0:numel(pxx)-1).' / nfft;
  if isempty(rate)
    rate = 2 * pi;
  end
  pxx = pxx / rate;
  w = rate * w;
  if nargout == 0
    plot(w, pxx);
    clear pxx w;
  end
end

function y = sinetone(freq, rate, sec, ampl)
  % Samples of a sine.
  if nargin < 2
    rate = 8000;
  end
  if nargin < 3
    sec = 1;
  end
  if nargin < 4
    ampl = 64;
  end
  n = rate * sec;
  y = ampl .* sin(2 * pi * (1:n)' * freq / rate);
end

function c = convn(a, b, shape)
  % Convolution of arrays.
  if nargin < 3
    shape = "full";
  end
  if ndims(a) == 2 && ndims(b) == 2
    c = conv2(a, b, shape);
    return;
  end
  p = size(a, 3) + size(b, 3) - 1;
  c = zeros(rows(a) + rows(b) - 1, columns(a) + columns(b) - 1, p);
  for i = 1:size(a, 3)
    for j = 1:size(b, 3)
      c(:, :, i + j - 1) = c(:, :, i + j - 1) + conv2(a(:, :, i), b(:, :, j));
    end
  end
  if strcmp(shape, "same")
    start = ceil((size(c) - [size(a), 1](1:3)) / 2);
    c = c(start(1)+1:start(1)+rows(a), start(2)+1:start(2)+columns(a), start(3)+1:start(3)+size(a, 3));
  elseif strcmp(shape, "valid")
    c = c(rows(b):rows(a), columns(b):columns(a), size(b, 3):size(a, 3));
  end
end

function y = cplxpair(z, tol, dim)
  % Complex numbers in conjugate pairs along a dimension, then the real ones.
  if nargin == 0
    print_usage();
  end
  shape = size(z);
  if any(shape == 0)
    y = zeros(shape);
    return;
  end
  if nargin > 1 && !isempty(tol)
    if !(isscalar(tol) && tol >= 0 && tol < 1)
      error("cplxpair: TOL must be a scalar number in the range 0 <= TOL < 1");
    end
  elseif isa(z, "single")
    tol = 100 * eps("single");
  else
    tol = 100 * eps;
  end
  if nargin < 3
    dim = statistics__dim(z);
  elseif !(isscalar(dim) && any(dim == 1:ndims(z)))
    error("cplxpair: invalid dimension DIM");
  end
  % Every line of the dimension as a column.
  order = 1:ndims(z);
  order([1, dim]) = order([dim, 1]);
  lines = permute(z, order);
  shape = size(lines);
  y = lines(:, :);
  for j = 1:columns(y)
    y(:, j) = signal__pairs(y(:, j), tol);
  end
  y = ipermute(reshape(y, shape), order);
end

function y = signal__pairs(z, tol)
  if any(isnan(z))
    error("cplxpair: could not pair all complex numbers");
  end
  is_real = abs(imag(z)) <= tol * abs(z);
  reals = sort(real(z(is_real)));
  rest = z(!is_real);
  if isempty(rest)
    y = reals;
    return;
  end
  up = rest(imag(rest) > 0);
  down = rest(imag(rest) < 0);
  if numel(up) != numel(down)
    error("cplxpair: could not pair all complex numbers");
  end
  [~, order] = sortrows([real(up), imag(up)]);
  up = up(order);
  pairs = zeros(2 * numel(up), 1);
  for k = 1:numel(up)
    [off, at] = min(abs(down - conj(up(k))));
    if off > tol * abs(up(k))
      error("cplxpair: could not pair all complex numbers");
    end
    down(at) = [];
    pairs(2*k-1) = conj(up(k));
    pairs(2*k) = up(k);
  end
  % Pairs whose real parts agree but for round-off: by imaginary part.
  for k = 2:numel(up)
    i = k;
    while i > 1 && abs(real(pairs(2*i)) - real(pairs(2*i-2))) <= tol * abs(pairs(2*i)) ...
          && imag(pairs(2*i)) < imag(pairs(2*i-2))
      pairs(2*i-3:2*i) = pairs([2*i-1, 2*i, 2*i-3, 2*i-2]);
      i = i - 1;
    end
  end
  y = [pairs; reals];
end

function x = sinewave(m, n, d)
  % A sine of a period, as a row.
  if nargin == 0
    print_usage();
  end
  period = m;
  if nargin > 1 && !isempty(n)
    period = n;
  end
  place = 1:m;
  if nargin == 3
    place = place + d;
  end
  x = sin(2 * pi * (place - 1) / period);
end

function phi = durbinlevinson(c, oldphi, oldv)
  % The coefficients of a process from its autocovariances, the oldest value's first.
  if nargin ~= 1 && nargin ~= 3
    print_usage();
  end
  c = c(:).';
  if nargin == 1
    oldphi = c(2) / c(1);
    oldv = c(1) * (1 - oldphi ^ 2);
  end
  phi = oldphi(:).';
  for n = numel(phi)+1:numel(c)-1-(nargin > 1)
    last = (c(n+1) - phi * c(2:n).') / oldv;
    phi = [last, phi - last * fliplr(phi)];
    oldv = oldv * (1 - last ^ 2);
  end
end

function y = fractdiff(x, d)
  % Differences of a broken order.
  if nargin < 2
    print_usage();
  elseif ~isvector(x)
    error("fractdiff: X must be a vector");
  elseif ~isscalar(d)
    error("fractdiff: D must be a scalar");
  end
  k = 1:numel(x)-1;
  weights = [1, cumprod((k - 1 - d) ./ k)];
  y = reshape(conv(x(:).', weights)(1:numel(x)), size(x));
end

function h = hurst(x)
  % The exponent of Hurst of each column.
  if nargin == 0
    print_usage();
  elseif numel(x) == 1
    error("hurst: X must not be a scalar");
  end
  x = statistics__upright(x);
  walk = cumsum(x - mean(x));
  h = log(range(walk) ./ std(x)) / log(rows(x));
end

function y = lin2mu(x, n)
  % Samples of sound in the encoding mu-law.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    if all(abs(x(:)) <= 1)
      n = 0;
    else
      warning("lin2mu: no precision specified, so using 8");
      n = 8;
    end
  elseif ~any(n == [0, 8, 16])
    error("lin2mu: N must be either 0, 8 or 16");
  end
  if n == 0
    x = 32768 * x;
  elseif n == 8
    x = 256 * x;
  end
  x = fix(max(-32635, min(x, 32635)));
  is_low = x < 0;
  x = abs(x) + 132;
  [f, e] = log2(x);
  y = 128 * ~is_low + 127 - (fix(f * 32 - 16) + 16 * (e - 8));
  y = min(max(y, 0), 255);
end

function y = mu2lin(mu, n)
  % Samples of sound from the encoding mu-law.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    n = 0;
  elseif ~any(n == [0, 8, 16])
    error("mu2lin: N must be either 0, 8, or 16");
  end
  kind = class(mu);
  code = 255 - double(mu);
  size_x = (2 * mod(code, 16) + 33) .* 2 .^ (mod(fix(code / 16), 8) + 2) - 132;
  y = size_x .* (1 - 2 * (code >= 128));
  y = double(cast(y, kind));
  if n == 0
    y = y / 32768;
  elseif n == 8
    y = fix(y / 256);
  end
  y = cast(y, kind);
end

function r = signal__ratio(c, k, n)
  % The quotient of the sines of c and of one times pi * k / n.
  r = sin(pi * c * k / n) ./ sin(pi * k / n);
  r(k == 0) = c;
end

function w = signal__smoothing(kind, n, b)
  % The weights of lags (kinds ending in lw) or of frequencies (in sw) for a spectrum.
  k = (0:n-1).';
  switch kind
    case "rectangle_lw"
      w = double(k < floor(1 / b));
    case "triangle_lw"
      w = max(1 - k * b, 0);
    case "rectangle_sw"
      c = 1 / b;
      w = signal__ratio((2 * c + 1), k, n) / n;
    case "triangle_sw"
      c = ceil(1 / b);
      w = signal__ratio(c, k, n) .^ 2 / (c * n);
    otherwise
      error("invalid function handle, unable to find function for @%s", kind);
  end
end

function [x, win, b] = signal__spectral(name, x, win, b)
  % A column of data, the name of a window and its width, as the spectral densities take them.
  x = x(:);
  if isempty(b)
    b = 1 / ceil(sqrt(rows(x)));
  end
  if isempty(win)
    win = "triangle";
  end
  if ~ischar(win)
    error("%s: WIN must be a string", name);
  end
end

function sde = spectral_adf(c, win, b)
  % The density of a spectrum from autocovariances, with the frequencies in the first column.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    win = [];
  end
  if nargin < 3
    b = [];
  end
  [c, win, b] = signal__spectral("spectral_adf", c, win, b);
  n = rows(c);
  c = c .* signal__smoothing([win, "_lw"], n, b);
  sde = [(0:n-1).' / n, 2 * real(fft(c)) - c(1)];
end

function sde = spectral_xdf(x, win, b)
  % The density of a spectrum from data, with the frequencies in the first column.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    win = [];
  end
  if nargin < 3
    b = [];
  end
  [x, win, b] = signal__spectral("spectral_xdf", x, win, b);
  n = rows(x);
  power = abs(fft(x - mean(x))) .^ 2 / n;
  w = signal__smoothing([win, "_sw"], n, b);
  sde = [(0:n-1).' / n, real(ifft(fft(power) .* fft(w)))];
end

function [y, c] = stft(x, win_size, inc, num_coef, win_type)
  % The spectra of pieces of a signal, one a column.
  if nargin < 1
    print_usage();
  end
  if !isvector(x)
    error("stft: X must be a vector");
  end
  if nargin < 4 || isempty(num_coef)
    num_coef = 64;
  end
  if nargin < 3 || isempty(inc)
    inc = 24;
  end
  if nargin < 2 || isempty(win_size)
    win_size = 80;
  end
  if nargin < 5
    win_type = 1;
  elseif ischar(win_type)
    kind = find(strcmpi(win_type, {"hanning", "hamming", "rectangle"}));
    if isempty(kind)
      error("stft: unknown window type '%s'", win_type);
    end
    win_type = kind;
  end
  longest = 2 * num_coef;
  if win_size > longest
    win_size = longest;
    printf("stft: window size adjusted to %f\n", win_size);
  end
  steps = 0:fix((numel(x) - win_size) / inc);
  pieces = reshape(x, [], 1)((1:win_size).' + inc * steps);
  y = fft(pieces .* signal__taper(win_type, win_size), longest);
  if nargout == 1
    y = abs(y)(1:num_coef, :);
  end
  c = [win_size, inc, win_type];
end

function x = synthesis(y, c)
  % The signal that has the spectra of pieces which stft gives.
  if nargin < 2
    print_usage();
  elseif numel(c) ~= 3
    error("synthesis: C must contain exactly 3 elements");
  end
  [width, inc] = deal(c(1), c(2));
  pieces = real(ifft(y));
  at = fix((width - inc) / 2) + (1:inc);
  x = (pieces(at, :) ./ signal__taper(c(3), width)(at))(:);
end

function power = signal__one_side(power, n)
  % Frequencies from 0 to the middle; those with a twin on the other side count for both.
  last = floor(n / 2) + 1;
  has_twin = 2:ceil(n / 2);
  power(has_twin) = power(has_twin) * 2;
  power = power(1:last);
end

function x = arma_rnd(a, b, v, t, n)
  % A column of T random numbers of an autoregressive process A with moving averages B.
  if nargin < 4 || nargin > 5
    print_usage();
  end
  if nargin < 5
    n = 100;
  elseif !isscalar(n)
    error("arma_rnd: N must be a scalar");
  end
  % The first N, which start from nothing, do not count.
  x = filter([1; b(:)], [1; -a(:)], sqrt(v) * randn(n + t, 1))(n+1:end);
end
