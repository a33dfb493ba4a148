% Every kind of branch and loop, on scalars.
total = 0;
for k = 1:10
    if mod(k, 2) == 0
        continue
    end
    if k > 7
        break
    end
    total = total + k;
end
fprintf('odd up to seven: %d\n', total);

n = 27;
steps = 0;
while n ~= 1
    if mod(n, 2) == 0
        n = n / 2;
    else
        n = 3 * n + 1;
    end
    steps = steps + 1;
end
fprintf('collatz: %d\n', steps);

for word = {'red', 'dark', 'none'}
    switch word{1}
        case 'red'
            disp('a colour');
        case {'dark', 'light'}
            disp('a shade');
        otherwise
            disp('neither');
    end
end

switch 3
    case {1, 2}
        disp('small');
    case 3
        disp('three');
end

for k = 10:-3:1
    fprintf('%d ', k);
end
fprintf('\n');
for x = [1.5 2.5 4]
    fprintf('%g ', x);
end
fprintf('\n');
for column = [1 2; 3 4]
    fprintf('%d/%d ', column(1), column(2));
end
fprintf('\n');
for k = 1:0
    disp('never');
end

try
    error('demo:id', 'refused: %d', 7);
catch problem
    fprintf('%s | %s\n', problem.identifier, problem.message);
end

v = [];
for k = 1:4
    v(end + 1) = k^2;
end
v(2) = [];
fprintf('%d ', v, numel(v));
fprintf('\n');
if isempty([]) && ~any([0 0]) || false
    disp('done');
end
