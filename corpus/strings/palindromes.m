function tf = is_palindrome(s)
  s = lower(s(isletter(s)));
  tf = strcmp(s, fliplr(s));
end
list = {'Racecar', 'A man, a plan, a canal: Panama', 'hello', '', 'No lemon, no melon'};
for k = 1:numel(list)
  if is_palindrome(list{k})
    printf('"%s" is one\n', list{k});
  else
    printf('"%s" is none\n', list{k});
  end
end
