function r = kind(x)
  switch class(x)
    case {'double', 'single'}
      r = 'float';
    case 'char'
      r = 'text';
    otherwise
      r = 'other';
  end
end
cellfun(@kind, {1, 'a', single(2), {}, true}, 'UniformOutput', false)
for x = 1:4
  switch x
    case 1
      disp('one');
    case {2, 3}
      disp('some');
    otherwise
      disp('many');
  end
end
