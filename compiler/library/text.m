function t = substr(s, offset, len)
  % A part of a text.
  if nargin < 2
    print_usage();
  elseif !ischar(s)
    error("substr: S must be a string or string array");
  elseif numel(offset) != 1 || nargin == 3 && numel(len) != 1
    error("substr: OFFSET and LEN must be scalar integers");
  end
  width = columns(s);
  first = fix(offset);
  if first == 0 || abs(first) > width
    error("substr: OFFSET = %d out of range", offset);
  elseif first < 0
    % Counted from the end.
    first = width + 1 + first;
  end
  last = width;
  if nargin == 3 && len < 0
    % So many characters at the end are left out.
    last = width + fix(len);
    if last < first
      error("substr: No overlap with chosen values of OFFSET and LEN");
    end
  elseif nargin == 3
    last = first - 1 + fix(len);
    if last > width
      error("substr: length LEN = %d out of range", len);
    end
  end
  t = s(:, first:last);
end

function y = strjust(s, pos)
  % Char matrix with its text moved to one side.
  if nargin < 1
    print_usage();
  end
  if ndims(s) != 2 || !ischar(s)
    error("strjust: S must be a string or 2-D character matrix");
  end
  side = "r";
  if nargin > 1
    side = lower(pos(1:min(1, end)));
  end
  s(s == "\0") = " ";
  y = repmat(" ", size(s));
  for k = find(any(s != " ", 2)).'
    text = find(s(k, :) != " ");
    before = text(1) - 1;
    after = columns(s) - text(end);
    switch side
      case "l"
        move = -before;
      case "r"
        move = after;
      otherwise
        move = floor((after - before) / 2);
    end
    y(k, text + move) = s(k, text);
  end
end

function y = regexptranslate(op, s)
  % A text as a pattern.
  if nargin != 2
    print_usage();
  elseif !ischar(op)
    error("regexptranslate: operation OP must be a string");
  end
  switch lower(op)
    case "wildcard"
      y = s;
      for change = {".", "*", "?"; '\.', ".*", "."}
        y = strrep(y, change{:});
      end
    case "escape"
      y = regexprep(s, '([\\^$.|?*+(){}\[\]])', '\\$1');
    otherwise
      error("regexptranslate: invalid operation OP");
  end
end

function s = untabify(t, tw, strip)
  % Tabs as spaces.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    tw = 8;
  end
  if nargin < 3
    strip = false;
  end
  if !ischar(t) && !iscellstr(t)
    error("untabify: T must be a string or cellstring");
  end
  if iscell(t)
    s = cellfun(@(text) text__untabbed(text, tw), t, "UniformOutput", false);
  else
    s = text__untabbed(t, tw);
  end
  if strip
    s = deblank(s);
  end
end

function n = toascii(s)
  % Codes of characters.
  n = double(s);
end

function varargout = strchr(s, chars, varargin)
  % Where a text has one of some characters.
  if nargin < 2
    print_usage();
  end
  if !ischar(s)
    error("strchr: STR argument must be a string or string array");
  end
  if !ischar(chars)
    error("strchr: CHARS argument must be a string");
  end
  found = false(size(s));
  for c = reshape(chars, 1, [])
    found = found | s == c;
  end
  if isempty(s)
    found = false(0, 1);
  end
  places = cell(1, max(nargout, 1));
  [places{:}] = find(found, varargin{:});
  varargout = places;
end

function t = isstrprop(s, type)
  % True for characters of a kind.
  if nargin != 2
    print_usage();
  end
  kinds = struct("alpha", @isalpha, "alnum", @isalnum, "alphanum", @isalnum, "ascii", @isascii, ...
                 "cntrl", @iscntrl, "digit", @isdigit, "graph", @isgraph, "graphic", @isgraph, ...
                 "lower", @islower, "print", @isprint, "punct", @ispunct, "space", @isspace, ...
                 "wspace", @isspace, "upper", @isupper, "xdigit", @isxdigit);
  if !ischar(type) || !isfield(kinds, type)
    error("isstrprop: invalid string property");
  end
  t = text__kind(s, kinds.(type));
end

function k = strmatch(s, a, exact)
  % Rows or cells that start with a text.
  if nargin < 2
    print_usage();
  elseif !ischar(a) && !iscellstr(a)
    error("strmatch: A must be a string or cell array of strings");
  end
  if iscell(s) && numel(s) > 1
    error("strmatch: a cell array S must contain only one string");
  elseif iscell(s) && !isempty(s)
    s = s{1};
  elseif iscell(s)
    s = "";
  end
  if !ischar(s) || rows(s) > 1
    error("strmatch: S must be a string");
  end
  s = regexprep(s, '[ \x00]+$', "");
  if ischar(a)
    a = cellstr(a);
  end
  n = numel(s);
  if nargin > 2 && strcmp(exact, "exact")
    fits = @(t) strcmp(s, regexprep(t, '[ \x00]+$', ""));
  elseif n > 0
    fits = @(t) strncmp(s, t, n);
  else
    fits = @isempty;
  end
  k = find(cellfun(fits, a(:)));
  if isempty(k)
    k = [];
  end
end

function s = rats(x, len)
  % Numbers as fractions, each as wide as a length says.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    len = 9;
  end
  if !isnumeric(x)
    error("rats: X must be numeric");
  elseif isempty(x)
    s = "";
    return;
  elseif isinteger(x)
    s = strtrim(evalc("disp(x)"));
    if !isscalar(x)
      s = char(strsplit(evalc("disp(x)")(1:end-1), "\n"));
    end
    return;
  elseif isequal(x, 0)
    s = "0";
    return;
  elseif ndims(x) > 2
    error("rats: X must be two dimensional");
  end
  words = arrayfun(@(value) text__ratio(value, len), real(x), "UniformOutput", false);
  gap = 2;
  if isscalar(x)
    gap = 0;
  end
  words = cellfun(@(word) [blanks(len + gap - numel(word)), word], words, "UniformOutput", false);
  if iscomplex(x)
    signs = {" + ", " - "};
    parts = arrayfun(@(value) text__ratio(value, len), abs(imag(x)), "UniformOutput", false);
    parts = cellfun(@(part) [blanks(len - numel(part)), part, "i"], parts, ...
                    "UniformOutput", false);
    words = cellfun(@(word, sign, part) [word, sign, part], words, ...
                    signs(1 + (imag(x) < 0)), parts, "UniformOutput", false);
  end
  lines = cell(rows(x), 1);
  for i = 1:rows(x)
    lines{i} = [words{i, :}];
  end
  s = char(lines);
end

