function p = inputParser()
  % An object that checks arguments, optional ones and options by name; it is shared by its holders.
  p = object__("inputParser");
  property__(p, "CaseSensitive", false);
  property__(p, "FunctionName", "");
  property__(p, "KeepUnmatched", false);
  property__(p, "PartialMatching", true);
  property__(p, "StructExpand", true);
  property__(p, "Parameters", cell(1, 0));
  property__(p, "Results", struct());
  property__(p, "Unmatched", struct());
  property__(p, "UsingDefaults", {});
  property__(p, "required__", {});
  property__(p, "optional__", {});
  property__(p, "parameter__", struct());
  property__(p, "switch__", struct());
end

function addRequired(p, name, check)
  % Declares an argument that must be given.
  if nargin < 3
    check = [];
  end
  if !isempty(p.optional__) || numfields(p.parameter__) || numfields(p.switch__)
    error(["inputParser.addRequired: can't have a Required argument after Optional, ", ...
           "Parameter, or Switch"]);
  end
  inputparser__new(p, "Required", name);
  property__(p, "required__", [p.required__, {struct("name", name, "check", {{check}})}]);
end

function addOptional(p, name, default, check)
  % Declares an argument that may be given, with its value otherwise.
  if nargin < 4
    check = [];
  end
  if numfields(p.parameter__) || numfields(p.switch__)
    error("inputParser.Optional: can't have Optional arguments after Parameter or Switch");
  end
  inputparser__new(p, "Optional", name);
  item = struct("name", name, "default", {{default}}, "check", {{check}});
  property__(p, "optional__", [p.optional__, {item}]);
end

function addParameter(p, name, default, varargin)
  % Declares an option that is given by name, with its value otherwise.
  check = [];
  if numel(varargin) == 1 || numel(varargin) == 3
    check = varargin{1};
  end
  inputparser__new(p, "Parameter", name);
  all = p.parameter__;
  all.(name) = {default, check};
  property__(p, "parameter__", all);
end

function addParamValue(p, name, default, varargin)
  % Declares an option that is given by name, with its value otherwise.
  addParameter(p, name, default, varargin{:});
end

function addSwitch(p, name)
  % Declares an option that is true if its name is given.
  inputparser__new(p, "Switch", name);
  all = p.switch__;
  all.(name) = {false, []};
  property__(p, "switch__", all);
end

function parse(p, varargin)
  % Matches arguments with what an inputParser declares.
  property__(p, "Results", struct());
  property__(p, "Unmatched", struct());
  property__(p, "UsingDefaults", {});
  needed = numel(p.required__);
  if numel(varargin) < needed
    if !isempty(p.FunctionName)
      error("Octave:invalid-fun-call", "Invalid call to %s", p.FunctionName);
    end
    inputparser__fail(p, "inputParser.parse: not enough input arguments");
  end
  for k = 1:needed
    item = p.required__{k};
    inputparser__take(p, item.name, item.check{1}, varargin{k});
  end
  rest = inputparser__optional(p, varargin(needed+1:end));
  inputparser__named(p, rest, numel(varargin));
  inputparser__defaults(p, p.parameter__);
  inputparser__defaults(p, p.switch__);
end

function rest = inputparser__optional(p, rest)
  count = numel(p.optional__);
  k = 0;
  while k < count && !isempty(rest)
    item = p.optional__{k+1};
    in = rest{1};
    if ischar(in) && ((!isempty(inputparser__match(p, p.parameter__, in)) && numel(rest) > 1) ...
        || !isempty(inputparser__match(p, p.switch__, in)))
      break;
    end
    check = item.check{1};
    ok = true;
    if !isempty(check)
      try
        ok = all(check(in)(:));
      catch
        ok = false;
      end
    end
    if !ok
      if ischar(in) || (p.StructExpand && isstruct(in) && isscalar(in))
        break;
      end
      inputparser__fail(p, sprintf("failed validation of %s\nValidation function: %s", ...
        toupper(item.name), inputparser__written(check)));
    end
    inputparser__put(p, item.name, in);
    rest(1) = [];
    k = k + 1;
  end
  while k < count
    k = k + 1;
    item = p.optional__{k};
    property__(p, "UsingDefaults", [p.UsingDefaults, {item.name}]);
    inputparser__put(p, item.name, item.default{1});
  end
