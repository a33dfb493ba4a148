function a = sparse(varargin)
  % A matrix of few elements that are not zero; stored in full here.
  sparse__note();
  switch nargin
    case 1
      a = full(varargin{1});
      if ~islogical(a)
        a = double(a);
      end
    case 2
      a = zeros(varargin{1}, varargin{2});
    case {3, 5, 6}
      [rows_of, columns_of, values] = sparse__same(varargin{1:3});
      if nargin > 3
        count = [varargin{4}, varargin{5}];
      else
        count = [max([0; rows_of]), max([0; columns_of])];
      end
      if any(rows_of > count(1))
        error('Octave:index-out-of-bounds', ...
              'sparse: row index %d out of bound %d', max(rows_of), count(1));
      end
      if any(columns_of > count(2))
        error('Octave:index-out-of-bounds', ...
              'sparse: column index %d out of bound %d', max(columns_of), count(2));
      end
      if isempty(values)
        a = zeros(count);
      elseif islogical(values)
        a = accumarray([rows_of, columns_of], double(values), count) ~= 0;
      else
        a = accumarray([rows_of, columns_of], double(values), count);
      end
    otherwise
      print_usage();
  end
  a = sparse__(a);
end

function a = speye(m, n)
  % Identity matrix; stored in full here.
  sparse__note();
  if nargin < 1
    m = 1;
  end
  if nargin < 2
    n = m(end);
    m = m(1);
  end
  a = sparse__(full(eye(m, n)));
end

function a = spalloc(m, n, count)
  % A matrix of zeros; stored in full here.
  sparse__note();
  if nargin < 2
    n = m;
  end
  a = sparse__(zeros(m, n));
end

function a = spones(a)
  % One where an element is not zero.
  a = sparse__(double(a ~= 0));
end

function v = nonzeros(a)
  % Elements that are not zero, as a column.
  v = full(a(a ~= 0));
  v = v(:);
end

function n = nzmax(a)
  % Room for elements that are not zero: how many there are.
  n = nnz(a);
end

function a = spfun(f, a)
  % A sparse matrix of a function of the elements that are not zero.
  if nargin != 2
    print_usage();
  end
  if ischar(f)
    f = str2func(f);
  end
  [i, j, values] = find(a);
  a = sparse(i, j, f(values), rows(a), columns(a));
end

function [b, c] = spdiags(v, d, a, n)
  % Diagonals of a matrix, or a matrix of diagonals; stored in full here.
  c = [];
  if nargin < 3
    if nargin < 2
      [i, j] = find(v);
      d = unique(j - i)(:);
    end
    [b, c] = deal(sparse__diagonals(full(v), d), d);
    return;
  end
  sparse__note();
  if nargin == 3
    b = full(a);
  else
    b = zeros(a, n);
  end
  [m, k] = size(b);
  for s = 1:numel(d)
    [r, at] = sparse__diagonal(m, k, d(s));
    if rows(v) == 1
      from = ones(size(r));
    elseif m >= k
      from = at;
    else
      from = r;
    end
    b(r + (at - 1) * m) = v(from, s);
  end
  b = sparse__(b);
end

function b = sparse__diagonals(v, d)
  % Each diagonal in a column, where it is along the shorter side.
  [m, k] = size(v);
  b = zeros(min(m, k), numel(d));
  for s = 1:numel(d)
    [r, at] = sparse__diagonal(m, k, d(s));
    if m >= k
      to = at;
    else
      to = r;
    end
    b(to, s) = v(r + (at - 1) * m);
  end
end

function [r, at] = sparse__diagonal(m, k, d)
  % Rows and columns of a diagonal.
  r = max(1, 1 - d):min(m, k - d);
  at = r + d;
end

function sparse__note()
  % Says once what becomes of sparse matrices.
  persistent told;
  if isempty(told)
    told = true;
    warning('preheat:sparse', ...
            'sparse matrices are stored in full: they are right, but large');
  end
end

