% Reductions whose inputs are computed on the way, along both axes and all.
% groups 9
% dispatches 10
if ~exist('R', 'var'), R = 1000; end
if ~exist('C', 'var'), C = 500; end

row = (1:R)' / R;
column = (1:C) / C;
weight = 1 + column.^2;

moments = sum(sin(3 * row + column) .* weight, 1) / R;
spread = max(abs(row - column) .* weight, [], 2);
total = sum(exp(-row) .* column + 1, 'all');
energy = mean((moments - mean(moments)).^2);

fprintf('moments: %.12g to %.12g\n', min(moments), max(moments));
fprintf('spread: %.12g to %.12g\n', min(spread), max(spread));
fprintf('total %.12g, energy %.12g\n', total / (R * C), energy);
