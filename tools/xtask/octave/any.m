function r = any(x, varargin)
    if nargin > 1 && several_axes(varargin{1})
        r = fold_axes(@(y, dim) builtin('any', y, dim), x, varargin{1});
    else
        r = builtin('any', x, varargin{:});
    end
end
