function t = substr(s, offset, len)
  % A part of a text.
  % A negative length leaves out columns at the end; a negative first column counts from there.
  if nargin < 2
    print_usage();
  end
  width = columns(s);
  numbers = {offset};
  if nargin > 2
    numbers{2} = len;
  end
  if !ischar(s) || !all(cellfun(@isscalar, numbers))
    error("substr: needs a text and whole numbers");
  end
  first = round(offset);
  if first < 0
    first = width + 1 + first;
  end
  if first < 1 || first > width
    error("substr: the text has no column %g: it has %d", offset, width);
  end
  last = width;
  if nargin > 2
    if len < 0
      last = width + round(len);
    else
      last = first - 1 + round(len);
    end
  end
  if last > width
    error("substr: the text ends %d columns earlier", last - width);
  end
  t = s(:, first:last);
end

function y = strjust(s, pos)
  % Char matrix with its text moved to one side.
  if nargin < 2
    pos = "right";
  end
  y = s;
  n = columns(s);
  for i = 1:rows(s)
    line = s(i, :);
    switch lower(pos(1))
      case "r"
        kept = find(line != " " & line != "\0", 1, "last");
        if !isempty(kept)
          y(i, :) = [repmat(" ", 1, n - kept), line(1:kept)];
        end
      case "l"
        kept = find(line != " " & line != "\0", 1);
        if !isempty(kept)
          y(i, :) = [line(kept:end), repmat(" ", 1, kept - 1)];
        end
      otherwise
        word = strtrim(line);
        left = floor((n - numel(word)) / 2);
        y(i, :) = [repmat(" ", 1, left), word, repmat(" ", 1, n - left - numel(word))];
    end
  end
end

function y = regexptranslate(op, s)
  % A text as a pattern.
  switch lower(op)
    case "wildcard"
      y = strrep(strrep(strrep(s, ".", '\.'), "*", ".*"), "?", ".");
    case "escape"
      y = regexprep(s, '([][(){}.*+?^$|\\])', '\\$1');
    otherwise
      error("regexptranslate: invalid operation OP");
  end
end

function s = untabify(t, tw)
  % Tabs as spaces.
  if nargin < 2
    tw = 8;
  end
  s = "";
  for c = t
    if c == "\t"
      s = [s, repmat(" ", 1, tw - mod(numel(s), tw))];
    else
      s = [s, c];
    end
  end
end

function n = toascii(s)
  % Codes of characters.
  n = double(s);
end

function k = strchr(s, chars, n, direction)
  % Where a text has one of some characters.
  k = find(ismember(s, chars));
  if nargin > 2
    if nargin > 3 && strcmp(direction, "last")
      k = k(max(1, end-n+1):end);
    else
      k = k(1:min(n, end));
    end
  end
end

function t = isstrprop(s, type)
  % True for characters of a kind.
  switch type
    case {"alpha"}
      t = isalpha(s);
    case {"alnum", "alphanum"}
      t = isalnum(s);
    case "lower"
      t = islower(s);
    case {"digit"}
      t = isdigit(s);
    case "upper"
      t = isupper(s);
    case {"space", "wspace"}
      t = isspace(s);
    case "punct"
      t = ispunct(s);
    case "cntrl"
      t = s < 32 | s == 127;
    case {"graph", "graphic"}
      t = s > 32 & s < 127;
    case "print"
      t = s >= 32 & s < 127;
    case "xdigit"
      t = isdigit(s) | ismember(lower(s), "abcdef");
    case "ascii"
      t = s < 128;
    otherwise
      error("isstrprop: invalid string type: %s", type);
  end
end

function k = strmatch(s, a, exact)
  % Rows or cells that start with a text.
  k = [];
  if ischar(a)
    a = cellstr(a);
  end
  s = deblank(s);
  if iscell(s)
    s = s{1};
  end
  for i = 1:numel(a)
    if nargin > 2
      if strcmp(s, deblank(a{i}))
        k(end+1, 1) = i;
      end
    elseif strncmp(s, a{i}, numel(s))
      k(end+1, 1) = i;
    end
  end
end

function s = rats(x, len)
  % Numbers as fractions.
  if nargin < 2
    len = 9;
  end
  s = "";
  for i = 1:rows(x)
    line = "";
    for j = 1:columns(x)
      [n, d] = text__fraction(x(i, j), len);
      if d == 1
        word = sprintf("%d", n);
      elseif x(i, j) == 0
        word = "0";
      else
        word = sprintf("%d/%d", n, d);
      end
      if isinf(x(i, j))
        word = num2str(x(i, j));
      end
      line = [line, repmat(" ", 1, max(2, len + 2 - numel(word))), word];
    end
    s = [s; line];
  end
  if isscalar(x)
    s = strtrim(s);
    if x != 0
      s = [repmat(" ", 1, len - numel(s)), s];
    end
  end
