function o = options(varargin)
  o = struct('tol', 1e-6, 'iter', 100, 'verbose', false);
  for k = 1:2:numel(varargin)
    name = lower(varargin{k});
    if ~isfield(o, name)
      error('options:unknown', 'unknown option "%s"', varargin{k});
    end
    o.(name) = varargin{k + 1};
  end
end
o = options('Tol', 0.5, 'verbose', true)
try
  options('speed', 3);
catch err
  disp(err.identifier);
  disp(err.message);
end
