values = {0, 1, -1, pi, 1e10, 1e-5, 123456.789, NaN, -Inf, [1 2 3], [1.5 2.25], [1 2; 3 4], true};
for k = 1:numel(values)
  disp(num2str(values{k}));
end
disp(mat2str([1.5 2; -3 4]));
disp(mat2str(logical([1 0])));
disp(int2str(3.7));
disp(num2str(pi, 8));
disp(num2str([1 2; 3 4] / 3, '%8.4f'));
