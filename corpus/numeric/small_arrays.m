% Vectors of three and matrices of four in loops, to the last digit.
p = [1 0 0.5]; v = [0 0.7 0.1]; h = 0.01;
for k = 1:200
  a = -p / (p * p')^1.5;
  v = v + h * a;
  p = p + h * v;
end
printf('%.17g ', p, v, norm(p), dot(p, v)); printf('\n');
T = eye(4);
step = [cos(0.1) -sin(0.1) 0 0.2; sin(0.1) cos(0.1) 0 0; 0 0 1 0.05; 0 0 0 1];
for k = 1:50
  T = T * step;
end
printf('%.17g ', T); printf('\n');
R = T(1:3, 1:3); R * R'
q = [1 0 0 0]; d = [cos(0.05) sin(0.05) 0 0];
for k = 1:30
  q = [q(1)*d(1)-q(2)*d(2)-q(3)*d(3)-q(4)*d(4), q(1)*d(2)+q(2)*d(1)+q(3)*d(4)-q(4)*d(3), ...
       q(1)*d(3)-q(2)*d(4)+q(3)*d(1)+q(4)*d(2), q(1)*d(4)+q(2)*d(3)-q(3)*d(2)+q(4)*d(1)];
  q = q / norm(q);
end
printf('%.17g ', q); printf('\n');
A = [2 -1 0.3; 0.7 4 1.1; -2 0.9 3];
b = A' * [0.1; 0.2; 0.3] - sum(A, 2) + mean(A)' .* max(A)';
printf('%.17g ', b, sum(A), prod(A), min(A, [], 2), A .^ 2, A .^ 3, 1 ./ A, sqrt(abs(A)), exp(A));
printf('\n');
any(A < 0), all(A > -3), A >= 1, mod(A, 2), -A, ~A, (A > 0) & (A < 2), [0.1 0.2 0.3] * 3 == [0.3 0.6 0.9]
w = zeros(1, 3); w(2) = 4; w(:) = w(:) + 1; w(end + 1) = 7; w * 2
x = [0.5; 1; 2];
for k = 1:20
  x = x - 0.1 * [2 * x(1); x(2) ^ 2 - 1; x(3) - x(1)];
end
printf('%.17g ', x); printf('\n');