function varargout = strread(s, format, varargin)
  % Columns read from a text.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    format = "%f";
  end
  if !ischar(s) || !ischar(format)
    error("strread: STR and FORMAT arguments must be strings");
  end
  if isempty(s)
    varargout = cell(1, max(1, nargout));
    return;
  end
  if any(strcmp(format, {"", "%f"}))
    format = repmat("%f ", 1, max(1, nargout));
  end
  columns = text__columns("strread", s, format, varargin);
  if !isempty(s) && s(end) == "\n"
    columns = text__filled(columns);
  end
  if numel(columns) != max(1, nargout)
    error("strread: the number of output variables must match that specified by FORMAT");
  end
  varargout = columns;
end

function [c, place] = textscan(s, format, varargin)
  % Columns read from a text or a file, as a cell, and where what follows begins.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    format = "%f";
  elseif !ischar(format)
    error("textscan: FORMAT must be a string");
  end
  if ischar(s)
    [c, rest] = text__columns("textscan", s, format, varargin);
    place = numel(s) - numel(rest);
    return;
  end
  [c, rest] = text__columns("textscan", rest__(s), format, varargin);
  rest__(s, rest);
  if nargout > 1
    place = ftell(s);
  end
end

function [columns, rest] = text__columns(caller, s, format, options)
  % The columns of a text by the conversions of a format, and what is left of the text.
  how = text__how(caller, options);
  whole = s;
  s = strrep(s, "\r\n", "\n");
  if !isempty(how.eol) && !any(strcmp(how.eol, {"\n", "\r\n"}))
    s = strrep(s, how.eol, "\n");
  end
  for k = 1:how.header
    s = s(find([s, "\n"] == "\n", 1)+1:end);
  end
  if isempty(format)
    line = s(1:find([s, "\n"] == "\n", 1)-1);
    format = repmat("%f ", 1, max(1, numel(text__fields(line, how))));
  end
  if any(format == "\\")
    format = do_string_escapes(format);
  end
  items = text__items(caller, format);
  kept = find(!strcmp({items.kind}, "t"));
  rest = "";
  columns = {};
  if how.count < 0
    columns = text__quick(s, items, how);
  elseif how.count > 0
    % Most texts have a line for each row.
    ends = find([s, "\n"] == "\n", how.count);
    last = min(ends(end), numel(s));
    columns = text__quick(s(1:last), items, how);
    rest = s(last+1:end);
    if any(cellfun(@numel, columns) != how.count)
      columns = {};
    end
  end
  if isempty(columns)
    [columns, at] = text__slow(caller, s, items, how);
    rest = s(at:end);
  end
  if !isempty(rest) && any(whole == "\r")
    % The same place in the text with its returns.
    places = find(![whole(1:end-1) == "\r" & whole(2:end) == "\n", false]);
    rest = whole(places(max(1, numel(places) - numel(rest) + 1)):end);
  end
  items = items(kept);
  columns = columns(kept);
  for k = 1:numel(items)
    if items(k).skip
      continue;
    elseif isempty(items(k).class)
      columns{k} = reshape(columns{k}, [], 1);
    else
      columns{k} = cast(columns{k}(:), items(k).class);
    end
  end
  columns = columns(![items.skip]);
  if how.collect
    columns = text__collected(columns);
  end
end

function t = isstring(s)
  % True for string objects, which there are none of.
  if nargin != 1
    print_usage();
  end
  t = false;
end

function t = ishandle(h)
  % True for graphics handles, which there are none of.
  t = false(size(h));
end

function t = ishghandle(h)
  % True for graphics handles, which there are none of.
  t = false(size(h));
end

function t = isfigure(h)
  % True for figures, which there are none of.
  t = false(size(h));
end

function t = isgraphics(h, varargin)
  % True for graphics objects, which there are none of.
  t = false(size(h));
end

function t = isaxes(h)
  % True for axes, which there are none of.
  t = false(size(h));
end

function msg = nargchk(minargs, maxargs, nargs, outtype)
  % A message if a number of arguments is wrong.
  if nargin < 3
    print_usage();
  elseif !all(cellfun(@isscalar, {minargs, maxargs, nargs}))
    error("nargchk: MINARGS, MAXARGS, and NARGS must be scalars");
  elseif maxargs < minargs
    error("nargchk: MINARGS must be <= MAXARGS");
  end
  form = 1;
  if nargin == 4
    form = find(strcmpi({"string", "struct"}, outtype));
  end
  if isempty(form)
    error('nargchk: output type must be either "string" or "struct"');
  end
  texts = {"not enough input arguments"; "too many input arguments"};
  names = {"Octave:nargchk:not-enough-inputs"; "Octave:nargchk:too-many-inputs"};
  wrong = [nargs < minargs; nargs > maxargs];
  if form == 2
    msg = struct("message", texts(wrong), "identifier", names(wrong));
  else
    msg = [texts{wrong}, ""];
  end
end

function validateattributes(x, classes, attributes, varargin)
  % An error unless a value has certain classes and attributes.
  if nargin < 3 || nargin > 6
    print_usage();
  elseif ~iscellstr(classes)
    error('Octave:invalid-type', 'validateattributes: CLASSES must be a cell array of strings');
  elseif ~iscell(attributes)
    error('Octave:invalid-type', 'validateattributes: ATTRIBUTES must be a cell array');
  end
  what = text__what(varargin);
  text__classes(x, classes, what);
  k = 1;
  while k <= numel(attributes)
    name = lower(attributes{k});
    k = k + 1;
    if any(strcmp(name, {'size', 'numel', 'ncols', 'nrows', 'ndims', '>', '>=', '<', '<='}))
      bound = attributes{k};
      k = k + 1;
      problem = text__bounded(x, name, bound);
    elseif text__has(x, name)
      problem = '';
    else
      problem = ['must be ' name];
    end
    if ~isempty(problem)
      error(['Octave:' text__id(name)], '%s %s', what, problem);
    end
  end
end

function id = text__id(name)
  % The end of the identifier of a failed check.
  ids = struct('size', 'incorrect-size', 'numel', 'incorrect-numel', ...
               'ncols', 'incorrect-numcols', 'nrows', 'incorrect-numrows', ...
               'ndims', 'incorrect-numdims');
  bounds = {'>', 'greater'; '>=', 'greater-equal'; '<', 'less'; '<=', 'less-equal'};
  at = strcmp(name, bounds(:, 1));
  if any(at)
    id = ['expected-' bounds{at, 2}];
  elseif isfield(ids, name)
    id = ids.(name);
  else
    id = ['expected-' name];
  end
end

function text__classes(x, classes, what)
  % An error unless a value has one of some classes.
  if isempty(classes)
    return;
  end
  float = {'single', 'double'};
  whole = {'int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'};
  known = {};
  for k = 1:numel(classes)
    switch classes{k}
      case 'float'
        known = [known, float];
      case 'numeric'
        known = [known, float, whole];
      otherwise
        known{end + 1} = classes{k};
    end
  end
  known = unique(known);
  if ~any(strcmp(class(x), known))
    error('Octave:invalid-type', '%s must be of class:\n\n  %s\n\nbut was of class %s', what, ...
          strjoin(known, ' '), class(x));
  end
end

