checks = {{'a', {'numeric'}, {}}, {-1, {'numeric'}, {'nonnegative'}}, {1.5, {'numeric'}, {'integer'}}, ...
          {[1 2], {'numeric'}, {'scalar'}}, {[], {'numeric'}, {'nonempty'}}, {3, {'numeric'}, {'positive'}}};
for k = 1:numel(checks)
  try
    validateattributes(checks{k}{:});
    disp('fine');
  catch err
    disp(strtrim(strrep(err.message, "\n", ' ')));
  end
end
validatestring('app', {'apple', 'banana'})
