function r = mean(x, varargin)
    outtype = 'default';
    if nargin > 1 && any(strcmp(varargin{end}, {'native', 'double', 'default'}))
        outtype = varargin{end};
        varargin(end) = [];
    end
    average = @(y, dim) builtin('sum', y, dim) / size(y, dim);
    if isempty(varargin)
        dim = find(size(x) ~= 1, 1);
        if isempty(dim)
            dim = 1;
        end
        r = average(x, dim);
    elseif several_axes(varargin{1})
        r = fold_axes(average, x, varargin{1});
    else
        r = average(x, varargin{1});
    end
    if strcmp(outtype, 'double')
        r = double(r);
    elseif strcmp(outtype, 'native') && ~islogical(x)
        r = cast(r, class(x));
    end
end
