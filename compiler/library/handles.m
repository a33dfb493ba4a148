function f = inline(formula, varargin)
  % A function of a formula's text: of its variables in alphabetical order, or of those named.
  if nargin > 1 && ischar(varargin{1})
    names = varargin;
  elseif nargin > 1
    names = [{'x'}, arrayfun(@(k) sprintf('P%d', k), 1:varargin{1}, 'UniformOutput', false)];
  else
    [names, last] = regexp(formula, '[A-Za-z_]\w*', 'match', 'end');
    is_call = false(1, numel(names));
    for k = 1:numel(names)
      rest = strtrim(formula(last(k) + 1:end));
      is_call(k) = ~isempty(rest) && rest(1) == '(';
    end
    names = setdiff(names(~is_call), {'i', 'j', 'e', 'pi', 'Inf', 'NaN', 'eps', 'NA'});
    if isempty(names)
      names = {'x'};
    end
  end
  f = str2func(['@(' strjoin(names, ', ') ') ' formula]);
end

function text = formula(f)
  % The text of a function.
  text = regexprep(func2str(f), '^@\([^)]*\)\s*', '');
end

function names = argnames(f)
  % The arguments of a function, as a column of texts.
  inside = regexp(func2str(f), '^@\(([^)]*)\)', 'tokens', 'once');
  names = strtrim(strsplit(inside{1}, ','))(:);
end

function out = vectorize(fun)
  % A formula with its operators for matrices replaced by those for each element.
  if nargin < 1
    print_usage();
  end
  if ischar(fun)
    out = regexprep(fun, '(?<!\.)(\*|/|\^)', '.$1');
  elseif is_function_handle(fun)
    out = str2func(regexprep(func2str(fun), '(?<!\.)(\*|/|\^)', '.$1'));
  else
    error("vectorize: FUN must be a string or anonymous function handle");
  end
end

function s = functions(f)
  % What a function handle is.
  if !is_function_handle(f)
    error("functions: FCN_HANDLE argument must be a valid function handle");
  end
  text = func2str(f);
  if text(1) == "@"
    s = struct("function", text, "type", "anonymous", "file", "");
    s.workspace = {struct()};
    s.within_file_path = "";
  else
    s = struct("function", text, "type", "simple", "file", "");
  end
end

function value = getappdata(h, name)
  % A named value that is kept for a graphics handle, a cell for several, or all as a structure.
  if nargin < 1
    print_usage();
  elseif nargin > 1 && !ischar(name)
    error("getappdata: NAME must be a string");
  end
  value = cellfun(@handles__data, handles__keys("getappdata", h).', "UniformOutput", false);
  if nargin > 1
    value = cellfun(@(data) handles__kept(data, name), value, "UniformOutput", false);
  end
  if isscalar(h)
    value = value{1};
  end
end

function data = handles__data(key, data)
  % The values of one handle, after they are replaced if new ones are given.
  persistent kept;
  if isempty(kept)
    kept = struct();
  end
  if nargin > 1
    kept.(key) = data;
  elseif isfield(kept, key)
    data = kept.(key);
  else
    data = struct();
  end
end

function value = handles__kept(data, name)
  % A field, or nothing if there is none.
  value = [];
  if isfield(data, name)
    value = data.(name);
  end
end

function keys = handles__keys(caller, h)
  % Names under which the values of handles are kept.
  if !(isnumeric(h) && isreal(h) && all(isfinite(h(:)))) || isempty(h)
    error("%s: H must be a scalar or vector of graphic handles", caller);
  end
  keys = arrayfun(@(one) ["h" num2hex(double(one))], h(:).', "UniformOutput", false);
end

function tf = isappdata(h, name)
  % True for graphics handles for which there is a value of a name.
  if nargin < 2
    print_usage();
  elseif !ischar(name)
    error("isappdata: NAME must be a string");
  end
  keys = handles__keys("isappdata", h);
  tf = reshape(cellfun(@(key) isfield(handles__data(key), name), keys), size(h));
end

function rmappdata(h, varargin)
  % Forgets named values that are kept for graphics handles.
  if nargin < 2
    print_usage();
  elseif !iscellstr(varargin)
    error("rmappdata: NAME must be a string");
  end
  for handle = handles__keys("rmappdata", h)
    data = handles__data(handle{1});
    for name = varargin
      if !isfield(data, name{1})
        error("rmappdata: appdata '%s' is not present", name{1});
      end
      data = rmfield(data, name{1});
    end
    handles__data(handle{1}, data);
  end
end

function setappdata(h, varargin)
  % Keeps named values for each of some graphics handles, until the end of the run.
  if nargin < 3 || mod(nargin, 2) == 0
    print_usage();
  elseif !iscellstr(varargin(1:2:end))
    error("setappdata: NAME must be a string or cellstr");
  end
  for handle = handles__keys("setappdata", h)
    data = handles__data(handle{1});
    for k = 1:2:numel(varargin)
      data.(varargin{k}) = varargin{k+1};
    end
    handles__data(handle{1}, data);
  end
end
