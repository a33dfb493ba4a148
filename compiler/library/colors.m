function n = colors__count(args)
  if isempty(args)
    n = 256;
  elseif isscalar(args{1})
    n = double(args{1});
  else
    error("colormap: argument must be a scalar");
  end
end

function map = colors__line(args, first, last)
  % Even steps from one colour to another.
  n = colors__count(args);
  map = first;
  if n != 1
    map = first + (0:n-1)' / (n - 1) .* (last - first);
  end
end

function map = gray(varargin)
  % From black to white.
  map = colors__line(varargin, [0, 0, 0], [1, 1, 1]);
end

function map = cool(varargin)
  % From cyan to magenta.
  map = colors__line(varargin, [0, 1, 1], [1, 0, 1]);
end

function map = spring(varargin)
  % From magenta to yellow.
  map = colors__line(varargin, [1, 0, 1], [1, 1, 0]);
end

function map = summer(varargin)
  % From green to yellow.
  map = colors__line(varargin, [0, 0.5, 0.4], [1, 1, 0.4]);
end

function map = autumn(varargin)
  % From red to yellow.
  map = colors__line(varargin, [1, 0, 0], [1, 1, 0]);
end

function map = winter(varargin)
  % From blue to green.
  map = colors__line(varargin, [0, 0, 1], [0, 1, 0.5]);
end

function map = white(varargin)
  % Only white.
  map = ones(colors__count(varargin), 3);
end

function map = hot(varargin)
  % From black over red and yellow to white.
  n = colors__count(varargin);
  if n == 1
    map = [1, 1, 1];
    return;
  elseif n == 2
    map = [1, 1, 0.5; 1, 1, 1];
    return;
  end
  k = floor(3 / 8 * n);
  x = (1:n)';
  red = min(x / k, 1);
  green = min(max((x - k) / k, 0), 1);
  blue = max((x - 2 * k) / (n - 2 * k), 0);
  map = [red, green, blue];
end

function map = copper(varargin)
  % From black to the colour of copper.
  n = colors__count(varargin);
  if n == 1
    map = [0, 0, 0];
  else
    x = linspace(0, 1, n)';
    red = x * 5 / 4;
    red(x >= 4 / 5) = 1;
    map = [red, 0.7812 * x, 0.4975 * x];
  end
end

function map = hsv(varargin)
  % Around the circle of hues.
  n = colors__count(varargin);
  if n == 1
    map = [1, 0, 0];
  else
    hue = (0:n-1)' / n;
    map = hsv2rgb([hue, ones(n, 2)]);
  end
end

