% Cells and structs: settings, tables of names, nested fields.
config.name = 'run';
config.size = [4 3];
config.solver.steps = 10;
config.solver.rate = 0.5;
config.solver.steps = config.solver.steps + 5;
fprintf('%s: %d x %d, %d steps at %g\n', config.name, config.size(1), ...
    config.size(2), config.solver.steps, config.solver.rate);

names = {'alpha', 'beta', 'gamma'};
names{end + 1} = 'delta';
for k = 1:numel(names)
    fprintf('%d %s (%d)\n', k, names{k}, length(names{k}));
end

mixed = {1, 'two', [3 3 3]; 4, {5}, true};
fprintf('%d x %d cell\n', size(mixed, 1), size(mixed, 2));
inner = mixed{2, 2};
fprintf('%d %s %d %d\n', mixed{1, 1}, mixed{1, 2}, sum(mixed{1, 3}), inner{1});

point = struct('x', 3, 'y', 4);
fprintf('%g %d %d\n', sqrt(point.x^2 + point.y^2), isfield(point, 'x'), isfield(point, 'z'));
field = 'y';
point.(field) = 12;
fields = fieldnames(point);
for k = 1:numel(fields)
    fprintf('%s = %d\n', fields{k}, point.(fields{k}));
end

people(1).age = 30;
people(2).age = 40;
total = 0;
for k = 1:numel(people)
    total = total + people(k).age;
end
fprintf('%d people, %d years\n', numel(people), total);

lengths = cellfun(@numel, names);
fprintf('%d ', lengths);
fprintf('\n');
lengths = cellfun(@(s) [s, '!'], names, 'UniformOutput', false);
disp(lengths{4});
empty = {};
fprintf('%d %d %d %d\n', isempty(empty), iscell(names), isstruct(point), iscell(point));
