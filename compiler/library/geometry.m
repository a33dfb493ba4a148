function h = convhull(x, varargin)
  % Indices of the points around a set, against the clock, the first again at the end.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("convhull: X must be a matrix with 2 or 3 columns");
  end
  if nargin < 1
    print_usage();
  end
  mismatch = "X and Y must have the same number of elements";
  [x, y] = geometry__points("convhull", mismatch, x, varargin);
  % Chains from left to right and back, after Andrew (1979).
  [~, order] = sortrows([x, y]);
  low = geometry__chain(x, y, order);
  up = geometry__chain(x, y, flipud(order));
  h = [low(1:end-1); up];
end

function [x, y] = geometry__points(name, mismatch, x, args)
  % Points of the plane, given by their coordinates or as rows of a matrix.
  if !isempty(args) && isnumeric(args{1})
    y = args{1};
  else
    if columns(x) != 2
      error("%s: only points of the plane are supported", name);
    end
    y = x(:, 2);
    x = x(:, 1);
  end
  if numel(x) != numel(y)
    error("%s: %s", name, mismatch);
  end
  x = double(x(:));
  y = double(y(:));
end

function chain = geometry__chain(x, y, order)
  chain = zeros(0, 1);
  count = 0;
  for k = order.'
    while count > 1
      a = chain(count-1);
      b = chain(count);
      if (x(b) - x(a)) * (y(k) - y(a)) - (y(b) - y(a)) * (x(k) - x(a)) > 0
        break;
      end
      count = count - 1;
    end
    count = count + 1;
    chain(count, 1) = k;
  end
  chain = chain(1:count);
end

function tri = delaunay(x, varargin)
  % Triangles between points of the plane, no point within the circle of another triangle.
  if nargin > 0 && !(isnumeric(x) || islogical(x))
    error("delaunay: X must be a matrix with 2 or 3 columns");
  end
  if nargin < 1
    print_usage();
  end
  [x, y] = geometry__points("delaunay", "X and Y must be the same size", x, varargin);
  n = numel(x);
  if n < 3
    error("delaunay: at least three points are needed");
  end
  % Points one after another into one large triangle, after Bowyer and Watson (1981).
  cx = (max(x) + min(x)) / 2;
  cy = (max(y) + min(y)) / 2;
  far = 1e4 * max([max(x) - min(x), max(y) - min(y), eps]);
  px = [x; cx - 3 * far; cx + 3 * far; cx];
  py = [y; cy - far; cy - far; cy + 3 * far];
  tri = [n + 1, n + 2, n + 3];
  [ux, uy, r2] = geometry__circles(px, py, tri);
  for k = 1:n
    bad = (px(k) - ux) .^ 2 + (py(k) - uy) .^ 2 < r2 * (1 - 1e-12);
    gone = tri(bad, :);
    if isempty(gone)
      continue;
    end
    edges = [gone(:, [1, 2]); gone(:, [2, 3]); gone(:, [3, 1])];
    back = ismember(edges, fliplr(edges), "rows");
    edges = edges(!back, :);
    fresh = [edges, k * ones(rows(edges), 1)];
    area = (px(fresh(:, 2)) - px(fresh(:, 1))) .* (py(k) - py(fresh(:, 1))) ...
           - (py(fresh(:, 2)) - py(fresh(:, 1))) .* (px(k) - px(fresh(:, 1)));
    fresh = fresh(abs(area) > 0, :);
    [fx, fy, fr] = geometry__circles(px, py, fresh);
    keep = !bad;
    tri = [tri(keep, :); fresh];
    ux = [ux(keep); fx];
    uy = [uy(keep); fy];
    r2 = [r2(keep); fr];
  end
  tri = tri(all(tri <= n, 2), :);
  area = (x(tri(:, 2)) - x(tri(:, 1))) .* (y(tri(:, 3)) - y(tri(:, 1))) ...
         - (y(tri(:, 2)) - y(tri(:, 1))) .* (x(tri(:, 3)) - x(tri(:, 1)));
  size_all = max(x) - min(x) + max(y) - min(y);
  tri = tri(abs(area) > 1e-12 * size_all ^ 2 * 1e-2, :);
end

