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
