tests = {'[1 2 3](5)', 'ones(2, 3) * ones(2, 3)', '[1 2] + [1 2 3]', ...
         'cell2mat(3)', 'str2func(1)', 'zeros(2)(3, 1)', 'error(''my:id'', ''x=%d'', 3)', ...
         'strrep(1, 2, 3)', '{1}{2}', 'x.a', '{} + 1', '[1 2 3] .* [1 2]'};
x = 5;
for k = 1:numel(tests)
  try
    eval([tests{k} ';']);
  catch err
    printf('%d %s\n', k, strtok(err.message, "\n")(1:min(end, 30)));
  end
end
