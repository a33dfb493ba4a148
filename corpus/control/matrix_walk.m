% A spiral through a matrix.
A = reshape(1:12, 4, 3)';
out = [];
while ~isempty(A)
  out = [out A(1, :)];
  A(1, :) = [];
  A = rot90(A);
end
disp(out);
