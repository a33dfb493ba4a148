% Images of class uint8: brightness with saturation, a blend, a difference, a mask painted in.
if ~exist('H', 'var'), H = 720; end
if ~exist('W', 'var'), W = 1280; end

[x, y] = meshgrid(0:W-1, 0:H-1);
front = uint8(mod(7 * x + 3 * y, 256));
back = uint8(mod(x .* 2 + y .* 5, 200) + 28);

bright = front + 60;                  % saturates at 255
dark = back - 100;                    % saturates at 0
scaled = back * 1.7;                  % rounds, then saturates
alpha = 0.3;
blend = front * alpha + back * (1 - alpha);
apart = max(front, back) - min(front, back);
signed_apart = int16(front) - int16(back);
half = front / 2;                     % rounds half up

painted = blend;
painted(1:3, :) = 300;
painted(:, 1) = -5;
flipped = [painted(end:-1:1, :), bright];

fprintf('%s %s %s\n', class(blend), class(signed_apart), class(sum(blend)));
fprintf('bright %d full, dark %d empty\n', nnz(bright == 255), nnz(dark == 0));
fprintf('scaled sum %.0f, blend sum %.0f, half sum %.0f\n', ...
    sum(scaled(:)), sum(blend(:)), sum(half(:)));
fprintf('apart: largest %d, mean %.12g\n', max(apart(:)), mean(double(apart(:))));
fprintf('signed: from %d to %d\n', min(signed_apart(:)), max(signed_apart(:)));
fprintf('flipped %d x %d, sum %.0f, corner %d\n', ...
    size(flipped, 1), size(flipped, 2), sum(double(flipped(:))), flipped(1, end));