function tf = text__has(x, name)
  % True if a value has an attribute.
  switch name
    case {'2d', '3d'}
      tf = ndims(x) <= str2double(name(1));
    case 'column'
      tf = iscolumn(x);
    case 'row'
      tf = isrow(x);
    case 'scalar'
      tf = isscalar(x);
    case 'vector'
      tf = isvector(x) || isscalar(x);
    case 'square'
      tf = issquare(x);
    case 'diag'
      tf = isdiag(x);
    case 'nonempty'
      tf = ~isempty(x);
    case 'nonsparse'
      tf = ~issparse(x);
    case 'binary'
      tf = all((x(:) == 1) | (x(:) == 0));
    case 'even'
      tf = all(rem(x(:), 2) == 0);
    case 'odd'
      tf = all(mod(x(:), 2) == 1);
    case 'integer'
      tf = isinteger(x) || all(fix(x(:)) == x(:));
    case 'real'
      tf = isreal(x);
    case 'finite'
      tf = isinteger(x) || all(isfinite(x(:)));
    case 'nonnan'
      tf = isinteger(x) || ~any(isnan(x(:)));
    case 'nonnegative'
      tf = ~any(x(:) < 0);
    case 'nonzero'
      tf = all(x(:) ~= 0);
    case 'positive'
      tf = ~any(x(:) <= 0);
    case 'decreasing'
      tf = ~any(isnan(x(:))) && all(diff(x(:)) < 0);
    case 'increasing'
      tf = ~any(isnan(x(:))) && all(diff(x(:)) > 0);
    case 'nondecreasing'
      tf = ~any(isnan(x(:))) && all(diff(x(:)) >= 0);
    case 'nonincreasing'
      tf = ~any(isnan(x(:))) && all(diff(x(:)) <= 0);
    otherwise
      error('Octave:invalid-input-arg', 'validateattributes: unknown ATTRIBUTE %s', name);
  end
end