end

function inputparser__named(p, rest, count)
  % Takes options by name; COUNT is how many arguments there are in all.
  while !isempty(rest)
    name = rest{1};
    rest(1) = [];
    if p.StructExpand && isstruct(name) && isscalar(name)
      pairs = [fieldnames(name), struct2cell(name)]';
      rest = [pairs(:)', rest];
      continue;
    end
    if !ischar(name)
      inputparser__fail(p, "non-string for Parameter name or Switch");
    end
    found = inputparser__match(p, p.parameter__, name);
    if !isempty(found)
      if isempty(rest)
        error("Octave:index-out-of-bounds", ...
              "varargin(%d): out of bound %d (dimensions are 1x%d)", count + 1, count, count);
      end
      inputparser__take(p, found, p.parameter__.(found){2}, rest{1});
      rest(1) = [];
      continue;
    end
    found = inputparser__match(p, p.switch__, name);
    if !isempty(found)
      inputparser__put(p, found, true);
    elseif p.KeepUnmatched && !isempty(rest)
      all = p.Unmatched;
      all.(name) = rest{1};
      property__(p, "Unmatched", all);
      rest(1) = [];
    else
      inputparser__fail(p, sprintf("argument '%s' is not a valid parameter", toupper(name)));
    end
  end
end

function found = inputparser__match(p, declared, name)
  names = fieldnames(declared);
  if p.CaseSensitive
    at = strcmp(name, names);
  else
    at = strcmpi(name, names);
  end
  found = "";
  if any(at)
    found = names{find(at, 1)};
  end
end

function inputparser__take(p, name, check, value)
  if !isempty(check)
    try
      ok = inputparser__holds(check, value);
    catch err
      message = sprintf("failed validation of %s. %s", toupper(name), err.message);
      inputparser__fail(p, message);
    end
    if !ok
      message = "failed validation of %s. Checked with \"%s\"";
      inputparser__fail(p, sprintf(message, toupper(name), func2str(check)));
    end
  end
  inputparser__put(p, name, value);
end

function ok = inputparser__holds(check, in)
  % Checks without a result are errors or nothing.
  ok = true;
  try
    ok = check(in);
  catch err
    is_silent = {"value on the right hand side", "called with too many outputs"};
    if all(cellfun(@(text) isempty(strfind(err.message, text)), is_silent))
      rethrow(err);
    end
    check(in);
  end
  ok = all(ok(:));
end

function inputparser__put(p, name, value)
  all = p.Results;
  all.(name) = value;
  property__(p, "Results", all);
end

function inputparser__defaults(p, declared)
  names = sort(fieldnames(declared));
  for k = 1:numel(names)
    if !isfield(p.Results, names{k})
      property__(p, "UsingDefaults", [p.UsingDefaults, names(k)]);
      inputparser__put(p, names{k}, declared.(names{k}){1});
    end
  end
end

function inputparser__new(p, kind, name)
  if any(strcmp(name, p.Parameters))
    error("inputParser.add%s: argname '%s' has already been specified", kind, name);
  end
  property__(p, "Parameters", [p.Parameters, {name}]);
end

function inputparser__fail(p, message)
  if !isempty(p.FunctionName)
    message = [p.FunctionName ": " message];
  end
  error("%s", message);
end

function inputParser__addRequired(p, varargin)
  addRequired(p, varargin{:});
end

function inputParser__addOptional(p, varargin)
  addOptional(p, varargin{:});
end

function inputParser__addParameter(p, varargin)
  addParameter(p, varargin{:});
end

function inputParser__addParamValue(p, varargin)
  addParameter(p, varargin{:});
end

function inputParser__addSwitch(p, varargin)
  addSwitch(p, varargin{:});
end

function inputParser__parse(p, varargin)
  parse(p, varargin{:});
end

function text = inputparser__written(check)
  % A function as it is displayed.
  text = func2str(check);
  if text(1) != "@"
    text = ["@", text];
  end
end
