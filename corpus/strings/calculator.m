% Postfix notation with a stack.
function v = postfix(text)
  stack = [];
  tokens = strsplit(text, ' ');
  for k = 1:numel(tokens)
    t = tokens{k};
    switch t
      case {'+', '-', '*', '/'}
        b = stack(end);
        a = stack(end - 1);
        stack(end - 1:end) = [];
        stack(end + 1) = eval(['a' t 'b']);
      otherwise
        stack(end + 1) = str2double(t);
    end
  end
  v = stack;
end
disp(postfix('3 4 + 2 *'));
disp(postfix('5 1 2 + 4 * + 3 -'));
disp(postfix('1 2 /'));
