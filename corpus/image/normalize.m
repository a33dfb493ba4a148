% Normalise a batch of random images, then apply gain, bias and gamma.
% B images of H x W pixels. Set a size with -D H=720 or PREHEAT_H=720.
% groups 7
% dispatches 11

if ~exist('B', 'var'), B = setting('PREHEAT_B', 8); end
if ~exist('H', 'var'), H = setting('PREHEAT_H', 1080); end
if ~exist('W', 'var'), W = setting('PREHEAT_W', 1920); end
check_size('B', B);
check_size('H', H);
check_size('W', W);

gain = single(1.0123);
bias = single(-0.02);
gam = single(1.8);
eps0 = single(1e-6);

% On a device the images are made there; without one they are plain arrays.
on_device = exist('gpuArray') > 0;
if on_device
    imgs = rand(B, H, W, 'like', gpuArray(single(0)));
else
    imgs = rand(B, H, W, 'single');
end

mu = mean(imgs, [2 3], 'native');
sigma = sqrt(mean((imgs - mu).^2, [2 3], 'native') + eps0);
out = ((imgs - mu) ./ sigma) * gain + bias;
out = max(out, 0) .^ gam;
mse = mean((out - imgs).^2, 'all');
darkest = min(out, [], 'all');

if on_device
    mse = gather(mse);
    darkest = gather(darkest);
end

% The numbers depend on the generator, so only what must hold is printed.
fprintf('%d images of %d x %d, class %s\n', B, H, W, class(out));
fprintf('mean squared error as expected: %d\n', abs(mse - 0.285) < 0.02);
fprintf('darkest pixel is black: %d\n', darkest == 0);

function value = setting(name, fallback)
    value = fallback;
    text = getenv(name);
    if ~isempty(text)
        value = str2double(text);
    end
end

function check_size(name, value)
    if ~isfinite(value) || value < 2 || value ~= floor(value)
        error('%s must be a whole number of at least 2', name);
    end
end
