function [folder, name, ext] = fileparts(path)
  % The folder, name and extension of a file's name.
  if !ischar(path) || rows(path) > 1
    error("fileparts: FILENAME must be a single string");
  end
  [folder, name, ext] = deal("");
  at = find(path == "/", 1, "last");
  name = path;
  if !isempty(at)
    name = path(at+1:end);
    % The root keeps its slash.
    folder = path(1:max(at - 1, 1));
  end
  at = find(name == ".", 1, "last");
  if !isempty(at)
    ext = name(at:end);
    name = name(1:at-1);
  end
  if isempty(name)
    name = "";
  end
end

function path = fullfile(varargin)
  % Folders and a file as one name.
  parts = varargin(!cellfun(@isempty, varargin));
  path = "";
  if isempty(parts)
    return;
  end
  at = find(cellfun(@iscell, parts));
  if !isempty(at)
    counts = cellfun(@numel, parts(at));
    longest = find(counts == max(counts), 1);
    path = cell(size(parts{at(longest)}));
    for k = 1:numel(path)
      each = parts;
      for i = at
        each{i} = parts{i}{min(k, numel(parts{i}))};
      end
      path{k} = fullfile(each{:});
    end
    return;
  end
  path = parts{1};
  for k = 2:numel(parts)
    next = parts{k};
    ends = path(end) == "/";
    starts = next(1) == "/";
    if ends && starts
      path = [path, next(2:end)];
    elseif ends || starts
      path = [path, next];
    else
      path = [path, "/", next];
    end
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

function [value, message] = license(action, feature, varargin)
  % The licence of the program; what is in use, or whether a part can be used.
  if nargin == 0
    value = "GNU General Public License";
    return;
  end
  is_known = nargin > 1 && strcmp(feature, "octave");
  message = "";
  switch action
    case "inuse"
      found = struct("feature", {"octave"}, "user", {getenv("USER")})(nargin < 2 || is_known);
      if nargout > 0
        value = found;
      else
        printf("%s\n", found.feature);
      end
    case {"test", "checkout"}
      if nargin < 2
        print_usage();
      end
      value = is_known;
      if !is_known
        message = sprintf('No package named "%s" installed', feature);
      end
    otherwise
      print_usage();
  end
end

function tf = verLessThan(package, version)
  % True if the program is older than a version.
  if nargin < 2
    print_usage();
  end
  if !strcmpi(package, "octave")
    error('verLessThan: package "%s" is not installed', package);
  end
  tf = compare_versions(OCTAVE_VERSION(), version, "<");
end

function tf = compare_versions(v1, v2, op)
  % Compares two versions.
  if nargin != 3
    print_usage();
  end
  files__check_versions(v1, v2);
  files__check_operator(op);
  [first, first_rest] = files__version(v1);
  [second, second_rest] = files__version(v2);
  order = files__order(first, second);
  if order == 0
    order = files__order(double(first_rest), double(second_rest));
  end
  is_meant = ismember("<=>", op);
  tf = is_meant(2 + order);
  if any(ismember("!~", op))
    tf = order != 0;
  end
end

function [numbers, rest] = files__version(text)
  % Numbers between dots, and what follows them.
  digits = regexp(text, "^[0-9.]*", "match", "once");
  rest = text(numel(digits)+1:end);
  numbers = cellfun(@str2double, regexp(digits, "[0-9]+", "match"));
  if isempty(numbers)
    numbers = 0;
  end
end

function order = files__order(a, b)
  n = max(numel(a), numel(b));
  a(end+1:n) = 0;
  b(end+1:n) = 0;
  order = 0;
  at = find(a != b, 1);
  if !isempty(at)
    order = sign(a(at) - b(at));
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
  if nargout == 0
    if status != 0
      error("unlink: operation failed: %s", message);
    end
    clear status;
  end
end

function delete(name)
  % Takes files away.
  if nargin != 1
    print_usage();
  elseif isobject(name)
    return;
  elseif !ischar(name)
    error("delete: first argument must be a filename or graphics handle");
  end
  names = glob(name);
  if isempty(names)
    warning("Octave:delete:no-such-file", "delete: no such file: %s", name);
  end
  for k = 1:numel(names)
    [status, message] = unlink(names{k});
    if status != 0
      warning("Octave:delete:unlink-error", "delete: operation failed on %s: %s", names{k}, ...
              message);
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
      clear ok;
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
  if nargout == 0
    clear ok;
  end
end

function [ok, message, id] = rmdir(name, option)
  % Takes a folder away; with "s" all that is in it.
  [ok, message, id] = deal(true, "", "");
  wish = "rmdir";
  if nargin > 1
    if !strcmp(option, "s")
      error("rmdir: second argument must be \"s\" for recursive delete");
    end
    wish = "rmtree";
  end
  [found, reason] = disk__(wish, name);
  if !ischar(found)
    [ok, message, id] = deal(false, ["operation failed: " reason], "rmdir");
    if nargout == 0
      error("rmdir: operation failed: %s", reason);
    end
  end
  if nargout == 0
    clear ok;
  end
end

function [status, message] = rename(old, new)
  % Moves a file: 0, or -1 and why not.
  [done, message] = disk__("rename", old, new);
  status = -!ischar(done);
  if nargout == 0
    if status != 0
      error("rename: operation failed: %s", message);
    end
    clear status;
  end
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
  if nargout == 0
    clear ok;
  end
