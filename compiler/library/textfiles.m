function dlmwrite(file, data, varargin)
  % Writes a matrix as text.
  [separator, newline, precision, appends] = deal(",", "\n", "%.16g", "w");
  [row, column] = deal(0, 0);
  k = 1;
  given = 0;
  while k <= numel(varargin)
    option = varargin{k};
    if ischar(option) && any(strcmpi(option, {"delimiter", "newline", "append", "precision", ...
                                               "-append", "roffset", "coffset"}))
      switch lower(option)
        case "-append"
          appends = "a";
          k -= 1;
        case "delimiter"
          separator = do_string_escapes(varargin{k+1});
        case "newline"
          newline = textfiles__newline(varargin{k+1});
        case "append"
          if strcmpi(varargin{k+1}, "on")
            appends = "a";
          end
        case "precision"
          precision = varargin{k+1};
          if !ischar(precision)
            precision = sprintf("%%.%dg", precision);
          end
        case "roffset"
          row = varargin{k+1};
        case "coffset"
          column = varargin{k+1};
      end
      k += 2;
    else
      given += 1;
      if given == 1
        separator = do_string_escapes(option);
      elseif given == 2
        row = option;
      else
        column = option;
      end
      k += 1;
    end
  end
  id = file;
  if ischar(file)
    id = fopen(file, appends);
    if id < 0
      error("dlmwrite: cannot open file %s", file);
    end
  end
  count = columns(data);
  if iscomplex(data)
    % The sign of the imaginary part is always there.
    precision = [precision, strrep(precision, "%", "%+"), "i"];
    data = permute(cat(3, real(data), imag(data)), [1, 3, 2])(:, :);
  end
  front = repmat(separator, 1, column);
  line = [front, strjoin(repmat({precision}, 1, count), strrep(separator, "%", "%%")), newline];
  empty = [front, repmat(separator, 1, max(count - 1, 0)), newline];
  fprintf(id, "%s", repmat(empty, 1, row));
  if !isempty(data)
    fprintf(id, line, double(data).');
  end
  if ischar(file)
    fclose(id);
  end
end

function text = textfiles__newline(name)
  switch lower(name)
    case "unix", text = "\n";
    case "pc", text = "\r\n";
    case "mac", text = "\r";
    otherwise, text = do_string_escapes(name);
  end
end

function csvwrite(file, data, varargin)
  % Writes a matrix as text with commas.
  dlmwrite(file, data, ",", varargin{:});
end

function data = csvread(file, varargin)
  % Reads a matrix of text with commas.
  data = dlmread(file, ",", varargin{:});
end

function data = dlmread(file, varargin)
  % Reads a matrix of text.
  separator = "";
  fill = 0;
  at = find(strcmpi(varargin, "emptyvalue"), 1);
  if !isempty(at)
    fill = varargin{at+1};
    varargin(at:at+1) = [];
  end
  if !isempty(varargin) && ischar(varargin{1})
    separator = do_string_escapes(varargin{1});
    varargin(1) = [];
  end
  [first, offset] = deal(0, 0);
  [last, width] = deal(Inf, Inf);
  if numel(varargin) == 1
    range = varargin{1};
    if ischar(range)
      range = textfiles__cells(range);
    end
    if numel(range) == 4
      [first, offset, last, width] = deal(range(1), range(2), range(3), range(4));
    end
  elseif numel(varargin) > 1
    [first, offset] = deal(varargin{1:2});
  end
  if ischar(file)
    [text, reason] = disk__("read", file);
    if !ischar(text)
      error("dlmread: unable to open file '%s'", file);
    end
  else
    text = rest__(file);
  end
  data = rows__(text, separator, fill, [first, offset, last, width]);
end

function range = textfiles__cells(text)
  % The range of a spreadsheet, A2..B3 or A2:B3, as rows and columns from 0; one end can be open.
  [ends, between] = regexp(upper(text), '\.\.|:', "split", "match");
  cells = regexp(ends, '^([A-Z]+)(\d+)$|^$', "tokens", "once");
  if numel(between) != 1 || any(cellfun(@isempty, cells) & !cellfun(@isempty, ends)) ...
     || all(cellfun(@isempty, ends))
    error("dlmread: error parsing RANGE");
  end
  range = [0, 0, Inf, Inf];
  for k = find(!cellfun(@isempty, ends))
    [column, row] = cells{k}{:};
    range(2 * k + (-1:0)) = [str2double(row), polyval(column - "A" + 1, 26)] - 1;
  end
end

function [data, separator, header] = importdata(file, separator, header)
  % The numbers of a file, with its header lines and texts, or its lines.
  if nargin < 2
    separator = "";
  end
  if nargin < 3
    header = 0;
  end
  text = disk__("read", file);
  if !ischar(text)
    error("importdata: FNAME %s does not exist", file);
  end
  lines = strsplit(strrep(text, "\r", ""), "\n");
  if isempty(lines{end})
    lines(end) = [];
  end
  separator = do_string_escapes(separator);
  if isempty(separator)
    separator = textfiles__separator(lines(min(header + 1, end):min(header + 101, end)));
  end
  first = header + 1;
  while first <= numel(lines) && !textfiles__has_number(lines{first}, separator)
    first += 1;
  end
  if first > numel(lines)
    [data, separator, header] = deal(lines', "", numel(lines));
    return;
  end
  header = first - 1;
  body = strjoin(lines(first:end), "\n");
  [texts, names] = deal({});
  if isempty(regexp(body, '[^-+0-9.eE,; \t\n]', "once"))
    given = separator;
    given(given == " ") = "";
    numbers = rows__(body, given, NA, [0, 0, Inf, Inf]);
  else
    [numbers, texts, names] = textfiles__table(lines(first:end), separator);
  end
  if header == 0 && isempty(texts)
    data = numbers;
    return;
  end
  data = struct("data", numbers);
  data.textdata = [lines(1:header)'; texts];
  if !isempty(names)
    data.rowheaders = names;
  elseif header > 0
    names = textfiles__words(lines{header}, separator);
    if numel(names) == columns(numbers)
      data.colheaders = names;
    end
  end
end

function words = textfiles__words(line, separator)
  % The parts of a line.
  if isempty(separator)
    words = {strtrim(line)};
  elseif separator == " "
    words = strsplit(strtrim(line), " ");
  else
    words = strtrim(strsplit(line, separator, "CollapseDelimiters", false));
  end
end

function varargout = textread(file, format, varargin)
  % Columns read from a file.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    format = "%f";
  end
  if !ischar(file) || !ischar(format)
    error("textread: FILENAME and FORMAT arguments must be strings");
  elseif !isfile(file)
    error("textread: could not open '%s' for reading", file);
  end
  text = fileread(file);
  columns = text__columns("strread", text, format, varargin);
  if !isempty(text) && text(end) == "\n" || isempty(format)
    columns = text__filled(columns);
  end
  if isempty(format) && nargout < 2
    columns = {[columns{:}]};
  end
  varargout = columns(1:max(1, min(nargout, numel(columns))));
end

function textfiles__save(path, variables, options)
  names = fieldnames(variables);
  if any(strcmp(options, "-ascii"))
    text = "";
    for k = 1:numel(names)
      value = double(variables.(names{k}));
      text = [text, sprintf([repmat(" %.8e", 1, columns(value)), "\n"], value.')];
    end
  else
    if any(strcmp(options, "-struct"))
      variables = variables.(names{1});
      names = fieldnames(variables);
    end
    stamp = strftime("%a %b %d %H:%M:%S %Y %Z", gmtime(time()));
    text = ["# Created by Octave 7.3.0, " stamp " <preheat>\n"];
    for k = 1:numel(names)
      text = [text, textfiles__entry(names{k}, variables.(names{k}))];
    end
  end
  if strcmp(path, "-")
    printf("%s", text);
    return;
  end
  if any(strcmp(options, "-append"))
    known = disk__("read", path);
    if ischar(known)
      text = [known text];
    end
  end
  [found, reason] = disk__("write", path, text);
  if !ischar(found)
    error("save: unable to open output file '%s'", path);
  end
end

function text = textfiles__entry(name, value)
  text = ["# name: " name "\n"];
  if ischar(value)
    text = [text, sprintf("# type: sq_string\n# elements: %d\n", rows(value))];
    for k = 1:rows(value)
      text = [text, sprintf("# length: %d\n%s\n", bytes__(value(k, :)), value(k, :))];
    end
    if isempty(value)
      text = [text, "# length: 0\n"];
    end
    text = [text "\n\n"];
  elseif iscell(value)
    text = [text, sprintf("# type: cell\n"), textfiles__size(value)];
    for k = 1:numel(value)
      text = [text, textfiles__entry("<cell-element>", value{k})];
      if mod(k, rows(value)) == 0
        text = [text "\n"];
      end
    end
    text = [text "\n\n"];
  elseif isstruct(value)
    kind = "struct";
    if isscalar(value)
      kind = "scalar struct";
    end
    names = fieldnames(value);
    text = [text, sprintf("# type: %s\n# ndims: %d\n%s\n# length: %d\n", kind, ndims(value), sprintf(" %d", size(value)), numel(names))];
    for k = 1:numel(names)
      field = {value.(names{k})};
      if isscalar(value)
        field = field{1};
      else
        field = reshape(field, size(value));
      end
      text = [text, textfiles__entry(names{k}, field)];
    end
    text = [text "\n\n"];
  elseif is_function_handle(value)
    text = [text, sprintf("# type: function handle\n%s\n\n\n", func2str(value))];
  else
    text = [text, textfiles__numbers(value)];
  end
end

function text = textfiles__size(value)
  if ndims(value) == 2
    text = sprintf("# rows: %d\n# columns: %d\n", rows(value), columns(value));
  else
    text = sprintf("# ndims: %d\n%s\n", ndims(value), sprintf(" %d", size(value)));
  end
end

function text = textfiles__numbers(value)
  prefix = "";
  if islogical(value)
    prefix = "bool";
  elseif isinteger(value)
    prefix = class(value);
  elseif isa(value, "single")
    prefix = "float";
  end
  form = "%.17g";
  if isinteger(value) || islogical(value)
    form = "%d";
  elseif isa(value, "single")
    form = "%.9g";
  end
  if iscomplex(value)
    prefix = strtrim([prefix " complex"]);
    form = ["(" form "," form ")"];
    parts = [real(value(:)).'; imag(value(:)).'];
  else
    parts = value(:).';
  end
  if isscalar(value)
    kind = strtrim([prefix " scalar"]);
    if islogical(value)
      kind = "bool";
    end
    text = sprintf(["# type: %s\n" form "\n\n\n"], kind, parts);
    return;
  end
  text = sprintf("# type: %s\n", strtrim([prefix " matrix"]));
  if isinteger(value) || islogical(value) || ndims(value) > 2
    lead = " ";
    if isinteger(value)
      lead = "  ";
    end
    text = [text, sprintf("# ndims: %d\n%s\n", ndims(value), sprintf(" %d", size(value)))];
    text = [text, sprintf([lead form "\n"], parts), "\n\n"];
    return;
  end
  text = [text, textfiles__size(value)];
  if isempty(value)
    text = [text "\n\n"];
    return;
  end
  line = [repmat([" " form], 1, columns(value)), "\n"];
  if iscomplex(value)
    value = value.';
    value = [real(value(:)).'; imag(value(:)).'];
  else
    value = value.';
  end
  text = [text, sprintf(line, value), "\n\n"];
end

function variables = textfiles__load(has_names, path, varargin)
  wanted = varargin;
  wanted(strncmp(wanted, "-", 1)) = [];
  text = disk__("read", path);
  if !ischar(text)
    text = disk__("read", [path ".mat"]);
  end
  if !ischar(text)
    error("load: unable to find file %s", path);
  end
  if any(text == 0) || strncmp(text, "MATLAB 5.0", 10) || strncmp(text, "Octave-1", 8)
    error("load: %s is a binary file, which is not supported: save it with -text", path);
  end
  if !strncmp(text, "# name: ", 8) && isempty(strfind(text, "\n# name: "))
    data = matrix__(text);
    if isequal(data, -1) && !strcmp(strtrim(text), "-1")
      error("load: unable to determine file format of '%s'", path);
    end
    [~, name] = fileparts(path);
    variables = data;
    if has_names
      variables = textfiles__matrix(data, name);
    end
    return;
  end
  lines = strsplit(text, "\n", "CollapseDelimiters", false);
  variables = struct();
  at = 1;
  while at <= numel(lines)
    if strncmp(lines{at}, "# name: ", 8)
      [name, value, at] = textfiles__value(lines, at);
      if isempty(wanted) || any(strcmp(name, wanted))
        variables.(name) = value;
      end
    else
      at += 1;
    end
  end
end

function variables = textfiles__matrix(data, name)
  variables = struct(regexprep(name, "\\W", "_"), data);
end

function [name, value, at] = textfiles__value(lines, at)
  name = lines{at}(9:end);
  kind = lines{at+1}(9:end);
  at += 2;
  switch kind
    case {"string", "sq_string"}
      count = sscanf(lines{at}, "# elements: %d");
      at += 1;
      texts = {};
      for k = 1:count
        len = sscanf(lines{at}, "# length: %d");
        at += 1;
        part = lines{at};
        while bytes__(part) < len && at < numel(lines)
          at += 1;
          part = [part "\n" lines{at}];
        end
        while bytes__(part) > len
          part(end) = [];
        end
        texts{k} = part;
        at += 1;
      end
      value = "";
      if count > 0
        value = vertcat(texts{:});
      end
    case "cell"
      [extents, at] = textfiles__extents(lines, at);
      value = cell(extents);
      for k = 1:numel(value)
        at = textfiles__next(lines, at);
        [~, value{k}, at] = textfiles__value(lines, at);
      end
    case {"scalar struct", "struct"}
      [extents, at] = textfiles__extents(lines, at);
      count = sscanf(lines{at}, "# length: %d");
      at += 1;
      value = repmat(struct(), extents);
      for k = 1:count
        at = textfiles__next(lines, at);
        [field, content, at] = textfiles__value(lines, at);
        if prod(extents) == 1
          value.(field) = content;
        else
          [value.(field)] = content{:};
        end
      end
    case "function handle"
      value = str2func(lines{at});
      at += 1;
    case "bool"
      value = logical(str2double(lines{at}));
      at += 1;
    case "double_range"
      ends = sscanf(lines{at+1}, "%f");
      value = ends(1):ends(3):ends(2);
      at += 2;
    otherwise
      if !any(strcmp(kind, {"scalar", "matrix", "complex scalar", "complex matrix", "bool matrix", "float scalar", "float matrix", "float complex scalar", "float complex matrix"})) && isempty(regexp(kind, "^u?int(8|16|32|64) (scalar|matrix)$", "once"))
        error("load: values of type %s are not supported: %s", kind, name);
      end
      [value, at] = textfiles__array(lines, at, kind);
  end
end

function at = textfiles__next(lines, at)
  while !strncmp(lines{at}, "# name: ", 8)
    at += 1;
  end
end

function [extents, at] = textfiles__extents(lines, at)
  if strncmp(lines{at}, "# ndims", 7)
    extents = sscanf(lines{at+1}, "%d")';
  else
    extents = [sscanf(lines{at}, "# rows: %d"), sscanf(lines{at+1}, "# columns: %d")];
  end
  if isempty(extents) || prod(extents) > 1e8
    error("load: an array of %s elements cannot be read", mat2str(prod(extents)));
  end
  at += 2;
end

function [value, at] = textfiles__array(lines, at, kind)
  is_column = false;
  extents = [1, 1];
  if any(strfind(kind, "matrix"))
    is_column = strncmp(lines{at}, "# ndims", 7);
    [extents, at] = textfiles__extents(lines, at);
  end
  first = at;
  while at <= numel(lines) && !isempty(lines{at})
    at += 1;
  end
  words = strsplit(kind, " ");
  class = "double";
  if any(strcmp(words{1}, {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}))
    class = words{1};
  end
  numbers = column__(strjoin(lines(first:at-1), "\n"), class);
  if is_column || prod(extents) < 2
    value = reshape(numbers, extents);
  else
    value = reshape(numbers, fliplr(extents)).';
  end
  word = strtok(kind);
  if strcmp(word, "float")
    value = single(value);
  elseif strcmp(word, "bool")
    value = logical(value);
  end
end

function tf = textfiles__has_number(line, separator)
  % True for a line with a number.
  words = textfiles__words(line, separator);
  tf = any(!isnan(str2double(words)) | ismember(lower(words), {"nan", "na"}));
end

function separator = textfiles__separator(lines)
  % What separates numbers in lines: a tab, a comma, a semicolon, or blanks; nothing if one is all.
  text = [strtrim(lines){:}];
  for separator = {"\t", ",", ";", " "}
    if any(text == separator{1})
      separator = separator{1};
      return;
    end
  end
  separator = "";
end

function [numbers, texts, names] = textfiles__table(lines, separator)
  % The numbers of lines, NA for other things, texts as a column, and those before the numbers.
  words = cellfun(@(line) textfiles__words(line, separator), lines, "UniformOutput", false);
  count = cellfun(@numel, words);
  table = repmat({""}, numel(lines), max(count));
  for k = 1:numel(lines)
    table(k, 1:count(k)) = words{k};
  end
  numbers = str2double(table);
  lacks = isnan(numbers) & !strcmpi(table, "nan");
  numbers(lacks) = NA;
  is_text = lacks & !cellfun("isempty", table) & !strcmp(table, "NA");
  texts = reshape(table(is_text), [], 1);
  names = {};
  if all(is_text(:, 1))
    names = table(:, 1);
    numbers(:, 1) = [];
  end
end
