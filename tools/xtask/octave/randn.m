function r = randn(varargin)
    if nargin > 0 && strcmp(varargin{end}, 'single')
        r = single(builtin('randn', varargin{1:end - 1}));
    else
        r = builtin('randn', varargin{:});
    end
end
