function b = imresize(a, size_or_scale, varargin)
  % An image of another size: nearest, bilinear or bicubic, smoothed where it shrinks.
  if nargin < 2
    print_usage();
  end
  [method, antialias, wanted, scale] = image__options(size_or_scale, varargin);
  shape = size(a);
  if isempty(wanted)
    wanted = ceil(scale .* shape(1:2));
  else
    free = isnan(wanted);
    if all(free)
      error("imresize: at least one of the sizes must be a number");
    elseif free(1)
      wanted(1) = ceil(wanted(2) / shape(2) * shape(1));
    elseif free(2)
      wanted(2) = ceil(wanted(1) / shape(1) * shape(2));
    end
    wanted = ceil(wanted);
    scale = wanted ./ shape(1:2);
    if any(free)
      scale(:) = scale(!free);
    end
  end
  if isempty(antialias)
    antialias = !strcmp(method, "nearest");
  end
  b = a;
  if islogical(a) && !strcmp(method, "nearest")
    b = uint8(255 * a);
  end
  [~, order] = sort(scale);
  for dim = order
    b = image__along(b, dim, wanted(dim), scale(dim), method, antialias);
  end
  if islogical(a) && !islogical(b)
    b = b > 127;
  end
end

function [method, antialias, wanted, scale] = image__options(first, args)
  method = "bicubic";
  antialias = [];
  wanted = [];
  scale = [];
  if isscalar(first)
    if !(first > 0)
      error("imresize: the scale must be positive");
    end
    scale = [first, first];
  elseif numel(first) == 2
    wanted = double(first(:).');
  else
    error("imresize: the size must be a scale or two numbers");
  end
  k = 1;
  while k <= numel(args)
    word = args{k};
    if !ischar(word)
      error("imresize: options must be texts");
    end
    switch lower(word)
      case {"nearest", "box"}
        method = "nearest";
      case {"bilinear", "linear", "triangle"}
        method = "bilinear";
      case {"bicubic", "cubic"}
        method = "bicubic";
      case "antialiasing"
        k = k + 1;
        antialias = logical(args{k});
      case "method"
        args{k} = "";
      case "outputsize"
        k = k + 1;
        wanted = double(args{k}(:).');
      case "scale"
        k = k + 1;
        scale = args{k} .* [1, 1];
      case ""
      otherwise
        error("imresize: `%s` is not supported", word);
    end
    k = k + 1;
  end
end

function b = image__along(a, dim, count, scale, method, antialias)
  % Weighted means along a dimension; beyond the edges the image is mirrored.
  n = size(a, dim);
  width = 4 * strcmp(method, "bicubic") + 2 * strcmp(method, "bilinear") ...
          + strcmp(method, "nearest");
  shrink = 1;
  if antialias && scale < 1
    shrink = scale;
  end
  width = width / shrink;
  x = (1:count)';
  center = x / scale + 0.5 * (1 - 1 / scale);
  left = floor(center - width / 2);
  near = left + (0:ceil(width) + 1);
  distance = shrink * (center - near);
  switch method
    case "nearest"
      weight = double(-0.5 <= distance & distance < 0.5);
    case "bilinear"
      weight = max(0, 1 - abs(distance));
    otherwise
      d = abs(distance);
      weight = (1.5 * d .^ 3 - 2.5 * d .^ 2 + 1) .* (d <= 1) ...
               + (-0.5 * d .^ 3 + 2.5 * d .^ 2 - 4 * d + 2) .* (d > 1 & d <= 2);
  end
  weight = weight ./ sum(weight, 2);
  mirror = [1:n, n:-1:1];
  near = mirror(mod(near - 1, 2 * n) + 1);
  near = reshape(near, size(weight));
  if strcmp(method, "nearest") && shrink == 1
    [~, at] = max(weight, [], 2);
    index = repmat({":"}, 1, ndims(a));
    index{dim} = near(sub2ind(size(near), x, at));
    b = a(index{:});
    return;
  end
  matrix = zeros(count, n);
  for k = 1:columns(near)
    place = sub2ind([count, n], x, near(:, k));
    matrix(place) = matrix(place) + weight(:, k);
  end
  shape = size(a);
  order = [dim, setdiff(1:ndims(a), dim)];
  table = reshape(permute(double(a), order), n, []);
  table = matrix * table;
  shape(dim) = count;
  b = ipermute(reshape(table, shape(order)), order);
  b = cast(b, class(a));
end

function b = imfilter(a, h, varargin)
  % Correlation of an image with a filter; convolution with "conv".
  border = 0;
  is_full = false;
  is_turned = false;
  for k = 1:numel(varargin)
    word = varargin{k};
    if isnumeric(word)
      border = word;
      continue;
    end
    switch lower(word)
      case {"symmetric", "replicate", "circular"}
        border = lower(word);
      case "full"
        is_full = true;
      case {"same", "corr"}
      case "conv"
        h = rot90(h, 2);
        is_turned = true;
      otherwise
        error("imfilter: `%s` is not supported", word);
    end
  end
  extent = size(h);
  if ndims(h) > 2
    error("imfilter: the filter must be a matrix");
  end
  before = floor((extent - 1) / 2);
  after = extent - 1 - before;
  if is_turned
    [before, after] = deal(after, before);
  end
  if is_full
    [before, after] = deal(extent - 1);
  end
  b = [];
  for k = 1:prod(size(a)(3:end))
    page = double(a(:, :, k));
    page = padarray(padarray(page, before, border, "pre"), after, border, "post");
    page = conv2(page, rot90(double(h), 2), "valid");
    b(:, :, k) = page;
  end
  b = reshape(b, [rows(b), columns(b), size(a)(3:end)]);
  b = cast(b, class(a));
end

function h = fspecial(kind, varargin)
  % A filter for images: average, gaussian, laplacian, log, prewitt, sobel, kirsch or unsharp.
  first = [];
  if numel(varargin) > 0
    first = varargin{1};
  end
  second = [];
  if numel(varargin) > 1
    second = varargin{2};
  end
  switch lower(kind)
    case "average"
      h = image__square(first, 3);
      h = ones(h) / prod(h);
    case {"gaussian", "log"}
      if strcmpi(kind, "log")
        shape = image__square(first, 5);
      else
        shape = image__square(first, 3);
      end
      sigma = image__or(second, 0.5);
      half = (shape - 1) / 2;
      [x, y] = meshgrid(-half(2):half(2), -half(1):half(1));
      h = exp(-(x .^ 2 + y .^ 2) / (2 * sigma ^ 2));
      h(h < eps * max(h(:))) = 0;
      h = h / sum(h(:));
      if strcmpi(kind, "log")
        h = h .* (x .^ 2 + y .^ 2 - 2 * sigma ^ 2) / sigma ^ 4;
        h = h - mean(h(:));
      end
    case "laplacian"
      alpha = image__or(first, 0.2);
      h = [alpha, 1 - alpha, alpha; 1 - alpha, -4, 1 - alpha; alpha, 1 - alpha, alpha] ...
          / (alpha + 1);
    case "unsharp"
      h = [0, 0, 0; 0, 1, 0; 0, 0, 0] - fspecial("laplacian", image__or(first, 0.2));
    case "sobel"
      h = [1, 2, 1; 0, 0, 0; -1, -2, -1];
    case "prewitt"
      h = [1, 1, 1; 0, 0, 0; -1, -1, -1];
    case "kirsch"
      h = [3, 3, 3; 3, 0, 3; -5, -5, -5];
    otherwise
      error("fspecial: `%s` is not supported", kind);
  end
end

function shape = image__square(shape, otherwise_)
  shape = image__or(shape, otherwise_);
  shape = double(shape(:).') .* [1, 1];
end

function x = image__or(x, otherwise_)
  if isempty(x)
    x = otherwise_;
  end
end

function [y, newmap] = cmpermute(x, map, index)
  % An image with its colours in another order, a random one if none is told.
  if nargin < 2
    print_usage();
  end
  if nargin < 3
    index = randperm(rows(map));
  end
  newmap = map(index, :);
  place = zeros(1, rows(map));
  place(index) = 1:numel(index);
  if isinteger(x)
    y = cast(reshape(place(double(x) + 1) - 1, size(x)), class(x));
  else
    y = reshape(place(x), size(x));
  end
end

function [y, newmap] = cmunique(x, map)
  % An image without colours that are there twice or not used.
  if nargin < 1
    print_usage();
  end
  if nargin > 1
    if isinteger(x)
      at = double(x) + 1;
    else
      at = x;
    end
    shape = size(x);
    rgb = map(at(:), :);
  elseif size(x, 3) == 3
    shape = size(x)(1:2);
    rgb = reshape(im2double(x), [], 3);
  else
    shape = size(x);
    rgb = repmat(im2double(x)(:), 1, 3);
  end
  [newmap, ~, y] = unique(rgb, "rows");
  if shape(1) > 1
    y = reshape(y, shape);
  else
    y = y(:);
  end
  if rows(newmap) <= 256
    y = uint8(y - 1);
  end
end

function [x, map] = gray2ind(y, n)
  % Shades of grey as numbers of colours, and these colours.
  if nargin < 1
    print_usage();
  elseif ndims(y) ~= 2
    error("gray2ind: I must be a grayscale or binary image");
  end
  if nargin < 2
    n = 64 - 62 * islogical(y);
  end
  if ~isscalar(n) || ~(n >= 1 && n <= 65536)
    error("gray2ind: N must be a positive integer in the range [1, 65536]");
  end
  kinds = {"double", "single", "logical", "uint8", "uint16", "int16"};
  if ~any(strcmp(class(y), kinds))
    error("gray2ind: invalid data type '%s'", class(y));
  elseif isfloat(y) && any(y(:) > 1)
    error("gray2ind: floating point images may only contain values between 0 and 1");
  end
  x = round(im2double(y) * (n - 1));
  if n <= 256
    x = uint8(x);
  else
    x = uint16(x);
  end
  map = gray(n);
end

function [x, map] = image__indexed(name, x, map)
  % Numbers of colours from 1, within the map.
  if ~isreal(x) || issparse(x) || ischar(x) || islogical(x) || iscell(x) || isempty(x) ...
     || (isfloat(x) && any(x(:) ~= fix(x(:)))) || (isinteger(x) && any(x(:) < 0))
    error("%s: X must be an indexed image", name);
  elseif ~isnumeric(map) || ~isreal(map) || ndims(map) ~= 2 || columns(map) ~= 3
    error("%s: MAP must be a valid colormap", name);
  end
  first = ~isinteger(x);
  x = double(x) + ~first;
  if any(x(:) < 1) || any(x(:) > rows(map))
    warning("%s: indexed image contains colors outside of colormap", name);
    x = min(max(x, 1), rows(map));
  end
end

function y = ind2gray(x, map)
  % An image of numbers of colours as shades of grey.
  if nargin < 2
    print_usage();
  end
  kind = class(x);
  [x, map] = image__indexed("ind2gray", x, map);
  grey = map * [0.29894; 0.58704; 0.11402];
  y = reshape(grey(x(:)), size(x));
  if any(strcmp(kind, {"uint8", "uint16"}))
    y = y * double(intmax(kind));
  end
  y = cast(y, kind);
end

function [r, g, b] = ind2rgb(x, map)
  % An image of numbers of colours as red, green and blue.
  if nargin < 2
    print_usage();
  end
  [x, map] = image__indexed("ind2rgb", x, map);
  shape = size(x);
  parts = cell(1, 3);
  for k = 1:3
    parts{k} = reshape(map(x(:), k), shape);
  end
  if nargout > 1
    [r, g, b] = parts{:};
  else
    r = cat(3, parts{:});
  end
end

function [x, map] = rgb2ind(r, g, b)
  % An image of red, green and blue as numbers of colours, and these colours.
  if nargin == 1
    rgb = r;
    if ndims(rgb) ~= 3 || size(rgb, 3) ~= 3
      error("rgb2ind: argument is not an RGB image");
    end
  elseif nargin == 3
    if ~size_equal(r, g, b)
      error("rgb2ind: R, G, and B must have the same size");
    end
    rgb = cat(3, r, g, b);
  else
    print_usage();
  end
  shape = size(rgb)(1:2);
  [map, ~, at] = unique(reshape(rgb, [], 3), "rows");
  map = im2double(map);
  x = reshape(at - 1, shape);
  if rows(map) <= 256
    x = uint8(x);
  else
    x = uint16(x);
  end
end
