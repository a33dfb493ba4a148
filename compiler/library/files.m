function [folder, name, ext] = fileparts(path)
  % The folder, name and extension of a file's name.
  if !ischar(path) || rows(path) > 1
    error("fileparts: FILENAME must be a single string");
  end
  slash = rindex(path, "/");
  dot = rindex(path, ".");
  if dot <= slash
    dot = length(path) + 1;
  end
  if slash == 0
    folder = "";
  elseif slash == 1
    folder = path(1);
  else
    folder = path(1:slash-1);
  end
  name = path(slash+1:dot-1);
  if dot <= length(path)
    ext = path(dot:end);
  else
    ext = "";
  end
end

function path = fullfile(varargin)
  % Folders and a file as one name.
  if nargin == 0
    path = "";
    return;
  end
  if any(cellfun(@iscell, varargin))
    at = find(cellfun(@iscell, varargin), 1);
    path = varargin{at};
    for k = 1:numel(path)
      parts = varargin;
      parts{at} = path{k};
      path{k} = fullfile(parts{:});
    end
    return;
  end
  parts = varargin(!cellfun("isempty", varargin));
  if isempty(parts)
    path = "";
    return;
  end
  path = parts{1};
  for k = 2:numel(parts)
    if path(end) == "/"
      path = [path parts{k}];
    else
      path = [path "/" parts{k}];
    end
  end
  if isempty(varargin{end}) && path(end) != "/"
    path(end+1) = "/";
  end
end

function s = filesep(varargin)
  % The character between folders.
  s = "/";
end

function s = pathsep(varargin)
  % The character between folders of a path.
  s = ":";
end

function d = tempdir()
  % The folder for temporary files.
  d = "/tmp";
end

function p = genpath(varargin)
  % Folders below a folder; functions are found beside the script.
  p = "";
end

function varargout = addpath(varargin)
  % Accepted; functions are found beside the script.
  varargout = repmat({""}, 1, nargout);
end

function varargout = rmpath(varargin)
  % Accepted; functions are found beside the script.
  varargout = repmat({""}, 1, nargout);
end

function tf = license(varargin)
  % The licence of the program; true for a test.
  if nargin == 0
    tf = "GNU General Public License";
  else
    tf = true;
  end
end

function tf = verLessThan(package, version)
  % True if the program is older than a version.
  tf = compare_versions(OCTAVE_VERSION(), version, "<");
end

function tf = compare_versions(a, b, op)
  % Compares two versions.
  if !ischar(a) || !ischar(b)
    error("compare_versions: both version numbers must be strings");
  end
  a = files__version(a);
  b = files__version(b);
  n = max(numel(a), numel(b));
  a(end+1:n) = 0;
  b(end+1:n) = 0;
  at = find(a != b, 1);
  if isempty(at)
    order = 0;
  else
    order = sign(a(at) - b(at));
  end
  switch op
    case "=="
      tf = order == 0;
    case "<"
      tf = order < 0;
    case "<="
      tf = order <= 0;
    case ">"
      tf = order > 0;
    case ">="
      tf = order >= 0;
    case {"!=", "~="}
      tf = order != 0;
    otherwise
      error("compare_versions: the operator \"%s\" is not valid", op);
  end
end

function n = files__version(text)
  n = cellfun(@str2double, regexp(text, "\\d+", "match"));
  if isempty(n)
    error("compare_versions: version numbers must be a single row");
  end
end

function text = fileread(name, varargin)
  % The whole text of a file.
  if !ischar(name)
    error("fileread: FILENAME argument must be a string");
  end
  [text, reason] = disk__("read", name);
  if !ischar(text)
    error("fileread: cannot open file %s", name);
  end
end

function [status, message] = unlink(name)
  % Takes a file away: 0, or -1 and why not.
  if !ischar(name)
    error("unlink: FILE must be a string");
  end
  [found, message] = disk__("remove", name);
  status = -!ischar(found);
end

function delete(name)
  % Takes files away.
  if nargin != 1 || !ischar(name)
    error("delete: first argument must be a filename or list of graphics handles");
  end
  names = glob(name);
  if isempty(names)
    warning("Octave:delete:no-such-file", "delete: no such file: %s", name);
  end
  for k = 1:numel(names)
    [status, message] = unlink(names{k});
    if status != 0
      warning("Octave:delete:unlink-error", "delete: operation failed on %s: %s", names{k}, message);
    end
  end
