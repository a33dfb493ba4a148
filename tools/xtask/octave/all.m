function r = all(x, varargin)
    if nargin > 1 && several_axes(varargin{1})
        r = fold_axes(@(y, dim) builtin('all', y, dim), x, varargin{1});
    else
        r = builtin('all', x, varargin{:});
    end
end
