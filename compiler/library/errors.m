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
  % What is wrong with an assertion, or nothing; TOL is empty where there is no tolerance.
  rows = errors__compare(cond, expected, tol);
  text = "";
  if isempty(rows)
    return;
  end
  if (iscell(expected) || isstruct(expected)) && rows{1, 1}(1) != "."
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
  % What differs, a row each: the place, both values, and the reason.
  rows = cell(0, 4);
  if ischar(expected)
    if !ischar(cond) && isnumeric(cond)
      rows = {".", num2str(cond), expected, "Expected string, but observed number"};
    elseif !ischar(cond)
      rows = errors__odd(".", ["Expected string, but observed " class(cond)]);
    elseif !strcmp(cond, expected)
      rows = {"[]", cond, expected, "Strings don't match"};
    end
  elseif iscell(expected) && !iscell(cond) || isstruct(expected) && !isstruct(cond)
    rows = errors__odd(".", ["Expected " class(expected) ", but observed " class(cond)]);
  elseif isa(expected, "function_handle") && isa(cond, "function_handle")
    if !isequal(cond, expected)
      rows = errors__odd("@", "Function handles don't match");
    end
  elseif !size_equal(cond, expected)
    reason = "Dimensions don't match";
    if isstruct(expected)
      reason = "Structure sizes don't match";
    end
    rows = {".", errors__shape("O", cond), errors__shape("E", expected), reason};
  elseif iscell(expected) || isstruct(expected)
    rows = errors__parts(cond, expected, tol);
  else
    rows = errors__kinds(cond, expected, tol);
    if isempty(rows) && (isnumeric(cond) || islogical(cond))
      rows = errors__elements(cond, expected, tol);
    end
  end
end

function rows = errors__elements(cond, expected, tol)
  % The elements that differ by more than a tolerance, a row each.
  is_complex = iscomplex(cond) || iscomplex(expected);
  [a, b] = deal(double(cond(:)), double(expected(:)));
  tol = double(tol(:));
  if isempty(tol)
    tol = 0;
  end
  off = abs(a - b);
  kind = repmat({"Abs"}, size(a));
  relative = tol < 0 & b != 0;
  off(relative) = off(relative) ./ abs(b(relative));
  kind(relative) = {"Rel"};
  excess = off - abs(tol);
  reasons = cell(size(a));
  far = find(a != b & excess > 0 & isfinite(off));
  limit = repmat(abs(tol), numel(a) / numel(tol), 1);
  reasons(far) = arrayfun(@(k) sprintf("%s err %.5g exceeds tol %.5g by %.1g", kind{k}, off(k), ...
                                       limit(k), excess(k)), far, "UniformOutput", false);
  differ = @(test) test(real(a)) != test(real(b)) | test(imag(a)) != test(imag(b));
  reasons(differ(@isinf) | (isinf(a) & isinf(b) & a != b)) = {"'Inf' mismatch"};
  reasons(differ(@isnan)) = {"'NaN' mismatch"};
  if any(isnan(a) | isnan(b))
    reasons(differ(@isna)) = {"'NA' mismatch"};
  end
  bad = find(!cellfun("isempty", reasons));
  rows = cell(numel(bad), 4);
  for k = 1:numel(bad)
    at = bad(k);
    rows(k, :) = {errors__place(expected, at), errors__number(a(at), is_complex), ...
                  errors__number(b(at), is_complex), reasons{at}};
  end
end

function text = errors__number(x, is_complex)
  % A number as text, with its imaginary part if it has to be there.
  text = num2str(real(x));
  if is_complex
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

function rows = errors__kinds(cond, expected, tol)
  % Whether kinds of values differ, which counts without a tolerance only.
  rows = cell(0, 4);
  if !isempty(tol)
    return;
  elseif !strcmp(class(cond), class(expected))
    rows = errors__odd("()", ["Class " class(cond) " != " class(expected)]);
  elseif isnumeric(cond) || islogical(cond)
    words = {"non-sparse", "sparse"; "real", "complex"};
    seen = 1 + [issparse(cond), iscomplex(cond)];
    wanted = 1 + [issparse(expected), iscomplex(expected)];
    at = find(seen != wanted, 1);
    if !isempty(at)
      rows = errors__odd("()", [words{at, seen(at)} " != " words{at, wanted(at)}]);
    end
  end
end

function row = errors__odd(place, reason)
  % A row about values that cannot be compared.
  row = {place, "O", "E", reason};
end

function rows = errors__parts(cond, expected, tol)
  % What differs first in two cells, or two structures.
  rows = cell(0, 4);
  if iscell(expected)
    k = 0;
    while isempty(rows) && k < numel(expected)
      k = k + 1;
      rows = errors__compare(cond{k}, expected{k}, tol);
    end
    return;
  end
  names = fieldnames(expected);
  if numfields(cond) != numel(names)
    rows = {".", errors__shape("O", cond), errors__shape("E", expected), ...
            "Structure sizes don't match"};
  elseif !all(isfield(cond, names))
    rows = errors__odd(".", "Structure fieldname mismatch");
  end
  while isempty(rows) && !isempty(names)
    name = names{1};
    names(1) = [];
    rows = errors__compare({cond.(name)}, {expected.(name)}, tol);
  end
end

function text = errors__place(x, k)
  % An index as text.
  if isscalar(x)
    text = "()";
  elseif isvector(x)
    text = sprintf("(%d)", k);
  else
    place = cell(1, ndims(x));
    [place{:}] = ind2sub(size(x), k);
    text = ["(" strjoin(cellfun(@num2str, place, "UniformOutput", false), ",") ")"];
  end
end

function ok = fail(code, pattern, warned)
  % True if code raises an error, or a warning, with a text that has a pattern; an error otherwise.
  if nargin < 1
    print_usage();
  end
  wanted = "error";
  if nargin < 2
    pattern = ".";
  elseif strcmp(pattern, "warning")
    wanted = "warning";
    pattern = ".";
    if nargin > 2
      pattern = warned;
    end
  end
  lastwarn("");
  raised = "error";
  text = "";
  try
    evalin("caller", [code, ";"]);
    raised = "warning";
    text = lastwarn();
  catch err
    text = err.message;
  end
  if strcmp(raised, wanted) && !isempty(regexp(text, pattern, "once"))
    if nargout > 0
      ok = true;
    end
    return;
  elseif strcmp(raised, wanted) && !isempty(text)
    error("expected %s <%s>\nbut got <%s>", wanted, pattern, text);
  elseif !isempty(text)
    error("expected %s <%s>\nbut got %s <%s>", wanted, pattern, raised, text);
  end
  error("expected %s <%s> but got none", wanted, pattern);
end
