% A function of the file called with more than it takes.
fprintf('%d\n', area(2, 3));
fprintf('%d\n', area(2, 3, 4));

function a = area(w, h)
    a = w * h;
end
