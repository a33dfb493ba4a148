1;
% A queue with one server; arrivals from a linear congruential generator.
function [u, s] = lcg(s)
  s = mod(16807 * s, 2147483647);
  u = s / 2147483647;
end
seed = 12345;
t = 0; free_at = 0; waits = [];
queue = struct('arrive', {}, 'start', {}, 'leave', {});
for c = 1:8
  [u, seed] = lcg(seed);
  t = t - log(u) * 2;
  [u, seed] = lcg(seed);
  service = 1 + 2 * u;
  start = max(t, free_at);
  free_at = start + service;
  queue(end + 1) = struct('arrive', t, 'start', start, 'leave', free_at);
  waits(end + 1) = start - t;
end
for q = queue
  printf('%6.2f %6.2f %6.2f\n', q.arrive, q.start, q.leave);
end
printf('mean wait %.3f, longest %.3f\n', mean(waits), max(waits));
printf('busy %.1f%%\n', 100 * sum([queue.leave] - [queue.start]) / queue(end).leave);
