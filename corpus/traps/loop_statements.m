% A time loop with more in its body than the step: every statement counts.
% groups 6
% dispatches 9
if ~exist('M', 'var'), M = 3000; end
if ~exist('T', 'var'), T = 25; end

S = 1 + (1:M)' / M;
highest = S;
total = zeros(M, 1);
crossed = zeros(M, 1);
for t = 1:T
    wave = sin(t + 3 * (1:M)' / M);
    S = S .* exp(0.01 + 0.05 * wave);
    highest = max(highest, S);
    total = total + S;
    crossed = crossed + (S > 1.5);
    fee = 0.05 * (mod(t, 10) == 0);
    S = S - fee;
end

fprintf('last %.12g, highest %.12g\n', mean(S), mean(highest));
fprintf('average %.12g, above %.12g\n', mean(total) / T, mean(crossed) / T);
