function err = MException(id, template, varargin)
  % An error to throw: identifier, template of the message, and what goes into it.
  if nargin < 2
    print_usage();
  end
  if numel(varargin) > 0
    message = sprintf(template, varargin{:});
  else
    message = do_string_escapes(template);
  end
  stack = struct("file", {}, "name", {}, "line", {}, "column", {});
  err = struct("message", message, "identifier", id);
  err.stack = stack;
end

function throw(err)
  % Raises an error.
  rethrow(err);
end

function report = getReport(err, varargin)
  % The text of an error, as it is shown when nothing catches it.
  report = ["error: " err.message];
end

function err = addCause(err, cause)
  % An error with what led to it.
  if !isfield(err, "cause")
    err.cause = {};
  end
  err.cause{end+1} = cause;
end

function text = errors__assert(in, cond, expected, tol)
  rows = errors__compare(cond, expected, tol);
  text = "";
  if isempty(rows)
    return;
  end
  if (iscell(cond) || isstruct(cond)) && !isempty(rows) && rows{1, 1}(1) != "."
    in = "cond {i},expected {i},tol";
  end
  text = ["ASSERT errors for:  assert (" in ")\n\n  Location  |  Observed  |  Expected  |  Reason"];
  for k = 1:size(rows, 1)
    [at, seen, wanted, reason] = rows{k, :};
    text = [text sprintf("\n  %*s%*s %*s%*s %*s%*s   %s", ...
      4 + fix(numel(at) / 2), at, max(6 - fix(numel(at) / 2), 0), "", ...
      6 + fix(numel(seen) / 2), seen, max(6 - fix(numel(seen) / 2), 0), "", ...
      6 + fix(numel(wanted) / 2), wanted, max(6 - fix(numel(wanted) / 2), 0), "", reason)];
  end
end

function rows = errors__compare(cond, expected, tol)
  rows = cell(0, 4);
  kinds = {"string", "cell", "struct"};
  wanted = [ischar(expected), iscell(expected), isstruct(expected)];
  seen = [ischar(cond), iscell(cond), isstruct(cond)];
  [is_text, is_cell, is_struct] = num2cell(wanted){:};
  if any(wanted & !seen)
    rows = {".", "O", "E", ["Expected " kinds{wanted} ", but observed " class(cond)]};
    if is_text && isnumeric(cond)
      rows = {".", num2str(cond), expected, "Expected string, but observed number"};
    end
  elseif is_text
    if !strcmp(cond, expected)
      rows = {"[]", cond, expected, "Strings don't match"};
    end
  elseif !isequal(size(cond), size(expected)) || is_struct && numfields(cond) != numfields(expected)
    reason = "Dimensions don't match";
    if is_struct
      reason = "Structure sizes don't match";
    end
    rows = {".", errors__shape("O", cond), errors__shape("E", expected), reason};
  elseif is_cell
    % The first that differs is enough.
    k = 0;
    while isempty(rows) && k < numel(expected)
      k = k + 1;
      rows = errors__compare(cond{k}, expected{k}, tol);
    end
  elseif is_struct
    names = fieldnames(expected);
    while isempty(rows) && !isempty(names)
      name = names{1};
      names(1) = [];
      if isfield(cond, name)
        rows = errors__compare({cond.(name)}, {expected.(name)}, tol);
      else
        rows = {".", "O", "E", ["'" name "' is not an expected field"]};
      end
    end
  elseif isequal(tol, 0) && !isa(cond, class(expected))
    rows = {"()", "O", "E", ["Class " class(cond) " != " class(expected)]};
  elseif isnumeric(cond) || islogical(cond)
    rows = errors__elements(cond, expected, tol);
  end
end

function rows = errors__elements(cond, expected, tol)
  rows = cell(0, 4);
  for k = 1:numel(expected)
    a = double(cond(k));
    b = double(expected(k));
    if isscalar(tol)
      limit = double(tol);
    else
      limit = double(tol(k));
    end
    reason = "";
    if any(isnan([real(a) imag(a)]) != isnan([real(b) imag(b)]))
      reason = "'NaN' mismatch";
    elseif any(isinf([real(a) imag(a)]) != isinf([real(b) imag(b)])) || (isinf(a) && isinf(b) && a != b)
      reason = "'Inf' mismatch";
    elseif isfinite(a) && a != b
      off = abs(a - b);
      kind = "Abs";
      if limit < 0 && b != 0
        off = off / abs(b);
        kind = "Rel";
      end
      if off > abs(limit)
        reason = sprintf("%s err %.5g exceeds tol %.5g by %.1g", kind, off, abs(limit), off - abs(limit));
      end
    end
    if !isempty(reason)
      at = "()";
      if isvector(expected) && !isscalar(expected)
        at = sprintf("(%d)", k);
      elseif !isscalar(expected)
        place = cell(1, ndims(expected));
        [place{:}] = ind2sub(size(expected), k);
        at = ["(" strjoin(cellfun(@num2str, place, "UniformOutput", false), ",") ")"];
      end
      rows(end+1, :) = {at, errors__number(a), errors__number(b), reason};
    end
  end
end

function text = errors__number(x)
  text = sprintf("%.5g", real(x));
  if iscomplex(x)
    text = [text sprintf("%+.5gi", imag(x))];
  end
end

function text = errors__shape(letter, x)
  text = [letter "(" strjoin(cellfun(@num2str, num2cell(size(x)), "UniformOutput", false), "x") ")"];
end

function err = lasterror(varargin)
  % The last error as a structure.
  err = struct("message", ["error: " lasterr()], "identifier", "");
end