end

function [ok, message, id] = mkdir(parent, name)
  % Makes a folder, and those that it is in.
  if nargin == 2
    parent = fullfile(parent, name);
  end
  [ok, message, id] = deal(true, "", "");
  if isfolder(parent)
    [message, id] = deal("directory exists", "mkdir");
    if nargout == 0
      warning("mkdir: directory exists");
    end
    return;
  end
  above = fileparts(parent);
  if !isempty(above) && !isfolder(above) && !strcmp(above, parent)
    mkdir(above);
  end
  [found, reason] = disk__("mkdir", parent);
  if !ischar(found)
    [ok, message, id] = deal(false, reason, "mkdir");
    if nargout == 0
      error("mkdir: operation failed: %s", reason);
    end
  end
end

function [ok, message, id] = rmdir(name, option)
  % Takes a folder away; with "s" all that is in it.
  [ok, message, id] = deal(true, "", "");
  if nargin > 1
    inside = files__names(name);
    for k = 1:numel(inside)
      path = fullfile(name, inside{k});
      if isfolder(path)
        rmdir(path, option);
      else
        unlink(path);
      end
    end
  end
  [found, reason] = disk__("rmdir", name);
  if !ischar(found)
    [ok, message, id] = deal(false, ["operation failed: " reason], "rmdir");
    if nargout == 0
      error("rmdir: operation failed: %s", reason);
    end
  end
end

function [status, message] = rename(old, new)
  % Moves a file: 0, or -1 and why not.
  [status, message] = deal(0, "");
  [text, reason] = disk__("read", old);
  if !ischar(text)
    [status, message] = deal(-1, reason);
    return;
  end
  disk__("write", new, text);
  disk__("remove", old);
end

function [ok, message, id] = movefile(old, new, varargin)
  % Moves a file.
  if isfolder(new)
    [~, name, ext] = fileparts(old);
    new = fullfile(new, [name ext]);
  end
  [status, message] = rename(old, new);
  [ok, id] = deal(status == 0, "");
  if !ok
    id = "movefile";
    if nargout == 0
      error("movefile: no files to move");
    end
  end
end

function [ok, message, id] = copyfile(old, new, varargin)
  % Copies a file.
  if isfolder(new)
    [~, name, ext] = fileparts(old);
    new = fullfile(new, [name ext]);
  end
  [text, message] = disk__("read", old);
  [ok, id] = deal(ischar(text), "");
  if ok
    disk__("write", new, text);
  else
    id = "copyfile";
    if nargout == 0
      error("copyfile: no files to move");
    end
  end
end

function names = files__names(folder)
  [text, reason] = disk__("list", folder);
  names = cell(0, 1);
  if ischar(text) && !isempty(text)
    names = strsplit(text, "\n")';
  end
end

function [names, err, message] = readdir(folder)
  % Names in a folder.
  [err, message] = deal(0, "");
  names = [{"."; ".."}; files__names(folder)];
end

function paths = glob(pattern)
  % Paths that a pattern with * and ? matches.
  patterns = cellstr(pattern);
  paths = cell(0, 1);
  for k = 1:numel(patterns)
    [folder, name, ext] = fileparts(patterns{k});
    name = [name ext];
    if !any(ismember(name, "*?["))
      if exist(patterns{k}, "file")
        paths{end+1, 1} = patterns{k};
      end
      continue;
    end
    where = folder;
    if isempty(where)
      where = ".";
    end
    found = files__names(where);
    rule = ["^" strrep(regexptranslate("wildcard", name), "\\.\\*", ".*") "$"];
    for n = 1:numel(found)
      if !isempty(regexp(found{n}, rule, "once")) && (found{n}(1) != "." || name(1) == ".")
        paths{end+1, 1} = fullfile(folder, found{n});
      end
    end
  end
end

