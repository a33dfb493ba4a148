function varargout = max(varargin)
    if nargin == 3 && isempty(varargin{2}) && several_axes(varargin{3})
        varargout{1} = fold_axes(@(y, dim) builtin('max', y, [], dim), varargin{[1 3]});
    else
        [varargout{1:builtin('max', nargout, 1)}] = builtin('max', varargin{:});
    end
end
