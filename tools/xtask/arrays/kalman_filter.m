% A Kalman filter of two states that sees one.
tic
m = 2;
A = eye(m);
A(1, 2) = 0.1;
P = eye(m);
Q = 0.01 * eye(m);
H = [1 0];
x = zeros(m, 1);
for k = 1:5000
  x = A * x;
  P = A * P * A' + Q;
  S = H * P * H' + 0.1;
  K = P * H' / S;
  x = x + K * (sin(k) - H * x);
  P = (eye(m) - K * H) * P;
end
printf("%.6f\n", x, P);
printf("%.9f\n", toc);
