% Texts that end with line feeds, and texts that grow beside their own length.
x = sprintf("a\n")
disp(sprintf("b\n"))
y = "a\nb"
c = {"x\n"}
s.a = "q\n"
1;
function s = tabs(t)
  s = "";
  for letter = t
    if letter == '-'
      s = [s, repmat(' ', 1, 8 - mod(numel(s), 8))];
    else
      s = [s, letter];
    end
  end
end
disp(['<' tabs('ab-c-def-g') '>']);
disp(['<' untabify("a\tbc\td") '>']);
t = strftime('%Y-%m-%d %H:%M:%S', gmtime(1e9))
calendar(2020, 2)
