% Strings and numbers as text, printed in the ways that scripts print.
name = 'preheat';
disp(name);
disp(['hello, ', name, '!']);
fprintf('%s has %d letters\n', name, length(name));
fprintf('no newline yet');
fprintf('\n');

fprintf('%d %i %5d|%-5d|%05d|%+d\n', 1, 2, 42, 42, 42, 42);
fprintf('%f %.2f %8.3f|%-8.1f|\n', pi, pi, pi, pi);
fprintf('%e %.3e %E\n', 12345.678, 0.00012, 1e10);
fprintf('%g %g %g %g %.3g\n', 0.1, 100000, 1e6, 1e-5, 12345.678);
fprintf('%s|%10s|%-10s|%c%c\n', 'abc', 'right', 'left', 'x', 'y');
fprintf('100%% of %s\n', 'it');
fprintf('%d %d\n', [1 2; 3 4]);
fprintf('%d, ', [1 2 3]);
fprintf('\n');
fprintf('[%s]\n', num2str([1 2 3]));
fprintf('%g %g %g\n', Inf, -Inf, NaN);
fprintf('%d %d\n', true, false);
fprintf("tab\there, quote ' and ""double""\n");
fprintf('%d: %s\n', 1, 'one', 2, 'two');

disp(42);
disp(-7);
disp(pi);
disp(-2.5);
disp(100000);
disp(true);
disp(Inf);
disp(NaN);

disp(num2str(pi));
disp(num2str(pi, 8));
disp(num2str(42));
disp(num2str(-7.25));
disp(num2str(123456.789));
disp(num2str(1.5e-7));
disp(num2str(1e10));
disp(num2str(0.1 + 0.2));
disp(num2str(true));
disp(num2str('text'));
disp(num2str(3.14159, '%.3f'));
disp(num2str(NaN));

line = sprintf('%d-%s', 7, 'seven');
disp(line);
disp(upper(line));
disp(strrep(line, '-', '+'));
disp(strcat('a', 'b', 'c'));
disp(strtrim('  padded  '));
disp(int2str(2.7));
disp(mat2str([1 2; 3 4.5]));
if strcmp(lower('ABC'), 'abc') && ~strcmpi('abc', 'abd')
    disp('compared');
end
fprintf('%d %d %d\n', str2double('12.5') == 12.5, isnan(str2double('12x')), ischar(name));
word = ['x', 'y'; 'z', 'w'];
fprintf('%s %d %d\n', word(1, :), size(word));
fprintf('%d\n', double('A'));
fprintf('%s\n', char([72 105]));