end

function [n, d] = text__fraction(y, len)
  last_n = 1;
  last_d = 0;
  n = round(y);
  d = 1;
  frac = y - n;
  for k = 1:30
    if abs(y - n / d) < eps * max(1, abs(y)) || frac == 0
      break;
    end
    flip = 1 / frac;
    step = round(flip);
    frac = flip - step;
    new_n = n * step + last_n;
    new_d = d * step + last_d;
    if numel(sprintf("%d/%d", abs(new_n), abs(new_d))) > len
      break;
    end
    last_n = n;
    last_d = d;
    n = new_n;
    d = new_d;
  end
  if d < 0
    n = -n;
    d = -d;
  end
end

function varargout = strread(s, format, varargin)
  % Columns read from a text.
  if nargin < 2
    format = "%f";
  end
  columns = text__columns("strread", s, format, varargin);
  varargout = columns(1:max(1, min(nargout, numel(columns))));
end

function c = textscan(s, format, varargin)
  % Columns read from a text, as a cell.
  if !ischar(s)
    id = s;
    s = rest__(id);
    rest__(id, "");
  end
  if nargin < 2
    format = "%f";
  end
  c = text__columns("textscan", s, format, varargin);
end

function columns = text__columns(caller, s, format, options)
  % The columns of a text by the conversions of a format.
  delimiter = "";
  header = 0;
  for k = 1:2:numel(options)
    switch lower(options{k})
      case "delimiter", delimiter = options{k+1};
      case "headerlines", header = options{k+1};
      case {"multipledelimsasone", "returnonerror", "endofline", "whitespace"}
      otherwise, error("%s: the option '%s' is not supported", caller, options{k});
    end
  end
  if iscell(delimiter)
    delimiter = [delimiter{:}];
  end
  delimiter = do_string_escapes(delimiter);
  for k = 1:header
    s = s(find([s "\n"] == "\n", 1)+1:end);
  end
  [kinds, literals] = regexp(format, '%(\*?)(\d*)(?:\.\d+)?(d8|d16|d32|d64|u8|u16|u32|u64|f32|f64|[dufns])', "tokens", "split");
  if isempty(kinds)
    error("%s: the format '%s' is not supported", caller, format);
  end
  literals = strtrim(strrep(strrep(literals, "\\n", ""), "\n", ""));
  for k = 1:numel(literals)
    if any(isalnum(literals{k})) || any(literals{k} == "%")
      error("%s: the format '%s' is not supported", caller, format);
    end
    delimiter = [delimiter, literals{k}];
  end
  s = strtrim(s);
  if isempty(delimiter)
    words = ostrsplit(s, " \t\r\n\f\v", true);
  else
    lines = strsplit(strrep(s, "\r", ""), "\n");
    lists = cell(1, numel(lines));
    for k = 1:numel(lines)
      line = lines{k};
      ends = any(line == delimiter', 1);
      line(ends) = ",";
      if !isempty(strtrim(line))
        if !isempty(line) && ends(end)
          line(end) = "";
        end
        lists{k} = strtrim(strsplit(line, ","));
      end
    end
    words = [cell(1, 0), lists{:}];
    if all(delimiter != ",") && any(s == ",")
      error("%s: texts with commas between other delimiters are not supported", caller);
    end
    if any(isspace(strtrim([words{:}]))) && !any(cellfun(@(kind) kind{3}(1) == "s", kinds))
      words = strsplit(regexprep(strtrim(strjoin(words, " ")), '\s+', " "), " ");
    end
  end
  n = numel(kinds);
  columns = {};
  for k = 1:n
    column = words(k:n:end)(:);
    kind = kinds{k}{3};
    if !isempty(kinds{k}{2}) && kind(1) == "s"
      error("%s: the format '%s' is not supported", caller, format);
    end
    if !isempty(kinds{k}{1})
      continue;
    end
    if kind(1) == "s"
      columns{end+1} = column;
      continue;
    end
    numbers = str2double(column);
    odd = column(isnan(numbers));
    odd = odd(!strcmpi(odd, "nan") & !cellfun("isempty", odd));
    if !isempty(odd)
      error("%s: '%s' is no number", caller, odd{1});
    end
    switch kind
      case {"d", "d32"}, numbers = int32(numbers);
      case {"u", "u32"}, numbers = uint32(numbers);
      case {"d8", "d16", "d64"}, numbers = feval(["int" kind(2:end)], numbers);
      case {"u8", "u16", "u64"}, numbers = feval(["uint" kind(2:end)], numbers);
      case "f32", numbers = single(numbers);
    end
    columns{end+1} = numbers;
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
  msg = [];
  if nargs < minargs
    msg = "not enough input arguments";
  elseif nargs > maxargs
    msg = "too many input arguments";
  end
end

function validateattributes(x, classes, attributes, varargin)
  % An error unless a value has certain classes and attributes.
  what = 'input';
  place = '';
  if ~isempty(varargin) && isnumeric(varargin{1})
    place = sprintf(' (argument #%d)', varargin{1});
    varargin = {};
  end
  if numel(varargin) > 0 && ~isempty(varargin{1})
    place = '';
  end
  if numel(varargin) > 1 && ~isempty(varargin{2})
    what = varargin{2};
  end
  if numel(varargin) > 2 && ~isempty(varargin{3})
    place = sprintf(' (argument #%d)', varargin{3});
  end
  front = '';
  if numel(varargin) > 0 && ~isempty(varargin{1})
    front = [varargin{1} ': '];
  end
  what = [front what place];
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
  switch name
    case 'size'
      id = 'incorrect-size';
    case {'>', '>=', '<', '<='}
      id = 'expected-bounded';
    otherwise
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
      tf = isinteger(x) || all(isfinite(x(:)) & fix(x(:)) == x(:));
    case 'real'
      tf = isreal(x);
    case 'finite'
      tf = isinteger(x) || all(isfinite(x(:)));
    case 'nonnan'
      tf = isinteger(x) || ~any(isnan(x(:)));
    case 'nonnegative'
      tf = all(x(:) >= 0);
    case 'nonzero'
      tf = all(x(:) ~= 0);
    case 'positive'
      tf = all(x(:) > 0);
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
      is_free = isnan(bound);
      same = numel(bound) == ndims(x) && all(is_free | size(x) == bound);
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
  if iscell(s)
    s = cellfun(@(t) strtrunc(t, n), s, "UniformOutput", false);
  else
    s = s(:, 1:min(n, columns(s)));
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
    lines = char(erase(cellstr(s), pattern));
    s(:) = " ";
    s(:, 1:columns(lines)) = lines;
    return;
  end
  if iscell(s)
    s = cellfun(@(t) erase(t, pattern), s, "UniformOutput", false);
    return;
  end
  if ischar(pattern)
    pattern = cellstr(pattern);
    if numel(pattern) > 1
      warning(["erase: using character array for PTN is not recommended, ", ...
               "consider cell array of strings instead"]);
    end
  end
  pattern = pattern(!cellfun(@isempty, pattern));
  if isempty(s) || isempty(pattern)
    return;
  end
  [~, order] = sort(cellfun(@numel, pattern(:)), "descend");
  texts = cellfun(@(t) regexptranslate("escape", t), pattern(order), "UniformOutput", false);
  s = regexprep(s, strjoin(texts(:).', "|"), "");
  if isempty(s)
    s = "";
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
  [style, prefix] = deal("underscore", "x");
  for k = 1:2:numel(varargin)
    switch lower(varargin{k})
      case "replacementstyle", style = lower(varargin{k+1});
      case "prefix", prefix = varargin{k+1};
      otherwise, error("makeValidName: unknown property '%s'", varargin{k});
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
  end
  if iskeyword(name)
    name = [prefix toupper(name(1)) name(2:end)];
    return;
  end
  name = regexprep(name, '\s+$', "");
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
    otherwise
      error("makeValidName: invalid 'ReplacementStyle': '%s'", style);
  end
  if isempty(name) || !(isalpha(name(1)) || name(1) == "_")
    name = [prefix name];
  elseif name(1) == "_"
    name = [prefix name];
  end
end

function names = lang__makeUniqueStrings(names, taken)
  taken = cellstr(taken);
  if iscell(names)
    for k = 1:numel(names)
      names{k} = lang__makeUniqueStrings(names{k}, [taken(:)', names(1:k-1)(:)']);
    end
    return;
  end
  base = names;
  k = 0;
  while any(strcmp(names, taken))
    k += 1;
    names = sprintf("%s_%d", base, k);
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
