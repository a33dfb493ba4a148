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
end

function a = speye(m, n)
  % Identity matrix; stored in full here.
  sparse__note();
  if nargin < 2
    n = m(end);
    m = m(1);
  end
  a = full(eye(m, n));
end

function a = spalloc(m, n, count)
  % A matrix of zeros; stored in full here.
  sparse__note();
  if nargin < 2
    n = m;
  end
  a = zeros(m, n);
end

function a = spones(a)
  % One where an element is not zero.
  a = double(a ~= 0);
end

function v = nonzeros(a)
  % Elements that are not zero, as a column.
  v = a(a ~= 0);
  v = v(:);
end

function n = nzmax(a)
  % Room for elements that are not zero: how many there are.
  n = nnz(a);
end

function a = spfun(f, a)
  % A function of the elements that are not zero.
  at = a ~= 0;
  a(at) = f(a(at));
end

function [b, c] = spdiags(v, d, a, n)
  % Diagonals of a matrix, or a matrix of diagonals; stored in full here.
  c = [];
  if nargin == 1 || nargin == 2
    if nargin == 1
      [i, j] = find(v);
      d = unique(j - i);
      d = d(:);
    end
    [m, k] = size(v);
    b = zeros(min(m, k), numel(d));
    for s = 1:numel(d)
      for r = 1:m
        at = r + d(s);
        if at >= 1 && at <= k
          if m >= k
            b(at, s) = v(r, at);
          else
            b(r, s) = v(r, at);
          end
        end
      end
    end
    c = d;
    return;
  end
  sparse__note();
  if nargin == 3
    b = full(a);
    [m, k] = size(b);
  else
    m = a;
    k = n;
    b = zeros(m, k);
  end
  for s = 1:numel(d)
    for r = max(1, 1 - d(s)):min(m, k - d(s))
      at = r + d(s);
      if rows(v) == 1
        b(r, at) = v(1, s);
      elseif m >= k
        b(r, at) = v(at, s);
      else
        b(r, at) = v(r, s);
      end
    end
  end
end

function sparse__note()
  % Says once what becomes of sparse matrices.
  persistent told;
  if isempty(told)
    told = true;
    warning('preheat:sparse', ...
            'sparse matrices are stored in full: they are right, but large, and print in full');
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