function [ux, uy, r2] = geometry__circles(px, py, tri)
  ax = px(tri(:, 1));
  ay = py(tri(:, 1));
  bx = px(tri(:, 2)) - ax;
  by = py(tri(:, 2)) - ay;
  cx = px(tri(:, 3)) - ax;
  cy = py(tri(:, 3)) - ay;
  d = 2 * (bx .* cy - by .* cx);
  b2 = bx .^ 2 + by .^ 2;
  c2 = cx .^ 2 + cy .^ 2;
  ux = (cy .* b2 - by .* c2) ./ d;
  uy = (bx .* c2 - cx .* b2) ./ d;
  r2 = ux .^ 2 + uy .^ 2;
  ux = ux + ax;
  uy = uy + ay;
end

function [idx, p] = tsearch(x, y, tri, xi, yi)
  % Which triangle each point lies in.
  if nargin != 5
    print_usage();
  end
  idx = NaN(size(xi));
  p = NaN(numel(xi), 3);
  for k = 1:rows(tri)
    a = tri(k, 1);
    b = tri(k, 2);
    c = tri(k, 3);
    d = (x(b) - x(a)) * (y(c) - y(a)) - (y(b) - y(a)) * (x(c) - x(a));
    u = ((xi - x(a)) * (y(c) - y(a)) - (yi - y(a)) * (x(c) - x(a))) / d;
    v = ((x(b) - x(a)) * (yi - y(a)) - (y(b) - y(a)) * (xi - x(a))) / d;
    at = find(isnan(idx) & u >= -1e-12 & v >= -1e-12 & u + v <= 1 + 1e-12);
    idx(at) = k;
    p(at, :) = [1 - u(at)(:) - v(at)(:), u(at)(:), v(at)(:)];
  end
end

function [xi, yi, zi] = griddata(x, y, z, xi, yi, method, varargin)
  % Values at points between scattered ones: linear in triangles, or of the nearest.
  if nargin < 5
    print_usage();
  end
  if nargin < 6 || isempty(method)
    method = "linear";
  end
  if isrow(xi) && iscolumn(yi) && numel(xi) > 1 || (isvector(xi) && isvector(yi) ...
      && !size_equal(xi, yi))
    [xi, yi] = meshgrid(xi, yi);
  elseif isvector(xi) && isvector(yi) && rows(xi) != rows(yi)
    [xi, yi] = meshgrid(xi, yi);
  end
  if numel(x) != numel(y) || numel(x) != numel(z)
    error("griddata: X, Y, and Z must be vectors of the same length");
  end
  x = x(:);
  y = y(:);
  z = z(:);
  switch lower(method)
    case "linear"
      tri = delaunay(x, y);
      [at, weights] = tsearch(x, y, tri, xi, yi);
      values = NaN(size(xi));
      found = find(!isnan(at));
      corners = tri(at(found), :);
      values(found) = sum(reshape(z(corners), [], 3) .* weights(found, :), 2);
    case "nearest"
      values = zeros(size(xi));
      for k = 1:numel(xi)
        [~, at] = min((x - xi(k)) .^ 2 + (y - yi(k)) .^ 2);
        values(k) = z(at);
      end
    otherwise
      error("griddata: the method \"%s\" is not supported", method);
  end
  if nargout < 2
    xi = values;
  else
    zi = values;
  end
end

function idx = dsearch(x, y, tri, xi, yi, s)
  % Which of some points is nearest to each of others.
  if nargin < 5
    print_usage();
  end
  idx = zeros(numel(xi), 1);
  for k = 1:numel(xi)
    [~, idx(k)] = min((x(:) - xi(k)) .^ 2 + (y(:) - yi(k)) .^ 2);
  end
end

function [idx, d] = dsearchn(x, varargin)
  % Which rows are nearest to those of another matrix, and how far.
  if nargin < 2
    print_usage();
  end
  xi = varargin{end};
  if nargin > 2 && numel(varargin) > 1
    xi = varargin{2};
  end
  idx = zeros(rows(xi), 1);
  d = zeros(rows(xi), 1);
  for k = 1:rows(xi)
    [near, idx(k)] = min(sumsq(x - xi(k, :), 2));
    d(k) = sqrt(near);
  end
end
