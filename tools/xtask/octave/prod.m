function r = prod(x, varargin)
    if nargin > 1 && several_axes(varargin{1})
        r = fold_axes(@(y, dim) builtin('prod', y, dim, varargin{2:end}), x, varargin{1});
    else
        r = builtin('prod', x, varargin{:});
    end
end
