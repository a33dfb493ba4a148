% A setting that is not a number is refused in the script's own words.
text = '12x';
fprintf('read %s\n', text);
limit = str2double(text);
if ~isfinite(limit) || limit ~= floor(limit)
    error('limit must be a whole number, not %s', text);
end
disp('not reached');