function map = jet(varargin)
  % From blue over cyan and yellow to red.
  n = colors__count(varargin);
  if n == 1
    map = [0, 1, 1];
  elseif n == 2
    map = [0, 0, 1; 0, 1, 1];
  elseif n > 2
    nel = ceil(n / 4);
    up = (1:nel)' / nel;
    map = zeros(n, 3);
    % The green ramp, its plateau and the way down; red is later, blue earlier by a quarter.
    line = [up; ones(nel - 1, 1); (nel:-1:1)' / nel];
    start = ceil(nel / 2) - (mod(n, 4) == 1);
    at = start + (1:numel(line))';
    map = colors__put(map, 2, at, line);
    map = colors__put(map, 1, at + nel, line);
    map = colors__put(map, 3, at - nel, line);
  else
    map = zeros(0, 3);
  end
end

function map = colors__put(map, column, at, line)
  good = at >= 1 & at <= rows(map);
  map(at(good), column) = line(good);
end

function map = lines(varargin)
  % The colours of lines, over and over.
  n = colors__count(varargin);
  first = [0, 0.447, 0.741; 0.85, 0.325, 0.098; 0.929, 0.694, 0.125; 0.494, 0.184, 0.556; ...
           0.466, 0.674, 0.188; 0.301, 0.745, 0.933; 0.635, 0.078, 0.184];
  map = first(mod(0:n-1, 7) + 1, :);
end

function rgb = hsv2rgb(varargin)
  % Hue, saturation and value as red, green and blue.
  [h, s, v, shape] = colors__parts("hsv2rgb", varargin);
  turn = [-2/3, 0, -1/3];
  rgb = zeros(rows(h), 3);
  for k = 1:3
    t = h + turn(k);
    t(t < 0) = t(t < 0) + 1;
    f = zeros(size(t));
    low = t < 1/6;
    f(low) = 6 * t(low);
    f(t >= 1/6 & t < 1/2) = 1;
    down = t >= 1/2 & t < 2/3;
    f(down) = 4 - 6 * t(down);
    rgb(:, k) = v .* (1 - s) + s .* v .* f;
  end
  rgb = reshape(rgb(:, [1, 2, 3]), shape);
end

function hsv = rgb2hsv(varargin)
  % Red, green and blue as hue, saturation and value.
  [r, g, b, shape] = colors__parts("rgb2hsv", varargin);
  all = [r, g, b];
  v = max(all, [], 2);
  low = min(all, [], 2);
  width = v - low;
  h = zeros(size(v));
  at = r == v & width != 0;
  h(at) = (g(at) - b(at)) ./ width(at) / 6;
  at = g == v & r != v & width != 0;
  h(at) = 1/3 + (b(at) - r(at)) ./ width(at) / 6;
  at = b == v & r != v & g != v & width != 0;
  h(at) = 2/3 + (r(at) - g(at)) ./ width(at) / 6;
  h(h < 0) = h(h < 0) + 1;
  s = zeros(size(v));
  s(v != 0) = width(v != 0) ./ v(v != 0);
  hsv = reshape([h, s, v], shape);
end

function [a, b, c, shape] = colors__parts(name, args)
  if numel(args) == 1
    x = args{1};
    if isinteger(x)
      x = double(x) / double(intmax(class(x)));
    end
    shape = size(x);
    if shape(end) != 3
      error("%s: invalid input", name);
    end
    x = reshape(x, [], 3);
    a = x(:, 1);
    b = x(:, 2);
    c = x(:, 3);
  else
    [a, b, c] = args{:};
    shape = [size(a), 3];
    a = a(:);
    b = b(:);
    c = c(:);
  end
end

function y = rgb2gray(rgb)
  % Weighted mean of red, green and blue.
  weights = [0.298936; 0.587043; 0.114021];
  if ndims(rgb) == 3
    y = weights(1) * double(rgb(:, :, 1)) + weights(2) * double(rgb(:, :, 2)) ...
        + weights(3) * double(rgb(:, :, 3));
    y = cast(y, class(rgb));
  else
    y = rgb * weights;
  end
end

function y = im2double(x)
  % An image as numbers from 0 to 1.
  switch class(x)
    case {"double", "logical", "single"}
      y = double(x);
    case "int16"
      y = (double(x) + 32768) / 65535;
    otherwise
      y = double(x) / double(intmax(class(x)));
  end
end

function tf = iscolormap(map)
  % True for a table of colours.
  tf = ismatrix(map) && ndims(map) == 2 && isreal(map) && columns(map) == 3 && isfloat(map) ...
       && min(map(:)) >= 0 && max(map(:)) <= 1;
end

function [x, y, z] = peaks(a, b)
  % A function of two variables with three maxima.
  if nargin == 0
    a = linspace(-3, 3, 49);
    b = a;
  elseif nargin == 1
    if isscalar(a)
      a = linspace(-3, 3, a);
    end
    b = a;
  end
  if isvector(a) && isvector(b)
    [a, b] = meshgrid(a, b);
  end
  v = 3 * (1 - a) .^ 2 .* exp(-a .^ 2 - (b + 1) .^ 2) ...
      - 10 * (a / 5 - a .^ 3 - b .^ 5) .* exp(-a .^ 2 - b .^ 2) ...
      - 1 / 3 * exp(-(a + 1) .^ 2 - b .^ 2);
  if nargout > 1
    x = a;
    y = b;
    z = v;
  else
    x = v;
  end
end

function [x, y, z] = sphere(n)
  % Points of the unit sphere.
  if nargin == 0
    n = 20;
  end
  around = linspace(0, 2 * pi, n + 1);
  height = linspace(-pi / 2, pi / 2, n + 1).';
  radius = cos(height);
  [x, y] = deal(radius * cos(around), radius * sin(around));
  z = repmat(sin(height), 1, n + 1);
end

function [x, y, z] = cylinder(r, n)
  % Points of a surface around an axis.
  if nargin < 1
    r = [1, 1];
  end
  if nargin < 2
    n = 20;
  end
  if isscalar(r)
    r = [r, r];
  end
  phi = linspace(0, 2 * pi, n + 1);
  x = r(:) * cos(phi);
  y = r(:) * sin(phi);
  z = linspace(0, 1, numel(r))' * ones(1, n + 1);
end

function value = get(varargin)
  % What a screen and a window have by default; nothing is drawn, and other properties are empty.
  if nargin != 2 || !ischar(varargin{2})
    error("get: nothing is drawn here, so graphics have no properties");
  end
  switch lower(varargin{2})
    case "screensize"
      value = [1, 1, 1024, 768];
    case {"position", "outerposition"}
      value = [300, 200, 560, 420];
    case {"visible", "defaultfigurevisible"}
      value = "on";
    case "units"
      value = "pixels";
    case {"xlim", "ylim", "zlim"}
      value = [0, 1];
    otherwise
      value = [];
  end
end

function map = bone(varargin)
  % From black over blue greys to white.
  n = colors__count(varargin);
  grey = colors__line({n}, [0, 0, 0], [1, 1, 1]);
  map = (7 * grey + fliplr(hot(n))) / 8;
end

function map = pink(varargin)
  % Shades of pink.
  n = colors__count(varargin);
  grey = colors__line({n}, [0, 0, 0], [1, 1, 1]);
  map = sqrt((2 * grey + hot(n)) / 3);
end

function map = cubehelix(n, start, rots, hue, gamma)
  % Colors of growing brightness on a helix, after Green, Bull. Astr. Soc. India 39 (2011) 289.
  if nargin < 1
    n = 64;
  end
  if nargin < 2
    start = 0.5;
  end
  if nargin < 3
    rots = -1.5;
  end
  if nargin < 4
    hue = 1;
  end
  if nargin < 5
    gamma = 1;
  end
  if n == 0
    map = zeros(0, 3);
    return;
  end
  turn = [-0.14861, 1.78277; -0.29227, -0.90649; 1.97294, 0];
  level = linspace(0, 1, n)' .^ gamma;
  phi = 2 * pi * (start / 3 + rots * linspace(0, 1, n)');
  far = hue * level .* (1 - level) / 2;
  map = level + far .* ([cos(phi), sin(phi)] * turn');
  map = min(max(map, 0), 1);
end
