function mustBeFinite(x)
  % An error unless all elements are finite.
  if nargin != 1
    print_usage();
  end
  validators__none(!isfinite(x), "finite; found %d non-finite elements", inputname(1, false));
end

function mustBeNonNan(x)
  % An error if an element is NaN.
  if nargin != 1
    print_usage();
  end
  validators__none(isnan(x), "non-NaN; found %d elements that were not", inputname(1, false));
end

function mustBeNonzero(x)
  % An error if an element is zero.
  if nargin != 1
    print_usage();
  end
  validators__none(x == 0, "non-zero; found %d elements that were zero", inputname(1, false));
end

function mustBeInteger(x)
  % An error unless all elements are whole numbers.
  if nargin != 1
    print_usage();
  end
  reason = validators__not_whole(x);
  if !isempty(reason)
    error("%s must be integer-valued; but %s", validators__label(inputname(1, false)), reason);
  end
end

function mustBeMember(x, valid)
  % An error unless all elements are among others.
  if nargin != 2
    print_usage();
  end
  good = ismember(x, valid);
  if !all(good(:))
    error("%s must be one of the specified valid values; found %d elements that were not", ...
          validators__label(inputname(1, false)), sum(!good(:)));
  end
end

function mustBeNonempty(x)
  % An error if there are no elements.
  if nargin != 1
    print_usage();
  end
  if isempty(x)
    error("%s must not be empty", validators__label(inputname(1, false)));
  end
end

function mustBeNonsparse(x)
  % An error for a sparse matrix.
  if nargin != 1
    print_usage();
  end
  if issparse(x)
    error("%s must be nonsparse; it was sparse", validators__label(inputname(1, false)));
  end
end

function mustBeNumeric(x)
  % An error unless the class is that of numbers.
  if nargin != 1
    print_usage();
  end
  if !isnumeric(x)
    error("%s must be numeric; found a %s", validators__label(inputname(1, false)), class(x));
  end
end

function mustBeNumericOrLogical(x)
  % An error unless the class is that of numbers or truth values.
  if nargin != 1
    print_usage();
  end
  if islogical(x) || isnumeric(x)
    return;
  end
  error("%s must be numeric or logical; found a %s", ...
        validators__label(inputname(1, false)), class(x));
end

function mustBeReal(x)
  % An error for complex numbers.
  if nargin != 1
    print_usage();
  end
  if !isreal(x)
    error("%s must be real", validators__label(inputname(1, false)));
  end
end

function mustBeNegative(x)
  % An error unless all elements are negative.
  if nargin != 1
    print_usage();
  end
  validators__all(x, x < 0, "negative", inputname(1, false));
end

function mustBePositive(x)
  % An error unless all elements are positive.
  if nargin != 1
    print_usage();
  end
  validators__all(x, x > 0, "positive", inputname(1, false));
end

function mustBeNonnegative(x)
  % An error if an element is negative.
  if nargin != 1
    print_usage();
  end
  validators__all(x, x >= 0, "non-negative", inputname(1, false));
end

function mustBeNonpositive(x)
  % An error if an element is positive.
  if nargin != 1
    print_usage();
  end
  validators__all(x, x <= 0, "non-positive", inputname(1, false));
end

function mustBeGreaterThan(x, c)
  % An error unless all elements are greater than a number.
  if nargin != 2
    print_usage();
  end
  validators__all(x, x > c, sprintf("greater than %f", c), inputname(1, false));
end

function mustBeGreaterThanOrEqual(x, c)
  % An error if an element is less than a number.
  if nargin != 2
    print_usage();
  end
  validators__all(x, x >= c, sprintf("greater than or equal to %f", c), inputname(1, false));
end

function mustBeLessThan(x, c)
  % An error unless all elements are less than a number.
  if nargin != 2
    print_usage();
  end
  validators__all(x, x < c, sprintf("less than %f", c), inputname(1, false));
end

function mustBeLessThanOrEqual(x, c)
  % An error if an element is greater than a number.
  if nargin != 2
    print_usage();
  end
  validators__all(x, x <= c, sprintf("less than or equal to %f", c), inputname(1, false));
end

function validators__none(is_bad, text, name)
  % An error that counts and places the elements that are wrong.
  bad = find(is_bad(:));
  if !isempty(bad)
    error(["%s must be ", text, ": indexes %s"], validators__label(name), numel(bad), ...
          mat2str(bad));
  end
end

function validators__all(x, is_good, text, name)
  % An error that counts and shows the elements that are wrong.
  bad = x(:)(!is_good(:));
  if !isempty(bad)
    error("%s must be %s; found %d elements that were not: values %s", ...
          validators__label(name), text, numel(bad), mat2str(bad.'));
  end
end

function label = validators__label(name)
  label = name;
  if !isvarname(name)
    label = "input";
  end
end

function reason = validators__not_whole(x)
  % The first that is wrong, or nothing.
  if islogical(x) || isinteger(x)
    reason = "";
  elseif isnumeric(x)
    reason = validators__not_whole_number(x(:));
  else
    reason = sprintf("it was non-numeric (found a %s)", class(x));
  end
end

function reason = validators__not_whole_number(x)
  reason = "";
  if !all(isfinite(x))
    reason = "there were non-finite values";
  elseif iscomplex(x)
    reason = "it was complex";
  elseif !isequal(x, fix(x))
    reason = "it had fractional values in some elements";
  end
end
