1;
function leap = is_leap(y)
  leap = (mod(y, 4) == 0 && mod(y, 100) ~= 0) || mod(y, 400) == 0;
end
function d = day_of_year(y, m, d)
  days = [31 28 31 30 31 30 31 31 30 31 30 31];
  if is_leap(y), days(2) = 29; end
  d = sum(days(1:m-1)) + d;
end
function w = weekday_name(y, m, d)
  names = {'Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'};
  if m < 3
    m = m + 12; y = y - 1;
  end
  k = mod(d + floor(13 * (m + 1) / 5) + y + floor(y/4) - floor(y/100) + floor(y/400) - 1, 7);
  w = names{k + 1};
end
for y = [1900 2000 2023 2024]
  printf('%d %d %d\n', y, is_leap(y), day_of_year(y, 12, 31));
end
printf('%s %s\n', weekday_name(2000, 1, 1), weekday_name(2024, 2, 29));
months = 'JanFebMarAprMayJunJulAugSepOctNovDec';
for m = 1:3:12
  printf('%s ', months(3*m-2:3*m));
end
printf('\n');
secs = 3725;
printf('%02d:%02d:%02d\n', floor(secs/3600), floor(mod(secs, 3600)/60), mod(secs, 60));
