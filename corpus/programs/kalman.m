% A Kalman filter: position and velocity from noisy positions.
dt = 0.1; A = [1 dt; 0 1]; H = [1 0];
Q = 0.01 * eye(2); R = 0.5;
x = [0; 0]; P = eye(2);
z = sin((1:20) * 0.3);
for k = 1:20
  x = A * x;
  P = A * P * A' + Q;
  K = P * H' / (H * P * H' + R);
  x = x + K * (z(k) - H * x);
  P = (eye(2) - K * H) * P;
end
x, P, K
