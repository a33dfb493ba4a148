% A variable that is only set on another branch.
count = 3;
fprintf('count %d\n', count);
if count > 5
    weight = 2;
end
disp(count * weight);
