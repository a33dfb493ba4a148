function y = fftshift(x, dim)
  % The zero frequency to the middle.
  if nargin < 2
    if isvector(x)
      n = numel(x);
      k = ceil(n / 2);
      y = x([k+1:n, 1:k]);
    else
      y = x;
      for dim = 1:ndims(x)
        y = fftshift(y, dim);
      end
    end
  else
    n = size(x, dim);
    k = ceil(n / 2);
    index = repmat({":"}, 1, ndims(x));
    index{dim} = [k+1:n, 1:k];
    y = x(index{:});
  end
end

function y = ifftshift(x, dim)
  % The zero frequency back to the front.
  if nargin < 2
    if isvector(x)
      n = numel(x);
      k = floor(n / 2);
      y = x([k+1:n, 1:k]);
    else
      y = x;
      for dim = 1:ndims(x)
        y = ifftshift(y, dim);
      end
    end
  else
    n = size(x, dim);
    k = floor(n / 2);
    index = repmat({":"}, 1, ndims(x));
    index{dim} = [k+1:n, 1:k];
    y = x(index{:});
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
  if nargin < 3
    shape = "same";
  end
  y = conv2(x, rot90(b, 2), shape);
end

function n = nextpow2(x)
  % Exponent of the next power of two.
  if nargin < 1
    print_usage();
  end
  n = zeros(size(x));
  for k = 1:numel(x)
    v = abs(x(k));
    if v == 0
      n(k) = 0;
    elseif isinf(v)
      n(k) = Inf;
    else
      [f, e] = log2(v);
      if f == 0.5
        e = e - 1;
      end
      n(k) = e;
    end
  end
end

function w = hamming(m, opt)
  % Hamming window.
  n = m - 1;
  if nargin > 1 && strcmp(opt, "periodic")
    n = m;
  end
  if m == 1
    w = 1;
  else
    w = 0.54 - 0.46 * cos(2 * pi * (0:m-1)' / n);
  end
end

function w = hanning(m, opt)
  % Hann window.
  n = m - 1;
  if nargin > 1 && strcmp(opt, "periodic")
    n = m;
  end
  if m == 1
    w = 1;
  else
    w = 0.5 - 0.5 * cos(2 * pi * (0:m-1)' / n);
  end
end

function w = blackman(m, opt)
  % Blackman window.
  n = m - 1;
  if nargin > 1 && strcmp(opt, "periodic")
    n = m;
  end
  if m == 1
    w = 1;
  else
    k = (0:m-1)' / n;
    w = 0.42 - 0.5 * cos(2 * pi * k) + 0.08 * cos(4 * pi * k);
  end
end

function w = bartlett(m)
  % Triangular window.
  if m == 1
    w = 1;
  else
    m = m - 1;
    n = fix(m / 2);
    w = [2 * (0:n)' / m; 2 - 2 * (n+1:m)' / m];
  end
end

function y = unwrap(x, tol, dim)
  % Angles without jumps.
  if nargin < 2 || isempty(tol)
    tol = pi;
  end
  if nargin < 3
    dim = find(size(x) > 1, 1);
    if isempty(dim)
      dim = 1;
    end
  end
  tol = abs(tol);
  rng = 2 * pi;
  m = size(x, dim);
  if m == 1
    y = x;
    return;
  end
  d = diff(x, 1, dim);
  p = round(abs(d) ./ rng) .* rng .* ((d > tol) - (d < -tol));
  shape = size(x);
  shape(dim) = 1;
  r = cumsum(cat(dim, zeros(shape), p), dim);
  y = x - r;
end

function y = detrend(x, p)
  % Without the polynomial that fits best.
  if nargin < 2
    p = 1;
  elseif ischar(p)
    if strcmpi(p, "constant")
      p = 0;
    else
      p = 1;
    end
  end
  row = isrow(x);
  if row
    x = x(:);
  end
  r = rows(x);
  b = ((1:r)' * ones(1, p + 1)) .^ (ones(r, 1) * (0:p));
  y = x - b * (b \ x);
  if row
    y = y.';
  end
end

function [h, w] = freqz(b, a, n, varargin)
  % Frequency response of a rational filter.
  if nargin < 2
    a = 1;
  end
  if nargin < 3 || isempty(n)
    n = 512;
  end
  if isscalar(n)
    w = pi * (0:n-1)' / n;
  else
    w = n(:);
  end
  if nargout == 0
    % A plot.
    clear h w;
    return;
  end
  z = exp(-1i * w);
  h = polyval(fliplr(b(:).'), z) ./ polyval(fliplr(a(:).'), z);
end

function [pxx, w] = periodogram(x, win, nfft)
  % Power spectrum by the Fourier transform.
  x = x(:);
  n = numel(x);
  if nargin > 1 && !isempty(win)
    x = x .* win(:);
    n = sumsq(win(:));
  end
  if nargin < 3 || isempty(nfft)
    nfft = max(256, 2 ^ nextpow2(numel(x)));
  end
  p = abs(fft(x, nfft)) .^ 2 / n;
  half = nfft / 2 + 1;
  pxx = p(1:half) / (2 * pi);
  pxx(2:end-1) = 2 * pxx(2:end-1);
  w = 2 * pi * (0:half-1)' / nfft;
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

function z = cplxpair(z)
  % Complex numbers in conjugate pairs, then the real ones.
  z = z(:).';
  is_real = abs(imag(z)) <= 100 * eps * abs(z);
  pairs = z(!is_real);
  low = sort(pairs(imag(pairs) < 0));
  [~, order] = sort(real(low));
  low = low(order);
  out = zeros(1, 0);
  for k = 1:numel(low)
    out = [out, low(k), conj(low(k))];
  end
  z = [out, sort(real(z(is_real)))];
end
