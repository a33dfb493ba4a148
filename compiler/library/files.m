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
