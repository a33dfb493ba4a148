% First-order smoothing of a batch of signals: y(t) = y(t-1) + a (x(t) - y(t-1)).
% CHANNELS signals of STEPS samples. Set with -D STEPS=512 or PREHEAT_STEPS=512.
% groups 4
% dispatches 5

if ~exist('CHANNELS', 'var'), CHANNELS = setting('PREHEAT_CHANNELS', 20000); end
if ~exist('STEPS', 'var'), STEPS = setting('PREHEAT_STEPS', 128); end
check_size('CHANNELS', CHANNELS);
check_size('STEPS', STEPS);

alpha = 0.15;
phase = linspace(0, 2 * pi, CHANNELS)';
state = zeros(CHANNELS, 1);
energy = zeros(CHANNELS, 1);
for t = 1:STEPS
    x = sin(0.2 * t + phase) + 0.3 * cos(1.7 * t + 3 * phase);
    state = state + alpha * (x - state);
    energy = energy + state.^2;
end

fprintf('%d signals of %d samples\n', CHANNELS, STEPS);
fprintf('last state: mean %.12g, largest %.12g\n', mean(state.^2), max(state));
fprintf('energy: mean %.12g, from %.12g to %.12g\n', ...
    mean(energy), min(energy), max(energy));

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
