printf('[%5d] [%-5d] [%05d] [%+d]\n', 42, 42, 42, 42);
printf('[%8.3f] [%-8.3f] [%08.3f]\n', pi, pi, pi);
printf('[%s] [%10s] [%-10s]\n', 'abc', 'abc', 'abc');
printf('%d %s\n', 1, 'one', 2, 'two');
printf('%g %g %g\n', 1e5, 1e-5, 123456789);
printf('%x %o %e\n', 255, 8, 12345.678);
printf('%d, ', [1 2; 3 4]);
printf('\n');
printf('%c', 'hello');
printf('\n%5.1f|%5.1f\n', Inf, NaN);
printf('%d\n', 2.5);
disp(sprintf('%d%%', 50));
x = sprintf('%s=%d;', 'a', 1, 'bb', 22)
