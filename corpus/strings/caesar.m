% Letters moved along the alphabet.
msg = 'The Quick Brown Fox, 1999!';
for shift = [3 13 -3]
  up = msg >= 'A' & msg <= 'Z';
  low = msg >= 'a' & msg <= 'z';
  enc = msg;
  enc(up) = char(mod(msg(up) - 'A' + shift, 26) + 'A');
  enc(low) = char(mod(msg(low) - 'a' + shift, 26) + 'a');
  printf('%3d: %s\n', shift, enc);
end