function problem = text__bounded(x, name, bound)
  % What is wrong with a value, if something is.
  problem = '';
  switch name
    case 'size'
      shape = size(x);
      shape(end+1:numel(bound)) = 1;
      same = numel(bound) == numel(shape) && all(isnan(bound(:).') | shape == bound(:).');
      if ~same
        wanted = strjoin(arrayfun(@(n) strrep(sprintf('%d', n), 'NaN', 'N'), bound, ...
                                  'UniformOutput', false), 'x');
        problem = sprintf('must be of size %s but was %s', wanted, ...
                          strjoin(arrayfun(@(n) sprintf('%d', n), size(x), ...
                                           'UniformOutput', false), 'x'));
      end
    case 'numel'
      if numel(x) ~= bound
        problem = sprintf('must have %d elements', bound);
      end
    case 'ncols'
      if columns(x) ~= bound
        problem = sprintf('must have %d columns', bound);
      end
    case 'nrows'
      if rows(x) ~= bound
        problem = sprintf('must have %d rows', bound);
      end
    case 'ndims'
      if ndims(x) ~= bound
        problem = sprintf('must have %d dimensions', bound);
      end
    case '>'
      if ~all(x(:) > bound)
        problem = sprintf('must be greater than %f', bound);
      end
    case '>='
      if ~all(x(:) >= bound)
        problem = sprintf('must be greater than or equal to %f', bound);
      end
    case '<'
      if ~all(x(:) < bound)
        problem = sprintf('must be less than %f', bound);
      end
    case '<='
      if ~all(x(:) <= bound)
        problem = sprintf('must be less than or equal to %f', bound);
      end
  end
end

function s = newline()
  % The character that ends a line.
  s = "\n";
end

function s = strtrunc(s, n)
  % At most the first n characters.
  if nargin < 2
    print_usage();
  end
  n = fix(n);
  if numel(n) != 1 || n < 0
    error("strtrunc: length N must be a positive integer (N >= 0)");
  end
  cut = @(t) t(:, 1:min(n, columns(t)));
  if ischar(s)
    s = cut(s);
  elseif iscellstr(s)
    s = cellfun(cut, s, "UniformOutput", false);
  else
    error("strtrunc: S must be a character string or a cell array of strings");
  end
end

function s = erase(s, pattern)
  % Without all of some texts.
  if nargin != 2
    print_usage();
  end
  if !ischar(s) && !iscellstr(s)
    error("erase: STR must be a string or cell array of strings");
  elseif !ischar(pattern) && !iscellstr(pattern)
    error("erase: PTN must be a string or cell array of strings");
  end
  if ischar(s) && rows(s) > 1
    lines = arrayfun(@(i) erase(s(i, :), pattern), 1:rows(s), "UniformOutput", false);
    s = char(lines);
    return;
  end
  if ischar(pattern)
    if rows(pattern) > 1
      warning(["erase: using character array for PTN is not recommended, ", ...
               "consider cell array of strings instead"]);
    end
    pattern = arrayfun(@(i) pattern(i, :), 1:rows(pattern), "UniformOutput", false);
  end
  if isempty(s) || isempty(pattern)
    return;
  end
  % Where several fit, the first of the list is taken.
  texts = cellfun(@(t) regexptranslate("escape", t), pattern(:).', "UniformOutput", false);
  if ischar(s)
    s = text__erased(s, strjoin(texts, "|"));
  else
    s = cellfun(@(t) text__erased(t, strjoin(texts, "|")), s, "UniformOutput", false);
  end
end

function tf = isxdigit(s)
  % True for hexadecimal digits.
  tf = text__each(s, @(c) (c >= "0" & c <= "9") | (c >= "a" & c <= "f") | (c >= "A" & c <= "F"));
end

function tf = iscntrl(s)
  % True for control characters.
  tf = text__each(s, @(c) c < 32 | c == 127);
end

function tf = isgraph(s)
  % True for characters that leave a mark.
  tf = text__each(s, @(c) c > 32 & c < 127);
end

function tf = isprint(s)
  % True for characters that can be printed, blanks too.
  tf = text__each(s, @(c) c >= 32 & c < 127);
end

function tf = isascii(s)
  % True for the first 128 characters.
  tf = text__each(s, @(c) c < 128);
end

function tf = text__each(s, fcn)
  if iscell(s)
    tf = cellfun(@(t) text__each(t, fcn), s, "UniformOutput", false);
  elseif ischar(s)
    tf = fcn(s);
  else
    tf = false(size(s));
  end
end

function s = num2hex(x)
  % The bits of numbers as hexadecimal digits.
  x = x(:);
  s = "";
  for k = 1:numel(x)
    bytes = typecast(x(k), "uint8");
    line = dec2hex(double(bytes(end:-1:1)), 2)';
    s = [s; lower(line(:)')];
  end
end

function s = string(x, varargin)
  % Text of a value: char of a scalar or a text, a cell of texts of an array.
  if ischar(x) && rows(x) < 2
    s = x;
  elseif ischar(x)
    s = cellstr(x);
  elseif iscell(x)
    s = cellfun(@string, x, "UniformOutput", false);
  elseif isscalar(x)
    s = text__string(x);
  elseif isnumeric(x) || islogical(x)
    s = arrayfun(@text__string, x, "UniformOutput", false);
  else
    error("string: a value of class %s has no text", class(x));
  end
end

function s = text__string(x)
  if islogical(x)
    if x
      s = "true";
    else
      s = "false";
    end
  elseif isnumeric(x)
    s = num2str(x);
  else
    error("string: a value of class %s has no text", class(x));
  end
end

function tf = contains(s, pattern, varargin)
  % True for texts that have one of some texts in them.
  ignore = numel(varargin) > 1 && strcmpi(varargin{1}, "IgnoreCase") && varargin{2};
  if ischar(s)
    list = {s};
  elseif iscellstr(s)
    list = s;
  else
    error("contains: STR must be a string or cell array of strings");
  end
  pattern = cellstr(pattern);
  if ignore
    list = lower(list);
    pattern = lower(pattern);
  end
  tf = false(size(list));
  for k = 1:numel(pattern)
    tf = tf | !cellfun("isempty", strfind(list, pattern{k}));
  end
end

function tf = iskeyword(name)
  % True for a word of the language that cannot be a variable.
  words = {"__FILE__", "__LINE__", "break", "case", "catch", "continue", "do", "else", ...
           "elseif", "end", "end_try_catch", "end_unwind_protect", "endfor", "endfunction", ...
           "endif", "endparfor", "endswitch", "endwhile", "for", "function", "global", "if", ...
           "otherwise", "parfor", "persistent", "return", "switch", "try", "until", ...
           "unwind_protect", "unwind_protect_cleanup", "while"};
  tf = any(strcmp(name, words));
end

function tf = isstr(s)
  % True for text.
  tf = ischar(s);
end

function s = setstr(x)
  % Characters of codes.
  s = char(x);
end

function [names, changed] = lang__makeValidName(text, varargin)
  if !ischar(text) && !iscellstr(text)
    error("makeValidName: STR must be a string or cellstr");
  elseif mod(numel(varargin), 2) != 0
    error("makeValidName: property/value options must occur in pairs");
  end
  [style, prefix] = deal("underscore", "x");
  for k = 1:2:numel(varargin)
    switch lower(varargin{k})
      case "replacementstyle"
        style = lower(varargin{k+1});
        if !any(strcmp(style, {"underscore", "delete", "hex"}))
          error("makeValidName: invalid 'ReplacementStyle' value '%s'", style);
        end
      case "prefix"
        prefix = varargin{k+1};
        if !isvarname(prefix) || iskeyword(prefix)
          error("makeValidName: invalid 'Prefix' value '%s'", prefix);
        end
      otherwise
        error("makeValidName: unknown property '%s'", varargin{k});
    end
  end
  names = text;
  if iscell(text)
    names = cellfun(@(one) text__valid(one, style, prefix), text, "UniformOutput", false);
    changed = !strcmp(names, text);
  else
    names = text__valid(text, style, prefix);
    changed = !strcmp(names, text);
  end
end

function name = text__valid(name, style, prefix)
  if isvarname(name) && !iskeyword(name)
    return;
  elseif iskeyword(name)
    name = [prefix toupper(name(1)) name(2:end)];
    return;
  end
  name = strtrim(name);
  at = regexp(name, '\s+[a-z]', "end");
  name(at) = toupper(name(at));
  name = regexprep(name, '\s+', "");
  bad = !(isalnum(name) | name == "_");
  switch style
    case "underscore"
      name(bad) = "_";
    case "delete"
      name(bad) = [];
    case "hex"
      parts = num2cell(name);
      parts(bad) = cellfun(@(c) sprintf("0x%02X", double(c)), parts(bad), "UniformOutput", false);
      name = [parts{:}];
  end
  if isempty(name) || !isalpha(name(1))
    name = [prefix name];
  end
end

function [names, changed] = lang__makeUniqueStrings(text, taken, most)
  if nargin < 1
    print_usage();
  elseif !ischar(text) && !iscellstr(text)
    error("makeUniqueStrings: STR must be a string or cellstr");
  end
  if nargin < 2
    taken = {};
  end
  if nargin < 3
    most = Inf;
  elseif !isscalar(most) || !(most > 0 && most == fix(most))
    error("makeUniqueStrings: MAXLENGTH must be a positive integer");
  end
  names = cellstr(text);
  if isempty(text) && iscell(text)
    names = text;
  end
  [is_open, taken] = text__taken(names, taken);
  names(is_open) = cellfun(@(name) name(1:min(most, end)), names(is_open), ...
                           "UniformOutput", false);
  % A name with a number must not be one that comes later either.
  avoided = [taken(:); names(:)];
  for k = find(is_open(:).')
    if any(strcmp(names{k}, taken))
      names{k} = text__numbered(names{k}, avoided, most);
      avoided{end+1} = names{k};
    end
    taken{end+1} = names{k};
  end
  changed = !strcmp(names(:).', cellstr(text)(:).');
  if ischar(text)
    names = names{1};
  end
end

function names = genvarname(text, taken)
  % Valid names of variables that are not taken.
  if nargin < 1 || nargin > 2
    print_usage();
  end
  if nargin < 2
    taken = {};
  elseif ischar(taken)
    taken = {taken};
  elseif !iscellstr(taken)
    error("genvarname: EXCLUSIONS must be a string or cellstr");
  end
  is_text = ischar(text);
  if is_text
    if rows(text) != 1
      error("genvarname: if more than one STR is given, it must be a cellstr");
    end
    text = {text};
  elseif !iscellstr(text)
    error("genvarname: STR must be a string or cellstr");
  end
  names = cell(size(text));
  taken = taken(:).';
  for k = 1:numel(text)
    name = text{k};
    if iskeyword(name)
      name(1) = upper(name(1));
      name = ["x", name];
    end
    if isempty(name)
      name = "x";
    end
    if !(isalpha(name(1)) || name(1) == "_")
      name = ["x", name];
    elseif name(1) == "_"
      name = ["x", name];
    end
    name(!(isalnum(name) | name == "_")) = "_";
    if any(strcmp(name, taken)) && isdigit(name(end))
      stem = [name, "_"];
      count = 1;
      while any(strcmp([stem, sprintf("%d", count)], taken))
        count = count + 1;
      end
      name = [stem, sprintf("%d", count)];
    elseif any(strcmp(name, taken))
      count = 1;
      while any(strcmp([name, sprintf("%d", count)], taken))
        count = count + 1;
      end
      name = [name, sprintf("%d", count)];
    end
    names{k} = name;
    taken{end+1} = name;
  end
  if is_text
    names = names{1};
  end
end

function names = symvar(text)
  % Names of the variables in an expression.
  if nargin < 1
    print_usage();
  end
  bare = regexprep(text, "\"[^\"]*\"|'[^']*'", "");
  names = regexp(bare, '(?<![\w.])[A-Za-z_]\w*(?!\w|\s*\()', "match");
  names = unique(names(:));
  fixed = {"i", "j", "pi", "e", "Inf", "NaN", "eps", "NA", "I", "J", "inf", "nan"};
  names(ismember(names, fixed)) = [];
  if isempty(names)
    names = cell(0, 0);
  end
end

function s = base64_encode(x)
  % The bytes of numbers as base 64 text.
  if nargin != 1
    print_usage();
  end
  if !isnumeric(x)
    error("base64_encode: encoding is supported only for numeric arrays");
  elseif !isreal(x) || issparse(x)
    error("base64_encode: encoding complex or sparse data is not supported");
  end
  if isempty(x)
    s = "";
    return;
  end
  bytes = double(typecast(x(:).', "uint8"));
  n = numel(bytes);
  bytes(end+1:3*ceil(n / 3)) = 0;
  words = reshape(bytes, 3, []);
  words = words(1, :) * 65536 + words(2, :) * 256 + words(3, :);
  digits = [floor(words / 262144); mod(floor(words / 4096), 64); ...
            mod(floor(words / 64), 64); mod(words, 64)];
  letters = ["A":"Z", "a":"z", "0":"9", "+/"];
  s = letters(digits(:).' + 1);
  left = mod(3 - mod(n, 3), 3);
  s(end-left+1:end) = "=";
end

function x = base64_decode(s, dims)
  % The numbers of class double whose bytes a base 64 text has.
  if nargin < 1 || nargin > 2
    print_usage();
  end
  if !ischar(s)
    error("base64_decode: input was not valid base64");
  end
  bytes = text__bytes(s);
  if isempty(bytes) || mod(numel(bytes), 8) != 0
    error("base64_decode: input was not valid base64");
  end
  x = typecast(uint8(bytes), "double");
  if nargin > 1
    x = reshape(x, dims);
  end
end

function bytes = text__bytes(s)
  letters = ["A":"Z", "a":"z", "0":"9", "+/"];
  s = s(!isspace(s));
  n = numel(s);
  left = sum(s == "=");
  [known, digits] = ismember(s(s != "="), letters);
  bytes = [];
  if mod(n, 4) != 0 || !all(known) || left > 2
    return;
  end
  digits = [digits - 1, zeros(1, left)];
  words = [262144, 4096, 64, 1] * reshape(digits, 4, []);
  bytes = [floor(words / 65536); mod(floor(words / 256), 256); mod(words, 256)](:).';
  bytes = bytes(1:end-left);
end

function merged = text__collected(columns)
  % Neighbours of one class as one array.
  merged = columns(1);
  for k = 2:numel(columns)
    column = columns{k};
    if !strcmp(class(column), class(merged{end}))
      merged{end+1} = column;
      continue;
    end
    missing = rows(merged{end}) - rows(column);
    if missing > 0 && iscell(column)
      column(end+1:end+missing, 1) = {""};
    elseif missing > 0
      column(end+1:end+missing, 1) = NaN;
    end
    merged{end} = [merged{end}, column];
  end
end

function s = text__erased(s, pattern)
  s = regexprep(s, pattern, "");
  if isempty(s)
    s = "";
  end
end

function [value, next] = text__field(s, at, item, how)
  % What a conversion takes from a place on; no next place if it does not fit.
  value = "";
  next = at;
  if item.kind == "t"
    last = at + numel(item.text) - 1;
    if last <= numel(s) && strcmp(s(at:last), item.text)
      next = last + 1;
    end
    return;
  end
  if text__separator(s, at, how) > 0 && item.kind != "c"
    if item.kind == "f"
      value = how.empty;
    end
    return;
  end
  switch item.kind
    case "f"
      [value, next] = text__number(s, at, item, how);
    case "c"
      width = ifelse(isinf(item.width), 1, item.width);
      last = at + width - 1;
      if last > numel(s)
        next = [];
      else
        value = s(at:last);
        next = last + 1;
      end
    case "["
      wanted = item.text(2:end-1);
      is_other = !isempty(wanted) && wanted(1) == "^";
      wanted = text__set(wanted(1+is_other:end));
      while next <= numel(s) && next - at < item.width && any(s(next) == wanted) != is_other
        next = next + 1;
      end
      value = s(at:next-1);
      if next == at
        next = [];
      end
    otherwise
      if item.kind == "q" && s(at) == '"'
        value = regexp(s(at:end), '^"((?:[^"]|"")*)"', "tokens", "once");
        if !isempty(value)
          next = at + numel(value{1}) + 2;
          value = strrep(value{1}, '""', '"');
          return;
        end
      end
      while next <= numel(s) && next - at < item.width && text__separator(s, next, how) == 0 ...
            && !(how.words && any(s(next) == how.white))
        next = next + 1;
      end
      value = s(at:next-1);
  end
end

function fields = text__fields(s, how)
  % A text taken apart where it has separators.
  separators = [how.delimiters, {"\n"}];
  white = "";
  if !isempty(how.white)
    white = ["[", regexprep(how.white, '([\]\[\\^-])', '\\$1'), "]+"];
    ends = strjoin(regexptranslate("escape", separators), "|");
    s = regexprep(s, ["^", white, "|(", ends, ")", white], "$1");
    if how.words
      s = regexprep(s, [white, "(", ends, "|$)"], "$1");
      s = regexprep(s, white, "\n");
    end
  end
  fields = cell(1, 0);
  if isempty(s)
    return;
  end
  if all(cellfun(@numel, separators) == 1)
    fields = ostrsplit(s, [separators{:}], logical(how.several));
  else
    fields = strsplit(s, separators, "collapsedelimiters", logical(how.several));
  end
  if !isempty(fields) && isempty(fields{end})
    fields(end) = [];
  end
end

function how = text__how(caller, options)
  % The options of textscan and strread.
  how = struct("delimiters", {{}}, "white", " \b\t", "eol", "", "header", 0, "empty", NaN, ...
               "several", false, "comment", {{}}, "none", {{}}, "collect", false, "count", -1, ...
               "strict", false, "words", true, "lenient", strcmp(caller, "strread"));
  if !isempty(options) && isnumeric(options{1})
    if isinf(options{1}) && options{1} > 0
      error("%s: REPEAT = inf is too large", caller);
    end
    how.count = options{1};
    options(1) = [];
  end
  if mod(numel(options), 2) == 1 && !how.lenient
    error("%s: %d parameters given, but only %d values", caller, ceil(numel(options) / 2), ...
          floor(numel(options) / 2));
  end
  styles = struct("matlab", {{"%"}}, "shell", {{"#"}}, "c++", {{"//"}}, "c", {{"/*", "*/"}});
  for k = 1:2:numel(options)-1
    value = options{k+1};
    switch lower(options{k})
      case "delimiter"
        if iscell(value)
          how.delimiters = cellfun(@do_string_escapes, value(:).', "UniformOutput", false);
        else
          how.delimiters = num2cell(do_string_escapes(value));
        end
      case "headerlines", how.header = value;
      case "emptyvalue", how.empty = value;
      case "multipledelimsasone", how.several = value;
      case "endofline", how.eol = do_string_escapes(value);
      case "whitespace", how.white = do_string_escapes(value);
      case "treatasempty", how.none = cellstr(value);
      case "collectoutput", how.collect = value;
      case "returnonerror", how.strict = !value;
      case "commentstyle"
        if ischar(value) && isfield(styles, value)
          how.comment = styles.(value);
        else
          how.comment = cellstr(value);
        end
      case {"bufsize", "expchars", "dateLocale"}
      otherwise
        if !how.lenient
          error("%s: unrecognized option '%s'", caller, options{k});
        end
    end
  end
  % A blank that separates does so like any other blanks: several are one.
  is_blank = strcmp(how.delimiters, " ");
  how.words = isempty(how.delimiters) || any(is_blank);
  how.delimiters = how.delimiters(!is_blank);
  singles = how.delimiters(cellfun(@numel, how.delimiters) == 1);
  how.white = how.white(!ismember(how.white, [singles{:}, "\n"]));
end

function items = text__items(caller, format)
  % The conversions of a format and the texts between them.
  items = struct("kind", {}, "skip", {}, "width", {}, "digits", {}, "class", {}, "text", {});
  classes = struct("f", "double", "n", "double", "f32", "single", "f64", "double", ...
                   "d", "int32", "u", "uint32");
  conversion = ['^%(\*?)(\d*)(\.?\d*)', ...
                '(d8|d16|d32|d64|u8|u16|u32|u64|f32|f64|[dufnsqc]|\[\^?\]?[^\]]*\])'];
  while !isempty(format)
    if isspace(format(1))
      format(1) = "";
      continue;
    end
    [last, parts] = regexp(format, conversion, "end", "tokens", "once");
    item = struct("kind", "t", "skip", true, "width", Inf, "digits", Inf, "class", "", ...
                  "text", "");
    if strncmp(format, "%%", 2)
      item.text = "%";
      last = 2;
    elseif isempty(last) && format(1) == "%"
      error("%s: the format '%s' is not supported", caller, format);
    elseif isempty(last)
      last = numel(regexp(format, '^[^%\s]+', "match", "once"));
      item.text = format(1:last);
    else
      [star, width, digits, kind] = parts{:};
      item.skip = !isempty(star);
      if !isempty(width)
        item.width = str2double(width);
      end
      if !isempty(digits)
        item.digits = str2double(digits(2:end));
      end
      item.kind = kind(1);
      item.text = kind;
      if isfield(classes, kind)
        item.class = classes.(kind);
      elseif kind(1) == "d" || kind(1) == "u"
        item.class = [ifelse(kind(1) == "d", "int", "uint"), kind(2:end)];
      end
      if !isempty(item.class)
        item.kind = "f";
      end
      if strcmp(caller, "strread") && strcmp(kind, "u")
        item.class = "int32";
      end
    end
    items(end+1) = item;
    format = format(last+1:end);
  end
  if all(strcmp({items.kind}, "t"))
    error("%s: the format has no conversion", caller);
  end
end

function t = text__kind(s, test)
  if iscell(s)
    t = cellfun(@(part) text__kind(part, test), s, "UniformOutput", false);
  elseif isnumeric(s) || islogical(s)
    t = test(char(floor(double(s))));
  else
    t = test(s);
  end
end

function [value, next] = text__number(s, at, item, how)
  % The number at a place.
  last = numel(s);
  if !isinf(item.width)
    last = min(last, at + item.width - 1);
  end
  line = s(at:min(last, at + 400));
  for k = 1:numel(how.none)
    text = how.none{k};
    after = at + numel(text);
    if strncmp(line, text, numel(text)) ...
       && (after > numel(s) || text__separator(s, after, how) > 0 || any(s(after) == how.white))
      value = how.empty;
      next = after;
      return;
    end
  end
  one = '(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?|[iI][nN][fF]|[nN][aA][nN]|NA';
  found = regexp(line, ["^[+-]?(?:" one ")(?:[+-](?:" one ")[ij]|[ij](?![nN]))?"], "match", "once");
  if isempty(found)
    value = NaN;
    next = [];
    if how.lenient
      next = at;
      while next <= numel(s) && text__separator(s, next, how) == 0 ...
            && !(how.words && any(s(next) == how.white))
        next = next + 1;
      end
    end
    return;
  end
  next = at + numel(found);
  if !isinf(item.digits)
    found = regexprep(found, sprintf('(\\.\\d{%d})\\d*', item.digits), "$1");
  end
  value = str2double(strrep(strrep(lower(found), "d", "e"), "na", "nan"));
  if strcmpi(found, "nan") || strcmp(found, "NA")
    value = NaN;
  elseif isnan(value)
    value = str2double(found);
  end
end

function at = text__past(s, at, how)
  % The place after blanks and comments.
  while at <= numel(s)
    if any(s(at) == how.white)
      at = at + 1;
    elseif !isempty(how.comment) && strncmp(s(at:end), how.comment{1}, numel(how.comment{1}))
      ending = "\n";
      if numel(how.comment) > 1
        ending = how.comment{2};
      end
      found = strfind(s(at:end), ending);
      if isempty(found)
        at = numel(s) + 1;
      else
        at = at + found(1) - 1 + numel(ending);
      end
    else
      break;
    end
  end
end

function columns = text__quick(s, items, how)
  % The columns if all fields are plain; none otherwise.
  columns = {};
  is_plain = all(ismember({items.kind}, {"f", "s"})) && all(isinf([items.width])) ...
             && all(isinf([items.digits])) && isempty(how.comment) && isempty(how.none);
  if !is_plain
    return;
  end
  n = numel(items);
  fields = text__fields(s, how);
  open = mod(-numel(fields), n);
  if !isempty(s) && open > 0 && !how.lenient
    % A line that ends has all fields; a separator has one behind it.
    if s(end) == "\n"
      fields(end+1:end+open) = {""};
    elseif any(strcmp(s(end), how.delimiters))
      fields{end+1} = "";
    end
  end
  found = cell(1, n);
  for k = 1:n
    column = reshape(fields(k:n:end), [], 1);
    if items(k).kind == "s"
      column(cellfun(@isempty, column)) = {""};
      found{k} = column;
      continue;
    end
    is_none = cellfun(@isempty, column);
    numbers = str2double(column);
    is_odd = isnan(numbers) & !is_none & !ismember(lower(column), {"nan", "na"});
    if any(is_odd) || any(cellfun(@(t) any(t == ","), column))
      return;
    end
    numbers(is_none) = how.empty;
    found{k} = reshape(numbers, [], 1);
  end
  columns = found;
end

function word = text__ratio(x, len)
  % The last convergent of a number that a length has room for.
  if isnan(x)
    word = "0/0";
    return;
  elseif isinf(x)
    word = sprintf("%d/0", sign(x));
    return;
  elseif x == 0
    word = "0";
    return;
  end
  word = "*";
  x = double(x);
  last = [1, 0];
  now = [round(x), 1];
  frac = x - now(1);
  while true
    if now(1) != 0
      text = sprintf("%.0f/%.0f", abs(now));
      if numel(text) >= len
        break;
      end
      word = regexprep([repmat("-", 1, x < 0), text], "/1$", "");
    end
    if abs(frac) < eps
      break;
    end
    flip = 1 / frac;
    step = round(flip);
    frac = flip - step;
    next = now * step + last;
    if any(abs(next) > double(intmax()))
      break;
    end
    [last, now] = deal(now, next);
  end
end

function len = text__separator(s, at, how)
  % The length of the separator at a place.
  len = double(s(at) == "\n");
  for k = 1:numel(how.delimiters)
    text = how.delimiters{k};
    last = at + numel(text) - 1;
    if last <= numel(s) && strcmp(s(at:last), text)
      len = max(len, numel(text));
    end
  end
end

function list = text__set(text)
  % The characters of a set, with ranges.
  list = "";
  k = 1;
  while k <= numel(text)
    if k + 2 <= numel(text) && text(k+1) == "-"
      list = [list, text(k):text(k+2)];
      k = k + 3;
    else
      list = [list, text(k)];
      k = k + 1;
    end
  end
end

function [columns, at] = text__slow(caller, s, items, how)
  % The columns, field by field, up to what does not fit, and the place of that.
  n = numel(items);
  columns = cell(1, n);
  for k = 1:n
    columns{k} = ifelse(items(k).kind == "f", zeros(0, 1), cell(0, 1));
  end
  at = 1;
  row = 0;
  while row != how.count
    for k = 1:n
      at = text__past(s, at, how);
      if at > numel(s)
        return;
      end
      [value, next] = text__field(s, at, items(k), how);
      if isempty(next)
        if how.strict
          error("%s: Read error in field %d of row %d", caller, k, row + 1);
        end
        return;
      end
      if items(k).kind == "f"
        columns{k}(end+1, 1) = value;
      elseif items(k).kind != "t"
        columns{k}{end+1, 1} = value;
      end
      at = text__past(s, next, how);
      while at <= numel(s)
        len = text__separator(s, at, how);
        if len == 0
          break;
        end
        at = at + len;
        if !how.several
          break;
        end
        at = text__past(s, at, how);
      end
    end
    row = row + 1;
  end
end

function s = text__untabbed(t, tw)
  if !any(t(:) == "\t")
    s = t;
    return;
  end
  lines = cell(rows(t), 1);
  for i = 1:rows(t)
    line = "";
    for c = t(i, :)
      if c == "\t"
        line = [line, blanks(tw * floor(numel(line) / tw + 1) - numel(line))];
      else
        line = [line, c];
      end
    end
    lines{i} = line;
  end
  s = char(lines);
end

function text = list_in_columns(names, width, prefix)
  % Lines of text that show strings in columns.
  if nargin < 1
    print_usage();
  end
  if nargin < 2 || isempty(width) || width <= 0
    width = 80;
  end
  if nargin < 3
    prefix = "";
  elseif ~ischar(prefix)
    error("list_in_columns: PREFIX must be a string");
  end
  if ischar(names)
    names = cellstr(names);
  elseif ~iscellstr(names)
    error("list_in_columns: ARG must be a cellstr or char array");
  end
  if isempty(names)
    text = "\n";
    return;
  end
  lengths = cellfun(@numel, names(:));
  broad = max(lengths) + 2;
  across = max(1, floor((width - numel(prefix)) / broad));
  down = ceil(numel(names) / across);
  text = "";
  for i = 1:down
    line = prefix;
    for j = i:down:numel(names)
      line = [line, names{j}];
      if j + down <= numel(names)
        line = [line, blanks(broad - lengths(j))];
      end
    end
    text = [text, line, "\n"];
  end
end

function text = native2unicode(bytes, codepage)
  % The text of which an encoding has the bytes.
  if nargin < 1
    print_usage();
  elseif ischar(bytes)
    text = bytes;
    return;
  elseif ~isnumeric(bytes) || ~isvector(bytes)
    error("native2unicode: NATIVE_BYTES must be a numeric vector");
  end
  if nargin < 2
    codepage = "utf-8";
  elseif ~ischar(codepage)
    error("native2unicode: CODEPAGE must be a string");
  end
  [table, kind] = text__codepage(codepage, "native2unicode");
  codes = double(uint8(bytes(:).'));
  switch kind
    case "utf8"
      codes = text__from_utf8(codes);
    case {"utf16", "utf16le", "utf16be"}
      pair = reshape(codes(1:2*floor(end/2)), 2, []);
      is_marked = ~isempty(pair) && any(isequal(pair(:, 1), [255; 254]));
      is_big = strcmp(kind, "utf16be");
      if strcmp(kind, "utf16") && ~isempty(pair)
        is_big = isequal(pair(:, 1), [254; 255]);
        is_marked = is_marked || is_big;
        pair(:, 1:is_marked) = [];
      end
      if is_big
        pair = flipud(pair);
      end
      codes = [1, 256] * pair;
      high = find(codes >= 55296 & codes < 56320);
      codes(high) = 65536 + (codes(high) - 55296) * 1024 + (codes(high + 1) - 56320);
      codes(high + 1) = [];
    otherwise
      codes = table(codes + 1);
  end
  text = char(codes);
  if iscolumn(bytes)
    text = text.';
  end
end

function [table, kind] = text__codepage(name, caller)
  % The characters that an encoding has for each byte, or the kind of an encoding of several bytes.
  if nargin < 2
    caller = "unicode2native";
  end
  table = 0:255;
  kind = "table";
  switch strrep(strrep(lower(name), "_", "-"), "iso8859", "iso-8859")
    case {"utf-8", "utf8"}
      kind = "utf8";
    case {"utf-16", "utf16"}
      kind = "utf16";
    case {"utf-16le", "utf16le"}
      kind = "utf16le";
    case {"utf-16be", "utf16be"}
      kind = "utf16be";
    case {"latin1", "iso-8859-1", "cp819"}
      % Each byte is the character of its number.
    case {"us-ascii", "ascii"}
      table(129:256) = 65533;
    case {"iso-8859-15", "latin-9", "latin9"}
      table([165, 167, 169, 181, 185, 189, 190, 191]) = ...
        [8364, 352, 353, 381, 382, 338, 339, 376];
    case {"windows-1252", "cp1252"}
      table(129:160) = [8364, 129, 8218, 402, 8222, 8230, 8224, 8225, 710, 8240, 352, 8249, ...
                        338, 141, 381, 143, 144, 8216, 8217, 8220, 8221, 8226, 8211, 8212, ...
                        732, 8482, 353, 8250, 339, 157, 382, 376];
    case {"latin2", "iso-8859-2"}
      table(161:256) = [160, 260, 728, 321, 164, 317, 346, 167, 168, 352, 350, 356, 377, 173, ...
                        381, 379, 176, 261, 731, 322, 180, 318, 347, 711, 184, 353, 351, 357, ...
                        378, 733, 382, 380, 340, 193, 194, 258, 196, 313, 262, 199, 268, 201, ...
                        280, 203, 282, 205, 206, 270, 272, 323, 327, 211, 212, 336, 214, 215, ...
                        344, 366, 218, 368, 220, 221, 354, 223, 341, 225, 226, 259, 228, 314, ...
                        263, 231, 269, 233, 281, 235, 283, 237, 238, 271, 273, 324, 328, 243, ...
                        244, 337, 246, 247, 345, 367, 250, 369, 252, 253, 355, 729];
    otherwise
      if strcmp(caller, "unicode2native")
        error("unicode2native: converting from UTF-8 to codepage '%s': Invalid argument", name);
      end
      error("native2unicode: converting from codepage '%s' to UTF-8: Invalid argument", name);
  end
end

function codes = text__from_utf8(bytes)
  % The characters that bytes of UTF-8 have.
  codes = [];
  k = 1;
  while k <= numel(bytes)
    extra = sum(bytes(k) >= [192, 224, 240]);
    if k + extra > numel(bytes) || (bytes(k) >= 128 && extra == 0) ...
       || any(floor(bytes(k+1:k+extra) / 64) ~= 2)
      error("native2unicode: converting from codepage 'UTF-8' to UTF-8: %s", ...
            "Invalid or incomplete multibyte or wide character");
    end
    if extra == 0
      code = bytes(k);
    else
      code = mod(bytes(k), 2 ^ (6 - extra));
    end
    for j = 1:extra
      code = code * 64 + mod(bytes(k+j), 64);
    end
    codes(end+1) = code;
    k = k + extra + 1;
  end
end

function bytes = text__utf8(codes)
  % The bytes of UTF-8 of characters.
  follow = @(least, unit) merge(codes >= least, 128 + mod(floor(codes / unit), 64), NaN);
  first = merge(codes < 2048, 192 + floor(codes / 64), 224 + floor(codes / 4096));
  first = merge(codes < 65536, first, 240 + floor(codes / 262144));
  first = merge(codes < 128, codes, first);
  parts = [first; follow(65536, 4096); follow(2048, 64); follow(128, 1)];
  bytes = parts(~isnan(parts)).';
end

function bytes = unicode2native(text, codepage)
  % The bytes of a text in an encoding.
  if nargin < 1
    print_usage();
  elseif ~ischar(text) || rows(text) > 1
    error("unicode2native: UTF8_STR must be a character vector");
  end
  if isempty(text)
    bytes = zeros(0, 0, "uint8");
    return;
  elseif nargin < 2 || ~ischar(codepage)
    error("unicode2native: CODEPAGE must be a string");
  end
  [table, kind] = text__codepage(codepage);
  codes = double(text(:).');
  switch kind
    case "utf8"
      bytes = uint8(text__utf8(codes));
    case {"utf16", "utf16le", "utf16be"}
      far = codes > 65535;
      units = [merge(far, 55296 + floor((codes - 65536) / 1024), codes);
               merge(far, 56320 + mod(codes - 65536, 1024), NaN)];
      units = units(~isnan(units)).';
      pair = [mod(units, 256); floor(units / 256)];
      if strcmp(kind, "utf16be")
        pair = flipud(pair);
      elseif strcmp(kind, "utf16")
        pair = [[255; 254], pair];
      end
      bytes = uint8(pair(:).');
    otherwise
      [is_there, at] = ismember(codes, table);
      at(~is_there) = double("?") + 1;
      bytes = uint8(at - 1);
  end
end

function v = findstr(s, t, overlap)
  % Where the shorter of two texts occurs in the longer one.
  if nargin < 2
    print_usage();
  elseif numel(t) > numel(s)
    [s, t] = deal(t, s);
  end
  v = strfind(s, t);
  if nargin > 2 && !overlap
    k = 1;
    while k < numel(v)
      v(v > v(k) & v < v(k) + numel(t)) = [];
      k += 1;
    end
  end
  if isempty(v)
    v = [];
  end
end

function columns = text__filled(columns)
  % Columns that are too short, by one row, with nothing or the number for it in the last.
  count = max(cellfun(@rows, columns));
  for k = find(cellfun(@rows, columns) < count)
    if iscell(columns{k})
      columns{k}{count, 1} = "";
    else
      columns{k}(count, 1) = NaN;
    end
  end
end

function name = text__numbered(stem, avoided, most)
  % A name with the first number that makes it none of those to avoid, not longer than a limit.
  k = 0;
  do
    k = k + 1;
    ending = sprintf("_%d", k);
    if numel(ending) >= most
      error("makeUniqueStrings: cannot create unique elements within MAXLENGTH");
    end
    name = [stem(1:min(most - numel(ending), end)), ending];
  until !any(strcmp(name, avoided))
end

function [is_open, taken] = text__taken(names, taken)
  % Which names may change, and those that are taken: others, or the ones of the rest of the places.
  if ischar(taken)
    taken = cellstr(taken);
  end
  is_open = true(size(names));
  if iscellstr(taken)
    taken = taken(:).';
  elseif islogical(taken) && numel(taken) == numel(names)
    is_open(:) = taken;
    taken = names(!is_open)(:).';
  elseif isnumeric(taken)
    if !all(taken(:) == fix(taken(:)) & taken(:) > 0 & taken(:) <= numel(names))
      error("makeUniqueStrings: invalid array of indices EX");
    end
    is_open(:) = false;
    is_open(taken) = true;
    taken = names(!is_open)(:).';
  else
    error("makeUniqueStrings: invalid input");
  end
end

function what = text__what(options)
  % What a message calls a value: the function, the name of the value, and its place.
  what = 'input';
  if isempty(options)
    return;
  end
  is_place = @(n) isnumeric(n) && isscalar(n) && n > 0 && n == fix(n);
  if is_place(options{1})
    what = sprintf('input %d', options{1});
    return;
  elseif ~ischar(options{1})
    error('Octave:invalid-input-arg', ...
          'validateattributes: 4th input argument must be ARG_IDX or FUNC_NAME');
  end
  if numel(options) > 1
    what = options{2};
    if ~ischar(what)
      error('Octave:invalid-type', 'validateattributes: VAR_NAME must be a string');
    end
  end
  what = [options{1} ': ' what];
  if numel(options) > 2
    if ~is_place(options{3})
      error('Octave:invalid-input-arg', 'validateattributes: ARG_IDX must be a positive integer');
    end
    what = sprintf('%s (argument #%d)', what, options{3});
  end
end
