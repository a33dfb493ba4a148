% Sizes and classes of random numbers in every form.
if ~exist('N', 'var'), N = 200; end
rand('seed', 1);
fprintf('%d %d\n', size(rand(3)), size(rand(2, 3)), size(rand([4 2])), size(randn(3, 1)));
fprintf('%d %d %d\n', size(rand(2, 3, 4)), size(zeros(2, 2, 2)));
fprintf('%s %s\n', class(rand(2, 'single')), class(randn(2, 2, 'double')));
fprintf('%s\n', class(randi(9, 2, 2, 'int32')), class(randi(9, 2)));
x = rand(N, 5);
fprintf('%d %d\n', all(x(:) > 0), all(x(:) < 1));
k = randi([3 7], N, 2);
fprintf('%d %d %d\n', min(k(:)) >= 3, max(k(:)) <= 7, all(k(:) == fix(k(:))));
fprintf('%d\n', isequal(sort(randperm(N)), 1:N));
p = randperm(N, 3);
fprintf('%d %d\n', numel(p), numel(unique(p)));
