function [h, v] = convhull(x, varargin)
  % Indices of the points around a set, against the clock, the first again at the end, and the area.
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
  v = polyarea(x(h), y(h));
  if v == 0
    error("convhulln: qhull failed");
  end
end

function [x, y] = geometry__points(name, mismatch, x, args)
  % Points of the plane, given by their coordinates or as rows of a matrix.
  if !isempty(args) && isnumeric(args{1})
    parts = {x, args{1}};
  elseif columns(x) == 2
    parts = {x(:, 1), x(:, 2)};
  else
    error("%s: only points of the plane are supported", name);
  end
  [x, y] = cellfun(@(part) double(part(:)), parts, "UniformOutput", false){:};
  if rows(x) != rows(y)
    error("%s: %s", name, mismatch);
  end
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
  xi = xi(:);
  yi = yi(:);
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
  kind = "linear";
  if nargin > 5 && !isempty(method)
    kind = lower(method);
  end
  is_row_of_columns = isrow(xi) && numel(xi) > 1 && iscolumn(yi);
  if is_row_of_columns || isvector(xi) && isvector(yi) && !size_equal(xi, yi)
    [xi, yi] = meshgrid(xi, yi);
  end
  if numel(y) != numel(x) || numel(z) != numel(x)
    error("griddata: X, Y, and Z must be vectors of the same length");
  end
  switch kind
    case "linear"
      values = geometry__in_triangles(x(:), y(:), z(:), xi, yi);
    case "nearest"
      values = geometry__of_nearest(x(:), y(:), z(:), xi, yi);
    otherwise
      error("griddata: the method \"%s\" is not supported", method);
  end
  if nargout > 1
    zi = values;
  else
    xi = values;
  end
end

function idx = dsearch(x, y, tri, xi, yi, s)
  % Which of some points is nearest to each of others.
  if nargin < 5
    print_usage();
  end
  idx = zeros(numel(xi), 1);
  for k = 1:numel(idx)
    idx(k) = geometry__closest(x(:), y(:), xi(k), yi(k));
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
  if numel(varargin) > 2
    % What lies outside of all simplices.
    is_out = isnan(tsearchn(x, varargin{1}, xi));
    idx(is_out) = varargin{3};
    d(is_out) = varargin{3};
  end
end

function values = geometry__in_triangles(x, y, z, xi, yi)
  % Means of three corners, weighted by where a point lies between them; NaN outside of all.
  triangles = delaunay(x, y);
  [which, weights] = tsearch(x, y, triangles, xi, yi);
  inside = find(!isnan(which));
  heights = reshape(z(triangles(which(inside), :)), [], 3);
  values = NaN(size(xi));
  values(inside) = sum(weights(inside, :) .* heights, 2);
end

function values = geometry__of_nearest(x, y, z, xi, yi)
  % What the point with the smallest distance has.
  values = zeros(size(xi));
  for k = 1:numel(values)
    values(k) = z(geometry__closest(x, y, xi(k), yi(k)));
  end
end

function at = geometry__closest(x, y, u, v)
  % Which of the points is nearest to (u, v), the first one of several.
  [~, at] = min((x - u) .^ 2 + (y - v) .^ 2);
end
