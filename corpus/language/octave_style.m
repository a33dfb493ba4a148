# Octave's spellings: hash comments, printf, endif, +=, !=, functions first.
1;

function r = twice (x)
  r = 2 * x;
endfunction

total = 0;
for k = 1:5
  if (k != 3)
    total += twice (k);   # skips three
  endif
endfor
printf ("%d\n", total);

k = 0;
do
  k++;
until (k >= 4)
while (! (k == 0))
  k -= 1;
endwhile
printf ("%d %s\n", k, "text");
x = 3; x *= 4; x /= 6;
printf ("%g %d\n", x, !false);
unwind_protect
  disp ("inside");
unwind_protect_cleanup
  disp ("cleaned up");
end_unwind_protect
