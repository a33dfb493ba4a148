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
  if ischar(expected)
    if !ischar(cond)
      if isnumeric(cond)
        rows = {".", num2str(cond), expected, "Expected string, but observed number"};
      else
        rows = {".", "O", "E", ["Expected string, but observed " class(cond)]};
      end
    elseif !strcmp(cond, expected)
      rows = {"[]", cond, expected, "Strings don't match"};
    end
  elseif iscell(expected)
    if !iscell(cond)
      rows = {".", "O", "E", ["Expected cell, but observed " class(cond)]};
    elseif ndims(cond) != ndims(expected) || any(size(cond) != size(expected))
      rows = {".", errors__shape("O", cond), errors__shape("E", expected), "Dimensions don't match"};
    else
      for k = 1:numel(expected)
        rows = errors__compare(cond{k}, expected{k}, tol);
        if !isempty(rows)
          return;
        end
      end
    end
  elseif isstruct(expected)
    if !isstruct(cond)
      rows = {".", "O", "E", ["Expected struct, but observed " class(cond)]};
    elseif ndims(cond) != ndims(expected) || any(size(cond) != size(expected)) ...
        || numfields(cond) != numfields(expected)
      rows = {".", errors__shape("O", cond), errors__shape("E", expected), "Structure sizes don't match"};
    else
      names = fieldnames(expected);
      for k = 1:numel(names)
        if !isfield(cond, names{k})
          rows = {".", "O", "E", ["'" names{k} "'" " is not an expected field"]};
          return;
        end
        rows = errors__compare({cond.(names{k})}, {expected.(names{k})}, tol);
        if !isempty(rows)
          return;
        end
      end
    end
  elseif ndims(cond) != ndims(expected) || any(size(cond) != size(expected))
    rows = {".", errors__shape("O", cond), errors__shape("E", expected), "Dimensions don't match"};
  elseif isequal(tol, 0) && !strcmp(class(cond), class(expected))
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
