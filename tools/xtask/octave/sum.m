function r = sum(x, varargin)
    if nargin > 1 && several_axes(varargin{1})
        r = fold_axes(@(y, dim) builtin('sum', y, dim, varargin{2:end}), x, varargin{1});
    else
        r = builtin('sum', x, varargin{:});
    end
end
