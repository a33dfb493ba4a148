% Running sums, products and extremes along each axis, with work before and after in one kernel.
if ~exist('N', 'var'), N = 700; end
if ~exist('D', 'var'), D = 30; end

x = 1.5 + sin(1:N);
running = cumsum(x .* 2 - 1) ./ (1:N);
fprintf('row %.12g %.12g %.12g\n', running(1), running(2), running(end));
single_sum = cumsum(single(x));
fprintf('%s %.5f\n', class(single_sum), single_sum(end) / N);
growth = cumprod(1 + x / 1000);
fprintf('growth %.10g\n', growth(end));

A = cos((1:N)' + 2 * (1:D));
down = cumsum(A, 1);
across = cumsum(A, 2);
fprintf('down %.10g, across %.10g\n', max(max(abs(down))), max(max(abs(across))));
fprintf('ends %d %d\n', max(abs(down(end, :) - sum(A, 1))) < 1e-10, ...
        max(abs(across(:, end) - sum(A, 2))) < 1e-10);

[top, where] = cummax(A, 2);
[low, place] = cummin(A);
fprintf('top %.12g, where %d\n', sum(top(:)), sum(where(:)));
fprintf('low %.12g, place %d\n', sum(low(:)), sum(place(:)));

pages = cumsum(reshape(1:2 * N * D, N, D, 2), 3);
fprintf('pages %.15g %.15g\n', pages(2, 2, 1), pages(2, 2, 2));

gaps = x;
gaps(2) = NaN;
best = cummax(gaps);
total = cumsum(gaps);
fprintf('gaps %d %d %d\n', isnan(best(2)), isnan(total(1)), isnan(total(end)));
steps = diff(cumsum(1:N));
fprintf('steps %d %d\n', steps(1), steps(end));
