function mustBeFinite(x)
  % An error unless all elements are finite.
  if nargin != 1
    print_usage();
  end
  bad = find(!isfinite(x(:)));
  if !isempty(bad)
    error("%s must be finite; found %d non-finite elements: indexes %s", ...
          validators__label(inputname(1, false)), numel(bad), mat2str(bad));
  end
end

function mustBeNonNan(x)
  % An error if an element is NaN.
  if nargin != 1
    print_usage();
  end
  bad = find(isnan(x(:)));
  if !isempty(bad)
    error("%s must be non-NaN; found %d elements that were not: indexes %s", ...
          validators__label(inputname(1, false)), numel(bad), mat2str(bad));
  end
end

function mustBeNonzero(x)
  % An error if an element is zero.
  if nargin != 1
    print_usage();
  end
  bad = find(x(:) == 0);
  if !isempty(bad)
    error("%s must be non-zero; found %d elements that were zero: indexes %s", ...
          validators__label(inputname(1, false)), numel(bad), mat2str(bad));
  end
end

function mustBeInteger(x)
  % An error unless all elements are whole numbers.
  if nargin != 1
    print_usage();
  end
  if isinteger(x) || islogical(x)
    return;
  end
  problem = "";
  if !isnumeric(x)
    problem = sprintf("it was non-numeric (found a %s)", class(x));
  elseif any(!isfinite(x(:)))
    problem = "there were non-finite values";
  elseif !isreal(x)
    problem = "it was complex";
  elseif any(x(:) != fix(x(:)))
    problem = "it had fractional values in some elements";
  end
  if !isempty(problem)
    error("%s must be integer-valued; but %s", validators__label(inputname(1, false)), problem);
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
  if !(isnumeric(x) || islogical(x))
    error("%s must be numeric or logical; found a %s", ...
          validators__label(inputname(1, false)), class(x));
  end
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
  bad = x(:)(!(x(:) < 0));
  if !isempty(bad)
    error("%s must be negative; found %d elements that were not: values %s", ...
          validators__label(inputname(1, false)), numel(bad), mat2str(bad.'));
  end
end

function mustBePositive(x)
  % An error unless all elements are positive.
  if nargin != 1
    print_usage();
  end
  bad = x(:)(!(x(:) > 0));
  if !isempty(bad)
    error("%s must be positive; found %d elements that were not: values %s", ...
          validators__label(inputname(1, false)), numel(bad), mat2str(bad.'));
  end
end

function mustBeNonnegative(x)
  % An error if an element is negative.
  if nargin != 1
    print_usage();
  end
  bad = x(:)(!(x(:) >= 0));
  if !isempty(bad)
    error("%s must be non-negative; found %d elements that were not: values %s", ...
          validators__label(inputname(1, false)), numel(bad), mat2str(bad.'));
  end
end

function mustBeNonpositive(x)
  % An error if an element is positive.
  if nargin != 1
    print_usage();
  end
  bad = x(:)(!(x(:) <= 0));
  if !isempty(bad)
    error("%s must be non-positive; found %d elements that were not: values %s", ...
          validators__label(inputname(1, false)), numel(bad), mat2str(bad.'));
  end
end

function mustBeGreaterThan(x, c)
  % An error unless all elements are greater than a number.
  if nargin != 2
    print_usage();
  end
  bad = x(:)(!(x(:) > c));
  if !isempty(bad)
    error("%s must be greater than %f; found %d elements that were not: values %s", ...
          validators__label(inputname(1, false)), c, numel(bad), mat2str(bad.'));
  end
end

function mustBeGreaterThanOrEqual(x, c)
  % An error if an element is less than a number.
  if nargin != 2
    print_usage();
  end
  bad = x(:)(!(x(:) >= c));
  if !isempty(bad)
    error("%s must be greater than or equal to %f; found %d elements that were not: values %s", ...
          validators__label(inputname(1, false)), c, numel(bad), mat2str(bad.'));
  end
end

function mustBeLessThan(x, c)
  % An error unless all elements are less than a number.
  if nargin != 2
    print_usage();
  end
  bad = x(:)(!(x(:) < c));
  if !isempty(bad)
    error("%s must be less than %f; found %d elements that were not: values %s", ...
          validators__label(inputname(1, false)), c, numel(bad), mat2str(bad.'));
  end
end

function mustBeLessThanOrEqual(x, c)
  % An error if an element is greater than a number.
  if nargin != 2
    print_usage();
  end
  bad = x(:)(!(x(:) <= c));
  if !isempty(bad)
    error("%s must be less than or equal to %f; found %d elements that were not: values %s", ...
          validators__label(inputname(1, false)), c, numel(bad), mat2str(bad.'));
  end
end

function label = validators__label(name)
  label = name;
  if !isvarname(name)
    label = "input";
  end
end
