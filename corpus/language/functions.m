% Functions of the file: several outputs, defaults, recursion, handles.
[low, high] = limits([3 1 2]);
fprintf('from %d to %d\n', low, high);
only = limits([9 8]);
fprintf('lowest %d\n', only);
[~, top] = limits([4 6 5]);
fprintf('highest %d\n', top);

fprintf('%d %d\n', power_of(3), power_of(3, 3));
fprintf('10! = %d\n', fact(10));
fprintf('fib: %s\n', num2str([fib(10), fib(15)]));

square = @(x) x.^2;
scale = 3;
scaled = @(x) scale * square(x);
scale = 100;
fprintf('%d %d\n', square(4), scaled(2));
fprintf('%.4f\n', apply_twice(@cos, 1));
fprintf('%d\n', feval(@max, [1 5 2]));
fprintf('%s\n', sign_word(-2), sign_word(0), sign_word(7));
fprintf('%d inputs\n', count_inputs(1, 'two', [3 4]));

function [low, high] = limits(values)
    low = min(values);
    if nargout > 1
        high = max(values);
    end
end

function r = power_of(x, n)
    if nargin < 2
        n = 2;
    end
    r = x ^ n;
end

function r = fact(n)
    if n <= 1
        r = 1;
        return
    end
    r = n * fact(n - 1);
end

function r = fib(n)
    a = 0;
    r = 1;
    for k = 2:n
        next = a + r;
        a = r;
        r = next;
    end
end

function r = apply_twice(f, x)
    r = f(f(x));
end

function s = sign_word(x)
    if x < 0
        s = 'negative';
    elseif x == 0
        s = 'zero';
    else
        s = 'positive';
    end
end

function n = count_inputs(varargin)
    n = numel(varargin);
end
