% Whether an argument is 'all' or names more than one dimension.
function yes = several_axes(argument)
    yes = strcmp(argument, 'all') || (isnumeric(argument) && numel(argument) > 1);
end
