% A text that grows by a character, and is read back.
tic
text = '';
for i = 1:20000
  c = mod(i * i, 26);
  if c < 13
    text = [text 'a'];
  else
    text(end + 1) = 'z';
  end
end
count = 0;
for i = 1:length(text)
  if text(i) == 'a'
    count = count + 1;
  end
end
printf("%d %d %s\n", length(text), count, text(1:30));
printf("%.9f\n", toc);
