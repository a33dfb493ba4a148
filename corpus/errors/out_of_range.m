% An index past the end, after some that are not.
v = (1:4) .^ 2;
for k = 1:6
    fprintf('%d ', v(k));
end