function [i, j, v] = sparse__same(i, j, v)
  % Columns of one length.
  n = max([numel(i), numel(j), numel(v)]);
  if isempty(i) || isempty(j) || isempty(v)
    i = zeros(0, 1);
    j = zeros(0, 1);
    v = zeros(0, 1);
    return;
  end
  i = double(i(:));
  j = double(j(:));
  v = v(:);
  if numel(i) == 1
    i = repmat(i, n, 1);
  end
  if numel(j) == 1
    j = repmat(j, n, 1);
  end
  if numel(v) == 1
    v = repmat(v, n, 1);
  end
  if numel(i) ~= n || numel(j) ~= n || numel(v) ~= n
    error('sparse: dimension mismatch');
  end
end

function p = sparse__least(a)
  % An order of elimination: always a node with the fewest neighbours.
  n = rows(a);
  a = (a | a.') & ~eye(n);
  degree = sum(a, 1);
  is_left = true(1, n);
  p = zeros(1, n);
  for k = 1:n
    node = 0;
    for i = 1:n
      if is_left(i) && (node == 0 || degree(i) < degree(node))
        node = i;
      end
    end
    p(k) = node;
    is_left(node) = false;
    near = find(a(node, :) & is_left);
    for s = 1:numel(near)
      i = near(s);
      degree(i) = degree(i) - 1;
      for t = 1:s-1
        j = near(t);
        if ~a(i, j)
          a(i, j) = true;
          a(j, i) = true;
          degree(i) = degree(i) + 1;
          degree(j) = degree(j) + 1;
        end
      end
    end
  end
end

function [order, depth] = sparse__levels(a, root, degree)
  % The nodes that a root reaches, the nearer first and of these the ones with fewer neighbours.
  depth = -ones(1, rows(a));
  depth(root) = 0;
  order = root;
  k = 1;
  while k <= numel(order)
    next = find(a(order(k), :) & depth < 0);
    [~, by] = sort(degree(next));
    depth(next) = depth(order(k)) + 1;
    order = [order, next(by)];
    k = k + 1;
  end
end

function match = sparse__match(a)
  % For each column a row of its own with a nonzero, or 0, by paths that free one.
  match = zeros(1, columns(a));
  owner = zeros(1, rows(a));
  for k = 1:columns(a)
    [match, owner] = sparse__match_one(a, k, match, owner, false(1, columns(a)));
  end
end

function [match, owner, is_done, seen] = sparse__match_one(a, k, match, owner, seen)
  % A row for one column, if need be by another row for those that have one.
  seen(k) = true;
  places = find(a(:, k)).';
  is_done = true;
  free = places(owner(places) == 0);
  if ~isempty(free)
    match(k) = free(1);
    owner(free(1)) = k;
    return;
  end
  for row = places
    if ~seen(owner(row))
      [match, owner, moved, seen] = sparse__match_one(a, owner(row), match, owner, seen);
      if moved
        match(k) = row;
        owner(row) = k;
        return;
      end
    end
  end
  is_done = false;
end

function parent = sparse__parents(a)
  % The elimination tree of the upper triangle of a pattern, after Liu.
  n = columns(a);
  [parent, ancestor] = deal(zeros(1, n));
  for k = 1:n
    for i = find(a(1:k-1, k)).'
      while i ~= 0 && i < k
        next = ancestor(i);
        ancestor(i) = k;
        if next == 0
          parent(i) = k;
        end
        i = next;
      end
    end
  end
end

function order = sparse__postorder(parent)
  % The nodes of a forest, each after all below it.
  n = numel(parent);
  order = zeros(1, 0);
  stack = fliplr(find(parent == 0));
  is_open = true(1, n);
  while ~isempty(stack)
    node = stack(end);
    below = find(parent == node);
    if is_open(node) && ~isempty(below)
      is_open(node) = false;
      stack = [stack, fliplr(below)];
    else
      order(end+1) = node;
      stack(end) = [];
    end
  end
end

function s = sparse__random(name, m, n, d, draw)
  % A matrix of which about a share D is random and the rest zero.
  if isempty(n)
    s = m;
    s(s ~= 0) = draw(nnz(s), 1);
    return;
  end
  sizes = {m, n};
  for k = 1:2
    if numel(sizes{k}) ~= 1 || sizes{k} < 0 || fix(sizes{k}) ~= sizes{k}
      error("%s: %s must be a non-negative integer", name, "MN"(k));
    end
  end
  if ~(d >= 0 && d <= 1)
    error("%s: density D must be between 0 and 1", name);
  end
  count = round(m * n * d);
  s = zeros(m, n);
  s(randperm(m * n, count)) = draw(count, 1);
  s = sparse(s);
end

function p = sparse__symmetric_order(name, s)
  % The order of least degrees of a square matrix.
  if ~issquare(s)
    error("%s: S must be a square matrix", name);
  end
  p = sparse__least(full(s) ~= 0);
end

function p = sparse__column_order(s)
  % The order of least degrees of the columns of a matrix.
  a = double(full(s) ~= 0);
  p = sparse__least(a.' * a ~= 0);
end

function p = amd(s, varargin)
  % An order of rows and columns with which a symmetric matrix has a thin triangular factor.
  if nargin < 1
    print_usage();
  end
  p = sparse__symmetric_order("amd", s);
end

function p = ccolamd(s, varargin)
  % An order of columns with which a matrix has thin triangular factors.
  if nargin < 1
    print_usage();
  end
  p = sparse__column_order(s);
end

function p = colamd(s, varargin)
  % An order of columns with which a matrix has thin triangular factors.
  if nargin < 1
    print_usage();
  end
  p = sparse__column_order(s);
end

function p = colperm(s)
  % An order of columns by how many nonzeros each has.
  if nargin < 1
    print_usage();
  end
  [~, p] = sort(sum(full(s) ~= 0, 1));
end

function p = csymamd(s, varargin)
  % An order of rows and columns with which a symmetric matrix has a thin triangular factor.
  if nargin < 1
    print_usage();
  end
  p = sparse__symmetric_order("csymamd", s);
end

function p = dmperm(a)
  % For each column a row of its own with a nonzero, or 0.
  if nargin < 1
    print_usage();
  end
  p = sparse__match(full(a) ~= 0);
end

function [parent, order] = etree(s, type)
  % The elimination tree of a matrix and a postorder of it.
  if nargin < 1
    print_usage();
  end
  a = full(s) ~= 0;
  if nargin > 1 && ischar(type) && any(lower(type(1)) == "cr")
    a = double(a);
    a = a.' * a ~= 0;
  elseif ~issquare(a)
    error("etree: S is marked as symmetric, but is not square");
  end
  parent = sparse__parents(a);
  if nargout > 1
    order = sparse__postorder(parent);
  end
end

function l = ichol(a, opts)
  % A triangular factor of a symmetric matrix: nonzeros where the matrix has them, or large ones.
  if nargin < 1
    print_usage();
  elseif ~issquare(a)
    error("ichol: A must be a sparse square matrix");
  end
  if nargin < 2
    opts = struct();
  end
  kind = "nofill";
  if isfield(opts, "type")
    kind = lower(opts.type);
  end
  if ~any(strcmp(kind, {"nofill", "ict"}))
    error("ichol: invalid TYPE specified");
  end
  least = 0;
  if isfield(opts, "droptol")
    least = opts.droptol;
  end
  is_upper = isfield(opts, "shape") && strcmpi(opts.shape, "upper");
  f = full(tril(a));
  if is_upper
    f = full(triu(a))';
  end
  n = rows(f);
  if isfield(opts, "diagcomp")
    f = f + opts.diagcomp * diag(diag(f));
  end
  is_modified = isfield(opts, "michol") && strcmpi(opts.michol, "on");
  if strcmp(kind, "nofill")
    f = sparse__triangle(f, is_modified);
  else
    f = sparse__large(f, is_modified, least);
  end
  l = sparse(tril(f));
  if is_upper
    l = l';
  end
end

function [l, u, p] = ilu(a, opts)
  % Triangular factors that have nonzeros only where the matrix has them, or where they are large.
  if nargin < 1
    print_usage();
  elseif ~issquare(a)
    error("ilu: A must be a sparse square matrix");
  end
  kind = "nofill";
  least = 0;
  milu = "off";
  thresh = 1;
  if nargin > 1
    if ~isstruct(opts)
      error("ilu: OPTS must be a scalar structure");
    end
    if isfield(opts, "type")
      kind = lower(opts.type);
    end
    if isfield(opts, "droptol")
      least = opts.droptol;
    end
    if isfield(opts, "milu")
      milu = lower(opts.milu);
    end
    if isfield(opts, "thresh")
      thresh = opts.thresh;
    end
  end
  if ~any(strcmp(kind, {"nofill", "crout", "ilutp"}))
    error("ilu: invalid TYPE specified");
  elseif ~any(strcmp(milu, {"off", "row", "col"}))
    error('ilu: MILU must be one of "off", "row", or "col"');
  end
  if strcmp(kind, "ilutp") && ~strcmp(milu, "off")
    error("ilu: MILU is not supported with the type 'ilutp'");
  end
  n = rows(a);
  f = full(a);
  order = 1:n;
  switch kind
    case "nofill"
      if strcmp(milu, "col")
        % What the transpose loses in a row is what this loses in a column.
        f = sparse__without_fill(f.', true).';
        pivots = diag(f);
        f = pivots .* triu(f, 1) + diag(pivots) + tril(f, -1) ./ pivots.';
      else
        f = sparse__without_fill(f, strcmp(milu, "row"));
      end
    case "crout"
      f = sparse__crout(f, least, milu);
    case "ilutp"
      [f, order] = sparse__pivoted(f, least, thresh);
  end
  l = sparse(tril(f, -1));
  u = sparse(triu(f));
  p = speye(n)(order, :);
  if nargout < 2
    l = l + u;
    return;
  end
  l = l + speye(n);
  if nargout == 2
    l = p' * l;
  end
end

function s = spaugment(a, c)
  % The square system of which the solution has the least squares of another.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    c = max(abs(a(:))) / 1000;
  end
  [m, n] = size(a);
  s = [c * speye(m), a; a', sparse(n, n)];
end

function s = spconvert(m)
  % The matrix of which the rows of a table tell places and values.
  if nargin == 0
    print_usage();
  end
  width = columns(m);
  if issparse(m)
    s = m;
  elseif any(width == [3, 4])
    values = m(:, 3);
    if width == 4
      values = values + 1i * m(:, 4);
    end
    places = num2cell(m(:, 1:2), 1);
    s = sparse(places{:}, values);
  else
    error("spconvert: argument must be sparse or real matrixwith 3 or 4 columns");
  end
end

function s = sprand(m, n, d)
  % A sparse matrix of numbers between 0 and 1.
  if nargin ~= 1 && nargin ~= 3
    print_usage();
  elseif nargin == 1
    [n, d] = deal([]);
  end
  s = sparse__random("sprand", m, n, d, @rand);
end

function s = sprandn(m, n, d)
  % A sparse matrix of normally distributed numbers.
  if nargin ~= 1 && nargin ~= 3
    print_usage();
  elseif nargin == 1
    [n, d] = deal([]);
  end
  s = sparse__random("sprandn", m, n, d, @randn);
end

function s = sprandsym(n, d)
  % A sparse symmetric matrix of normally distributed numbers.
  if nargin < 1
    print_usage();
  end
  if nargin == 1
    half = sparse__random("sprandsym", tril(n), [], [], @randn);
  else
    half = tril(sparse__random("sprandsym", n, n, d, @randn));
  end
  s = half + tril(half, -1).';
end

function r = sprank(s)
  % The largest rank that a matrix with such nonzeros can have.
  if nargin < 1
    print_usage();
  end
  r = nnz(sparse__match(full(s) ~= 0));
end

function [count, average, spread] = spstats(s, j)
  % Numbers, means and variances of the nonzeros of columns, or of values by their columns.
  if nargin < 1
    print_usage();
  end
  if nargin == 1
    width = columns(s);
    [~, j, s] = find(s);
  else
    width = max(j(:));
  end
  s = full(s(:));
  j = j(:);
  count = accumarray(j, 1, [width, 1]).';
  average = accumarray(j, s, [width, 1]).' ./ count;
  off = s - average(j)(:);
  spread = sparse(accumarray(j, off .^ 2, [width, 1]).' ./ (count - 1));
  count = sparse(count);
  average = sparse(average);
end

function p = symamd(s, varargin)
  % An order of rows and columns with which a symmetric matrix has a thin triangular factor.
  if nargin < 1
    print_usage();
  end
  p = sparse__symmetric_order("symamd", s);
end

function [c, h, parent, post, r] = symbfact(s, type)
  % How many nonzeros each column of the triangular factor of a matrix has, and its tree.
  if nargin < 1
    print_usage();
  end
  a = full(s) ~= 0;
  if nargin > 1 && strncmpi(type, "col", 3)
    a = double(a);
    a = a.' * a ~= 0;
  elseif nargin > 1 && strncmpi(type, "row", 3)
    a = double(a);
    a = a * a.' ~= 0;
  elseif nargin > 1 && strcmpi(type, "lo")
    a = a.';
  end
  if ~issquare(a)
    error("symbfact: S must be a square matrix");
  end
  n = rows(a);
  parent = sparse__parents(a).';
  post = sparse__postorder(parent.').';
  pattern = triu(a, 1).' | logical(eye(n));
  depth = ones(n, 1);
  for k = 1:n-1
    if parent(k) > 0
      below = pattern(:, k) & (1:n).' >= parent(k);
      pattern(:, parent(k)) = pattern(:, parent(k)) | below;
      depth(parent(k)) = max(depth(parent(k)), depth(k) + 1);
    end
  end
  c = sum(pattern, 1).';
  h = max([depth; 0]);
  r = sparse(pattern.');
end

function p = symrcm(s)
  % An order of rows and columns that keeps nonzeros near the diagonal, after Cuthill and McKee.
  if nargin < 1
    print_usage();
  end
  a = full(s) ~= 0;
  if ~issquare(a)
    error("symrcm: S must be a square matrix");
  end
  a = (a | a.') & ~eye(rows(a));
  degree = sum(a, 1);
  is_left = true(1, rows(a));
  order = zeros(1, 0);
  while any(is_left)
    left = sort(sparse__levels(a, find(is_left, 1), degree));
    [~, at] = min(degree(left));
    root = left(at);
    [part, depth] = sparse__levels(a, root, degree);
    % From the far end, as long as the levels get more.
    while true
      last = part(depth(part) == max(depth(part)));
      [~, at] = min(degree(last));
      [other, other_depth] = sparse__levels(a, last(at), degree);
      if max(other_depth) <= max(depth)
        break;
      end
      [part, depth] = deal(other, other_depth);
    end
    order = [order, part];
    is_left(part) = false;
  end
  p = fliplr(order);
end

function [x, y, h, s] = treelayout(tree)
  % Places to draw the nodes of a tree at, its height and how many nodes come before it branches.
  if nargin < 1
    print_usage();
  end
  if ~isnumeric(tree) || rows(tree) ~= 1 || ~isvector(tree) || any(tree > numel(tree))
    error("treelayout: TREE must be a vector of predecessors");
  end
  n = numel(tree);
  [depth, low, high] = deal(zeros(1, n), inf(1, n), -inf(1, n));
  count = 0;
  stack = find(tree == 0);
  while ~isempty(stack)
    node = stack(end);
    stack(end) = [];
    below = find(tree == node);
    depth(below) = depth(node) + 1;
    stack = [stack, below];
    if isempty(below)
      count = count + 1;
      while node > 0
        low(node) = min(low(node), count);
        high(node) = max(high(node), count);
        node = tree(node);
      end
    end
  end
  x = (low + high) / 2;
  y = n - 1 - depth;
  h = max(depth);
  s = 0;
  level = find(tree == 0);
  while numel(level) == 1
    s = s + 1;
    level = find(tree == level);
  end
end

function f = sparse__without_fill(f, is_kept)
  % Both factors where the matrix has nonzeros; what is lost in a row may go to the diagonal.
  n = rows(f);
  is_there = f ~= 0;
  if ~all(diag(is_there))
    error("ilu: A has a zero on the diagonal");
  end
  % The columns of the nonzeros, row after row.
  [column, ~] = find(is_there.');
  first = [1; 1 + cumsum(sum(is_there, 2))];
  for i = 1:n
    for s = first(i):first(i+1)-1
      k = column(s);
      if k >= i
        break;
      end
      share = f(i, k) / f(k, k);
      f(i, k) = share;
      for t = first(k):first(k+1)-1
        j = column(t);
        if j > k && is_there(i, j)
          f(i, j) = f(i, j) - share * f(k, j);
        elseif j > k && is_kept
          f(i, i) = f(i, i) - share * f(k, j);
        end
      end
    end
    if f(i, i) == 0
      error("ilu: encountered a pivot equal to 0");
    end
  end
end

function f = sparse__crout(f, least, milu)
  % Both factors, a row and a column at a time, without what is small to the row or the column.
  n = rows(f);
  in_rows = least * sqrt(sumsq(abs(f), 2));
  in_columns = least * sqrt(sumsq(abs(f), 1));
  for k = 1:n
    row = f(k, k+1:n);
    column = f(k+1:n, k);
    off_row = abs(row) < in_rows(k);
    off_column = abs(column) < in_columns(k);
    switch milu
      case "row"
        f(k, k) = f(k, k) + sum(row(off_row));
        at = k + find(off_column);
        f(at + (at - 1) * n) = f(at + (at - 1) * n) + column(off_column);
      case "col"
        f(k, k) = f(k, k) + sum(column(off_column));
        at = k + find(off_row);
        f(at + (at - 1) * n) = f(at + (at - 1) * n) + row(off_row);
    end
    if f(k, k) == 0
      error("ilu: encountered a pivot equal to 0");
    end
    row(off_row) = 0;
    column(off_column) = 0;
    f(k, k+1:n) = row;
    f(k+1:n, k) = column / f(k, k);
    f(k+1:n, k+1:n) = f(k+1:n, k+1:n) - f(k+1:n, k) * row;
  end
end

function [f, order] = sparse__pivoted(f, least, thresh)
  % Both factors, a column at a time, with the largest element first; the order of the rows.
  n = rows(f);
  order = 1:n;
  smallest = least * sqrt(sumsq(abs(f), 1));
  for j = 1:n
    w = f(:, j);
    for k = 1:j-1
      w(k+1:n) = w(k+1:n) - f(k+1:n, k) * w(k);
    end
    [most, at] = max(abs(w(j:n)));
    at = at + j - 1;
    if abs(w(j)) < thresh * most && at ~= j
      f([j, at], :) = f([at, j], :);
      w([j, at]) = w([at, j]);
      order([j, at]) = order([at, j]);
    end
    if w(j) == 0
      error("ilu: encountered a pivot equal to 0");
    end
    off = abs(w) < smallest(j);
    off(j) = false;
    w(off) = 0;
    w(j+1:n) = w(j+1:n) / w(j);
    f(:, j) = w;
  end
end

function f = sparse__large(f, is_modified, least)
  % The triangular factor without what is small beside its column.
  n = rows(f);
  smallest = least * sum(abs(f), 1);
  for k = 1:n
    % What is small goes, to the diagonal of both rows if that is wanted.
    off = k + find(f(k+1:n, k) ~= 0 & abs(f(k+1:n, k)) < smallest(k));
    if is_modified
      f(k, k) = f(k, k) + sum(f(off, k));
      for i = off.'
        f(i, i) = f(i, i) + f(i, k);
      end
    end
    f(off, k) = 0;
    if ~(real(f(k, k)) > 0)
      error("ichol: negative pivot encountered");
    end
    f(k, k) = sqrt(f(k, k));
    f(k+1:n, k) = f(k+1:n, k) / f(k, k);
    for j = k + find(f(k+1:n, k)).'
      f(j:n, j) = f(j:n, j) - f(j:n, k) * conj(f(j, k));
    end
  end
end

function f = sparse__triangle(f, is_modified)
  % The triangular factor where the matrix has nonzeros; what is lost may go to the diagonal.
  n = rows(f);
  is_there = f ~= 0;
  % The rows of the nonzeros, column after column.
  [row, ~] = find(is_there);
  first = [1, 1 + cumsum(sum(is_there, 1))];
  for k = 1:n
    if ~(real(f(k, k)) > 0)
      error("ichol: negative pivot encountered");
    end
    pivot = sqrt(f(k, k));
    f(k, k) = pivot;
    for s = first(k)+1:first(k+1)-1
      f(row(s), k) = f(row(s), k) / pivot;
    end
    for s = first(k)+1:first(k+1)-1
      j = row(s);
      other = conj(f(j, k));
      for t = s:first(k+1)-1
        i = row(t);
        change = f(i, k) * other;
        if is_there(i, j)
          f(i, j) = f(i, j) - change;
        elseif is_modified
          f(i, i) = f(i, i) - change;
          f(j, j) = f(j, j) - change;
        end
      end
    end
  end
end