end

function [ok, message, id] = copyfile(old, new, varargin)
  % Copies a file.
  if isfolder(new)
    [~, name, ext] = fileparts(old);
    new = fullfile(new, [name ext]);
  end
  [done, message] = disk__("copy", old, new);
  [ok, id] = deal(ischar(done), "");
  if !ok
    id = "copyfile";
    if nargout == 0
      error("copyfile: no files to move");
    end
  end
  if nargout == 0
    clear ok;
  end
end

function names = files__names(folder)
  [text, reason] = disk__("list", folder);
  names = cell(0, 1);
  if ischar(text) && !isempty(text)
    names = strsplit(text, "\0")';
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
    fitting = found(fits__(name, found));
    for n = 1:numel(fitting)
      if fitting{n}(1) != "." || name(1) == "."
        paths{end+1, 1} = fullfile(folder, fitting{n});
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
    bytes = disk__("size", path);
    list(k, 1).name = names{k};
    list(k, 1).folder = where;
    list(k, 1).isdir = isfolder(path);
    list(k, 1).bytes = 0;
    if ischar(bytes)
      list(k, 1).bytes = str2double(bytes);
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

function v = ver(name)
  % The name, version and date of the program.
  if nargin > 0 && ~ischar(name)
    error("ver: PACKAGE must be a string");
  end
  own = struct("Name", "Octave", "Version", version(), "Release", [], "Date", "2022-11-02");
  if nargin > 0 && ~strcmpi(name, "octave")
    own = repmat(own, 0, 0);
  end
  if nargout > 0
    v = own;
    return;
  end
  line = repmat("-", 1, 70);
  printf("%s\n", line);
  printf("GNU Octave Version: %s\n", version());
  printf("%s\n", line);
  printf("no packages installed.\n");
end

function files__check_versions(varargin)
  % Refuse what is not a line of text.
  if !iscellstr(varargin)
    error("compare_versions: version numbers V1 and V2 must be strings");
  elseif any(cellfun(@rows, varargin) != 1)
    error("compare_versions: version numbers V1 and V2 must be a single row");
  end
end

function files__check_operator(op)
  % Refuse what does not say how to compare.
  if !ischar(op)
    error("compare_versions: OPERATOR must be a string");
  end
  switch numel(op)
    case 0
      error("compare_versions: no valid OPERATOR specified");
    case {1, 2}
      if strcmp(op, "=")
        error("compare_versions: equality OPERATOR is \"==\", not \"=\"");
      elseif !any(ismember(op, "<>=!~"))
        error("compare_versions: no valid OPERATOR specified");
      end
    otherwise
      error("compare_versions: OPERATOR must be 1 or 2 characters long");
  end
end

function found = file_in_loadpath(file, option)
  % The first file of some names in the folders of the path, or all as a cell.
  if nargin < 1
    print_usage();
  elseif !ischar(file) && !iscellstr(file)
    error("file_in_loadpath: FILE argument must be a string");
  end
  if nargin > 1 && !strcmp(option, "all")
    error('file_in_loadpath: "all" is only valid second argument');
  end
  found = files__in_folders(path(), file, nargin > 1);
  if ischar(found) && !isempty(found)
    found = make_absolute_filename(found);
  end
end

function found = file_in_path(folders, file, option)
  % The first file of some names in a list of folders, or all as a cell.
  if nargin < 2
    print_usage();
  elseif !ischar(folders)
    error("file_in_path: PATH must be a string");
  elseif !ischar(file) && !iscellstr(file)
    error("file_in_path: FILE argument must be a string");
  end
  if nargin > 2 && !strcmp(option, "all")
    error('file_in_path: "all" is only valid third argument');
  end
  found = files__in_folders(folders, file, nargin > 2);
end

function found = files__in_folders(folders, names, wants_all)
  % Files of some names in a list of folders: the first one, or a column of all.
  folders = strsplit(folders, pathsep());
  names = cellstr(names)(:).';
  [name, folder] = ndgrid(1:numel(names), 1:numel(folders));
  places = cellfun(@fullfile, folders(folder(:).'), names(name(:).'), "UniformOutput", false);
  places = places(cellfun(@isfile, places)).';
  found = "";
  if wants_all
    found = places;
  elseif !isempty(places)
    found = places{1};
  end
end

function tf = files__is_there(path)
  % True for names of files and folders that exist.
  path = cellstr(path);
  tf = reshape(cellfun(@(name) isfile(name) || isfolder(name), path), size(path));
end

function path = files__real(path)
  % Names of files as they are from the root on, without links and without a slash at the end.
  if iscell(path)
    path = cellfun(@files__real, path, "UniformOutput", false);
  else
    path = regexprep(canonicalize_file_name(path), '(.)/+$', "$1");
  end
end

function tf = is_same_file(path1, path2)
  % True for names of one and the same file, for each element of a cell of names.
  if nargin != 2
    print_usage();
  elseif !(ischar(path1) || iscellstr(path1)) || !(ischar(path2) || iscellstr(path2))
    error("is_same_file: FILEPATH1 and FILEPATH2 must be strings or cell arrays of strings");
  elseif iscell(path1) && iscell(path2) && !size_equal(path1, path2)
    error("is_same_file: cellstr arrays FILEPATH1 and FILEPATH2 must be the same size");
  end
  tf = strcmp(files__real(path1), files__real(path2)) & files__is_there(path1);
end
