s = 'John: 25, Ann: 31, Bob: 7';
[tok, mat] = regexp(s, '(\w+): (\d+)', 'tokens', 'match');
for k = 1:numel(tok)
  printf('%s is %s\n', tok{k}{:});
end
names = regexp('2024-03-05', '(?<y>\d+)-(?<m>\d+)-(?<d>\d+)', 'names')
disp(regexprep(s, '(\w+): (\d+)', '$2 $1'));
disp(strjoin(regexp('a1b22c', '\d+', 'split'), '|'));
[s1, e1] = regexp('hello world', 'o')
isempty(regexp('abc', 'x', 'once'))
