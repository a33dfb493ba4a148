% LU factors by the textbook's three loops, without pivoting, and a solve.
if ~exist('N', 'var'), N = 40; end

A = zeros(N, N);
for r = 1:N
    for c = 1:N
        A(r, c) = 1 / (r + c - 1);
    end
    A(r, r) = A(r, r) + N;
end
b = zeros(N, 1);
for r = 1:N
    b(r) = r;
end

LU = A;
for k = 1:N - 1
    for r = k + 1:N
        LU(r, k) = LU(r, k) / LU(k, k);
        for c = k + 1:N
            LU(r, c) = LU(r, c) - LU(r, k) * LU(k, c);
        end
    end
end

x = b;
for r = 2:N
    for c = 1:r - 1
        x(r) = x(r) - LU(r, c) * x(c);
    end
end
for r = N:-1:1
    for c = r + 1:N
        x(r) = x(r) - LU(r, c) * x(c);
    end
    x(r) = x(r) / LU(r, r);
end

determinant = 0;
for k = 1:N
    determinant = determinant + log(LU(k, k));
end
worst = 0;
for r = 1:N
    residual = b(r);
    for c = 1:N
        residual = residual - A(r, c) * x(c);
    end
    if abs(residual) > worst
        worst = abs(residual);
    end
end

fprintf('log of the determinant: %.12g\n', determinant);
fprintf('x(1) = %.12g, x(%d) = %.12g\n', x(1), N, x(N));
fprintf('solved: %d\n', worst < 1e-10);
