% Apply a reduction over one axis, `f(y, 1)`, to several axes of `x` at once:
% `axes` is 'all' or a vector of dimensions.
function r = fold_axes(f, x, axes)
    if ischar(axes)
        r = f(x(:), 1);
        return
    end
    rank = max([ndims(x), axes(:)']);
    extents = size(x);
    extents(end + 1:rank) = 1;
    keep = setdiff(1:rank, axes);
    y = permute(x, [axes(:)', keep]);
    y = reshape(y, [builtin('prod', extents(axes)), extents(keep), 1]);
    extents(axes) = 1;
    r = reshape(f(y, 1), extents);
end