function list = dir(folder)
  % What is in a folder, as a structure array; without result it is shown.
  if nargin < 1
    folder = ".";
  end
  names = {};
  where = folder;
  if isfolder(folder)
    names = readdir(folder);
  else
    paths = glob(folder);
    where = fileparts(folder);
    for k = 1:numel(paths)
      [~, name, ext] = fileparts(paths{k});
      names{k, 1} = [name ext];
    end
  end
  if nargout == 0
    printf("%s\n", strjoin(names', "  "));
    return;
  end
  list = struct("name", {}, "folder", {}, "date", {}, "bytes", {}, "isdir", {}, "datenum", {}, "statinfo", {});
  for k = 1:numel(names)
    path = fullfile(where, names{k});
    text = disk__("read", path);
    list(k, 1).name = names{k};
    list(k, 1).folder = where;
    list(k, 1).isdir = isfolder(path);
    list(k, 1).bytes = 0;
    if ischar(text)
      list(k, 1).bytes = numel(unicode2native(text));
    end
  end
end

function list = ls(varargin)
  % Names in a folder.
  if nargin < 1
    names = files__names(".");
  else
    names = files__names(varargin{1});
  end
  if nargout == 0
    printf("%s\n", strjoin(names', "\n"));
  else
    list = char(names);
  end
end

function name = tempname(folder, prefix)
  % A name for a temporary file that nothing has.
  if nargin < 1 || isempty(folder)
    folder = tempdir();
  end
  if nargin < 2
    prefix = "oct-";
  end
  letters = ["a":"z", "A":"Z", "0":"9"];
  seed = mod(floor(time() * 1e6), 2^31);
  name = "";
  while isempty(name) || exist(name, "file")
    picked = zeros(1, 6);
    for k = 1:6
      seed = mod(1103515245 * seed + 12345, 2^31);
      picked(k) = floor(seed / 2^31 * numel(letters)) + 1;
    end
    name = fullfile(folder, [prefix letters(picked)]);
  end
end

function folder = P_tmpdir()
  % The folder for temporary files.
  folder = "/tmp";
end

function [value, count, message] = fscanf(file, template, size)
  % Numbers and texts from a file by a template.
  text = rest__(file);
  if nargin < 3
    [value, count, message, at] = sscanf(text, template);
  else
    [value, count, message, at] = sscanf(text, template, size);
  end
  rest__(file, text(at:end));
end

function dlmwrite(file, data, varargin)
  % Writes a matrix as text.
  [separator, newline, precision, appends] = deal(",", "\n", "%.5g", "w");
  [row, column] = deal(0, 0);
  k = 1;
  given = 0;
  while k <= numel(varargin)
    option = varargin{k};
    if ischar(option) && any(strcmpi(option, {"delimiter", "newline", "append", "precision", "-append", "roffset", "coffset"}))
      switch lower(option)
        case "-append"
          appends = "a";
          k -= 1;
        case "delimiter"
          separator = do_string_escapes(varargin{k+1});
        case "newline"
          newline = files__newline(varargin{k+1});
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
  line = [repmat(separator, 1, column), strjoin(repmat({precision}, 1, columns(data)), strrep(separator, "%", "%%")), newline];
  fprintf(id, "%s", repmat([repmat(separator, 1, max(columns(data) - 1, 0)), newline], 1, row));
  if !isempty(data)
    fprintf(id, line, double(data).');
  end
  if ischar(file)
    fclose(id);
  end
end

function text = files__newline(name)
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
  lines = strsplit(strrep(text, "\r", ""), "\n");
  data = [];
  row = 0;
  for k = 1:numel(lines)
    line = lines{k};
    if isempty(strtrim(line)) && (k == numel(lines) || isempty(separator))
      continue;
    end
    if k - 1 < first || k - 1 > last
      continue;
    end
    if isempty(separator)
      if any(line == ",")
        separator = ",";
      elseif any(line == ";")
        separator = ";";
      elseif any(line == ":")
        separator = ":";
      elseif any(line == "\t")
        separator = "\t";
      else
        separator = " ";
      end
    end
    if separator == " "
      words = strsplit(strtrim(line), " ");
    else
      words = strsplit(line, separator, "CollapseDelimiters", false);
    end
    row += 1;
    for n = 1:numel(words)
      if n - 1 < offset || n - 1 > width
        continue;
      end
      value = str2double(words{n});
      if isnan(value) && !strcmpi(strtrim(words{n}), "nan")
        value = sscanf(words{n}, "%f", 1);
        if isempty(value)
          value = fill;
        end
      end
      column = n - offset;
      if column > columns(data) && row > 1
        data(1:row-1, column) = fill;
      end
      data(row, column) = value;
    end
    if numel(words) - offset < columns(data)
      data(row, numel(words)-offset+1:end) = fill;
    end
  end
end

function [data, separator, header] = importdata(file, separator, header)
  % The numbers of a file, with its header lines, or its lines.
  if nargin < 2
    separator = "";
  end
  if nargin < 3
    header = 0;
  end
  [text, reason] = disk__("read", file);
  if !ischar(text)
    error("importdata: FNAME %s does not exist", file);
  end
  lines = strsplit(strrep(text, "\r", ""), "\n");
  if isempty(lines{end})
    lines(end) = [];
  end
  if isempty(separator)
    separator = " ";
    body = [lines{min(header + 1, end):end}];
    for candidate = {"\t", ",", ";"}
      if any(body == candidate{1})
        separator = candidate{1};
        break;
      end
    end
  end
  separator = do_string_escapes(separator);
  is_row = cellfun(@(line) files__is_numeric(line, separator), lines);
  first = find(is_row, 1);
  if isempty(first)
    data = lines';
    return;
  end
  header = max(header, first - 1);
  rows = lines(header+1:end);
  numbers = [];
  for k = 1:numel(rows)
    values = files__values(rows{k}, separator);
    numbers(k, 1:numel(values)) = values;
  end
  if header == 0
    data = numbers;
    return;
  end
  data = struct("data", numbers);
  data.textdata = lines(1:header)';
  names = files__words(lines{header}, separator);
  if numel(names) == columns(numbers)
    data.colheaders = names;
  end
end

function words = files__words(line, separator)
  if separator == " "
    words = strsplit(strtrim(line), " ");
  else
    words = strtrim(strsplit(line, separator, "CollapseDelimiters", false));
  end
end

function values = files__values(line, separator)
  values = str2double(files__words(line, separator));
end

function tf = files__is_numeric(line, separator)
  words = files__words(line, separator);
  values = str2double(words);
  tf = !isempty(strtrim(line)) && all(!isnan(values) | strcmpi(words, "nan") | (isnan(values) & cellfun(@isempty, words)));
end

function varargout = textread(file, format, varargin)
  % Columns read from a file.
  if nargin < 2
    format = "%f";
  end
  columns = textscan(fileread(file), format, varargin{:});
  varargout = columns;
end

function files__save(path, variables, options)
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
      text = [text, files__entry(names{k}, variables.(names{k}))];
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

function text = files__entry(name, value)
  text = ["# name: " name "\n"];
  if ischar(value)
    text = [text, sprintf("# type: sq_string\n# elements: %d\n", rows(value))];
    for k = 1:rows(value)
      text = [text, sprintf("# length: %d\n%s\n", columns(value), value(k, :))];
    end
    if isempty(value)
      text = [text, "# length: 0\n"];
    end
    text = [text "\n\n"];
  elseif iscell(value)
    text = [text, sprintf("# type: cell\n"), files__size(value)];
    for k = 1:numel(value)
      text = [text, files__entry("<cell-element>", value{k})];
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
      text = [text, files__entry(names{k}, field)];
    end
    text = [text "\n\n"];
  elseif is_function_handle(value)
    text = [text, sprintf("# type: function handle\n%s\n\n\n", func2str(value))];
  else
    text = [text, files__numbers(value)];
  end
end

function text = files__size(value)
  if ndims(value) == 2
    text = sprintf("# rows: %d\n# columns: %d\n", rows(value), columns(value));
  else
    text = sprintf("# ndims: %d\n%s\n", ndims(value), sprintf(" %d", size(value)));
  end
end

function text = files__numbers(value)
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
  text = [text, files__size(value)];
  if isempty(value)
    text = [text "\n\n"];
    return;
  end
  for k = 1:rows(value)
    row = value(k, :);
    if iscomplex(value)
      row = [real(row); imag(row)];
    end
    text = [text, sprintf([" " form], row), "\n"];
  end
  text = [text "\n\n"];
end

function variables = files__load(has_names, path, varargin)
  wanted = varargin;
  wanted(strncmp(wanted, "-", 1)) = [];
  text = disk__("read", path);
  if !ischar(text)
    text = disk__("read", [path ".mat"]);
  end
  if !ischar(text)
    error("load: unable to find file %s", path);
  end
  lines = strsplit(text, "\n", "CollapseDelimiters", false);
  if isempty(regexp(text, "^# name: ", "lineanchors", "once"))
    data = dlmread(path);
    [~, name] = fileparts(path);
    variables = data;
    if has_names
      variables = files__matrix(data, name);
    end
    return;
  end
  variables = struct();
  at = 1;
  while at <= numel(lines)
    if strncmp(lines{at}, "# name: ", 8)
      [name, value, at] = files__value(lines, at);
      if isempty(wanted) || any(strcmp(name, wanted))
        variables.(name) = value;
      end
    else
      at += 1;
    end
  end
end

function variables = files__matrix(data, name)
  variables = struct(regexprep(name, "\\W", "_"), data);
end

function [name, value, at] = files__value(lines, at)
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
        while numel(part) < len
          at += 1;
          part = [part "\n" lines{at}];
        end
        texts{k} = part(1:len);
        at += 1;
      end
      value = "";
      if count > 0
        value = vertcat(texts{:});
      end
    case "cell"
      [extents, at] = files__extents(lines, at);
      value = cell(extents);
      for k = 1:numel(value)
        at = files__next(lines, at);
        [~, value{k}, at] = files__value(lines, at);
      end
    case {"scalar struct", "struct"}
      [extents, at] = files__extents(lines, at);
      count = sscanf(lines{at}, "# length: %d");
      at += 1;
      value = repmat(struct(), extents);
      for k = 1:count
        at = files__next(lines, at);
        [field, content, at] = files__value(lines, at);
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
    otherwise
      [value, at] = files__array(lines, at, kind);
  end
end

function at = files__next(lines, at)
  while !strncmp(lines{at}, "# name: ", 8)
    at += 1;
  end
end

function [extents, at] = files__extents(lines, at)
  if strncmp(lines{at}, "# ndims", 7)
    extents = sscanf(lines{at+1}, "%d")';
  else
    extents = [sscanf(lines{at}, "# rows: %d"), sscanf(lines{at+1}, "# columns: %d")];
  end
  at += 2;
end

function [value, at] = files__array(lines, at, kind)
  is_column = false;
  extents = [1, 1];
  if any(strfind(kind, "matrix"))
    is_column = strncmp(lines{at}, "# ndims", 7);
    [extents, at] = files__extents(lines, at);
  end
  first = at;
  while at <= numel(lines) && !isempty(lines{at})
    at += 1;
  end
  body = strjoin(lines(first:at-1), " ");
  if any(strfind(kind, "complex"))
    parts = sscanf(body, " (%f,%f)");
    numbers = complex(parts(1:2:end), parts(2:2:end));
  else
    numbers = sscanf(body, "%f");
  end
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
  elseif any(strcmp(word, {"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}))
    value = feval(word, value);
  end
end

function type(varargin)
  % Shows the text of files, and the values of variables.
  for k = 1:nargin
    name = varargin{k};
    text = disk__("read", name);
    if !ischar(text)
      error("type: '%s' undefined", name);
    end
    if endsWith(name, ".m")
      printf("%s is the user-defined function defined from: %s\n\n", name, name);
    end
    printf("%s\n", text);
  end
end

function path = make_absolute_filename(name)
  % The whole path of a file.
  path = name;
  if isempty(name) || name(1) != "/"
    path = fullfile(pwd(), name);
  end
end

function path = canonicalize_file_name(name)
  % The whole path of a file.
  path = make_absolute_filename(name);
end

function tf = is_absolute_filename(name)
  % True for a path from the root.
  tf = ischar(name) && !isempty(name) && name(1) == "/";
end

function folder = get_home_directory()
  % The folder of the user.
  folder = getenv("HOME");
end
