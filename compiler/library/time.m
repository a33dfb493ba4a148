function [days, secs] = datenum(year, month, day, hour, minute, second)
  % Days since year 0.
  if nargin < 1
    print_usage();
  end
  if ischar(year) || iscellstr(year)
    v = datevec(year);
    [days, secs] = datenum(v);
    return;
  end
  if nargin == 1
    v = year;
    if columns(v) < 3
      error("datenum: expected date vector containing [YEAR, MONTH, DAY, HOUR, MINUTE, SECOND]");
    end
    v(:, end+1:6) = 0;
    year = v(:, 1);
    month = v(:, 2);
    day = v(:, 3);
    hour = v(:, 4);
    minute = v(:, 5);
    second = v(:, 6);
  else
    if nargin < 2
      month = 1;
    end
    if nargin < 3
      day = 1;
    end
    if nargin < 4
      hour = 0;
    end
    if nargin < 5
      minute = 0;
    end
    if nargin < 6
      second = 0;
    end
  end
  month(month < 1) = 1;
  fracmonth = month - floor(month);
  month = floor(month);
  year = year + ceil((month - 12) / 12);
  month = mod(month - 1, 12) + 1;
  before = [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];
  day = day + reshape(before(month), size(month)) + 60;
  year = year + (month < 3) * -1;
  day = day + 365 * year + floor(year / 4) - floor(year / 100) + floor(year / 400);
  fraction = (hour + (minute + second / 60) / 60) / 24;
  days = day + fraction;
  secs = day * 86400 + hour * 3600 + minute * 60 + second;
end

function varargout = datevec(date, f, varargin)
  % Year, month, day, hour, minute and second of a date.
  if ischar(date)
    date = cellstr(date);
  end
  if iscell(date)
    v = zeros(numel(date), 6);
    for k = 1:numel(date)
      v(k, :) = time__parse(date{k});
    end
  else
    date = double(date(:));
    % The part of a day in seconds, as fine as the number of the day lets it be.
    s = round(86400 * (date - floor(date)) * 2 ^ 32) / 2 ^ 32;
    h = floor(s / 3600);
    mi = floor((s - 3600 * h) / 60);
    s = s - 3600 * h - 60 * mi;
    [y, m, d] = time__civil(floor(date));
    v = [y, m, d, h, mi, s];
  end
  if nargout <= 1
    varargout{1} = v;
  else
    for k = 1:nargout
      varargout{k} = v(:, k);
    end
  end
end

function [y, m, d] = time__civil(day)
  % The date of a day. Years start in March and are counted in eras of 400, which all have as many
  % days. After Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  day = day - 61;
  era = floor(day / 146097);
  in_era = day - 146097 * era;
  leaps = floor(in_era / 1460) - floor(in_era / 36524) + floor(in_era / 146096);
  y = floor((in_era - leaps) / 365);
  in_year = in_era - (365 * y + floor(y / 4) - floor(y / 100));
  m = floor((5 * in_year + 2) / 153);
  d = in_year - floor((153 * m + 2) / 5) + 1;
  m = mod(m + 2, 12) + 1;
  y = y + 400 * era + (m <= 2);
end

function v = time__parse(text)
  months = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
  v = zeros(1, 6);
  clock_text = regexp(text, '\d+:\d+(:[\d.]+)?\s*([AaPp][Mm])?', "match", "once");
  if !isempty(clock_text)
    parts = sscanf(strrep(clock_text, ":", " "), "%f");
    v(4:3+numel(parts)) = parts;
    if any(lower(clock_text) == "p") && v(4) < 12
      v(4) = v(4) + 12;
    elseif any(lower(clock_text) == "a") && v(4) == 12
      v(4) = 0;
    end
    text = strrep(text, clock_text, "");
  end
  text = strtrim(text);
  d = regexp(text, '^(\d{4})[-/](\d{1,2})[-/](\d{1,2})', "tokens", "once");
  if !isempty(d)
    v(1:3) = str2double(d);
    return;
  end
  d = regexp(text, '^(\d{1,2})-([A-Za-z]{3})-(\d{4})', "tokens", "once");
  if !isempty(d)
    v(1:3) = [str2double(d{3}), find(strcmpi(d{2}, months)), str2double(d{1})];
    return;
  end
  d = regexp(text, '^(\d{1,2})/(\d{1,2})/(\d{2,4})', "tokens", "once");
  if !isempty(d)
    v(1:3) = [str2double(d{3}), str2double(d{1}), str2double(d{2})];
    return;
  end
  error("datevec: none of the standard formats match the DATE string");
end

function s = datestr(date, f, p)
  % A date as text.
  if nargin < 1
    date = now();
  end
  if nargin < 2
    f = [];
  end
  if ischar(date) || iscell(date)
    v = datevec(date);
  elseif columns(date) == 1
    v = datevec(date);
  elseif any(columns(date) == [3, 6]) && all(date(:, 1) == fix(date(:, 1))) && ...
      all(date(:, 2) == fix(date(:, 2))) && all(date(:, 3) == fix(date(:, 3))) && ...
      all(abs(sum(date, 2) - 2000) < 500)
    v = date;
    v(:, end+1:6) = 0;
  else
    v = datevec(date(:));
  end
  if isempty(f)
    % One form for all: with the time if one of them has any.
    f = 1;
    for k = 1:rows(v)
      if v(k, 4) != 0 || v(k, 5) != 0 || v(k, 6) != 0
        f = 0;
      end
    end
  end
  lines = cell(rows(v), 1);
  for k = 1:rows(v)
    lines{k} = time__format(v(k, :), f);
  end
  s = char(lines);
end

function s = time__format(v, f)
  formats = {"dd-mmm-yyyy HH:MM:SS", "dd-mmm-yyyy", "mm/dd/yy", "mmm", "m", "mm", "mm/dd", "dd", ...
             "ddd", "d", "yyyy", "yy", "mmmyy", "HH:MM:SS", "HH:MM:SS PM", "HH:MM", "HH:MM PM", ...
             "QQ-YY", "QQ", "dd/mm", "dd/mm/yy", "mmm.dd,yyyy HH:MM:SS", "mmm.dd,yyyy", ...
             "mm/dd/yyyy", "dd/mm/yyyy", "yy/mm/dd", "yyyy/mm/dd", "QQ-YYYY", "mmmyyyy", ...
             "yyyy-mm-dd", "yyyymmddTHHMMSS", "yyyy-mm-dd HH:MM:SS"};
  if isempty(f)
    if v(4) == 0 && v(5) == 0 && v(6) == 0
      f = 1;
    else
      f = 0;
    end
  end
  if isnumeric(f)
    f = formats{f + 1};
  end
  months = {"January", "February", "March", "April", "May", "June", "July", "August", ...
            "September", "October", "November", "December"};
  names = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  ms = round((v(6) - floor(v(6))) * 1000);
  if ms == 1000
    ms = 0;
    v(6) = floor(v(6)) + 1;
  end
  day_name = names{weekday(datenum(v(1), v(2), v(3)))};
  hour = v(4);
  half = "";
  if any(strfind(f, "AM")) || any(strfind(f, "PM"))
    if hour >= 12
      half = "PM";
    else
      half = "AM";
    end
    hour = mod(hour - 1, 12) + 1;
  end
  s = "";
  k = 1;
  while k <= numel(f)
    rest = f(k:end);
    if strncmp(rest, "yyyy", 4) || strncmp(rest, "YYYY", 4)
      s = [s, sprintf("%04d", v(1))];
      k = k + 4;
    elseif strncmp(rest, "yy", 2) || strncmp(rest, "YY", 2)
      s = [s, sprintf("%02d", mod(v(1), 100))];
      k = k + 2;
    elseif strncmp(rest, "mmmm", 4)
      s = [s, months{v(2)}];
      k = k + 4;
    elseif strncmp(rest, "mmm", 3)
      s = [s, months{v(2)}(1:3)];
      k = k + 3;
    elseif strncmp(rest, "mm", 2)
      s = [s, sprintf("%02d", v(2))];
      k = k + 2;
    elseif rest(1) == "m"
      s = [s, months{v(2)}(1)];
      k = k + 1;
    elseif strncmp(rest, "dddd", 4)
      s = [s, day_name];
      k = k + 4;
    elseif strncmp(rest, "ddd", 3)
      s = [s, day_name(1:3)];
      k = k + 3;
    elseif strncmp(rest, "dd", 2)
      s = [s, sprintf("%02d", v(3))];
      k = k + 2;
    elseif rest(1) == "d"
      s = [s, day_name(1)];
      k = k + 1;
    elseif strncmp(rest, "HH", 2)
      if isempty(half)
        s = [s, sprintf("%02d", hour)];
      else
        s = [s, sprintf("%2d", hour)];
      end
      k = k + 2;
    elseif strncmp(rest, "MM", 2)
      s = [s, sprintf("%02d", v(5))];
      k = k + 2;
    elseif strncmp(rest, "SS", 2)
      s = [s, sprintf("%02d", floor(v(6)))];
      k = k + 2;
    elseif strncmp(rest, "FFF", 3)
      s = [s, sprintf("%03d", ms)];
      k = k + 3;
    elseif strncmp(rest, "AM", 2) || strncmp(rest, "PM", 2)
      s = [s, half];
      k = k + 2;
    elseif strncmp(rest, "QQ", 2)
      s = [s, sprintf("Q%d", fix((v(2) + 2) / 3))];
      k = k + 2;
    else
      s = [s, rest(1)];
      k = k + 1;
    end
  end
end

function [d, s] = weekday(d, format)
  % The day of the week, Sunday is 1.
  if ischar(d) || iscell(d)
    d = datenum(d);
  end
  d = mod(floor(d) - 1, 7);
  d = mod(d - 1, 7) + 1;
  names = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  if nargout > 1
    if nargin > 1 && strcmpi(format, "long")
      s = char(names(d));
    else
      s = char(cellfun(@(n) n(1:3), names(d), "UniformOutput", false));
    end
  end
end

function d = eomday(y, m)
  % The last day of a month.
  lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  d = reshape(lengths(m), size(m));
  d = d + (m == 2 & (mod(y, 4) == 0 & (mod(y, 100) != 0 | mod(y, 400) == 0)));
end

function t = is_leap_year(year)
  % True for a leap year.
  if nargin < 1
    year = clock()(1);
  end
  t = (mod(year, 4) == 0 & mod(year, 100) != 0) | mod(year, 400) == 0;
end

function d = addtodate(d, q, f)
  % A date moved by years, months, days, hours, minutes or seconds.
  switch f
    case {"year", "month"}
      v = datevec(d);
      if strcmp(f, "year")
        v(:, 1) = v(:, 1) + q;
      else
        v(:, 2) = v(:, 2) + q;
        v(:, 1) = v(:, 1) + floor((v(:, 2) - 1) / 12);
        v(:, 2) = mod(v(:, 2) - 1, 12) + 1;
        v(:, 3) = min(v(:, 3), eomday(v(:, 1), v(:, 2)));
      end
      d = datenum(v);
    case "day"
      d = d + q;
    case "hour"
      d = d + q / 24;
    case "minute"
      d = d + q / 1440;
    case "second"
      d = d + q / 86400;
    case "millisecond"
      d = d + q / 86400000;
    otherwise
      error("addtodate: Invalid time unit: %s", f);
  end
end

function secs = etime(t1, t0)
  % Seconds between two times of clock.
  [~, s1] = datenum(t1);
  [~, s0] = datenum(t0);
  secs = s1 - s0;
end

function s = date()
  % Today as text.
  s = datestr(floor(now()), 1);
end

function c = computer(varargin)
  % The kind of computer.
  c = "x86_64-pc-linux-gnu";
  if nargin > 0 && strcmp(varargin{1}, "arch")
    c = "gnu-linux-x86_64";
  end
end

function d = pwd()
  % The folder in which the program runs.
  d = getenv("PWD");
end

function tm = gmtime(t)
  % A time as a structure of its parts, in universal time.
  v = datevec(719529 + floor(t) / 86400);
  second = mod(floor(t), 60);
  day = floor(datenum(v(1), v(2), v(3)));
  tm = struct("usec", round((t - floor(t)) * 1e6), "sec", second, "min", mod(floor(floor(t) / 60), 60), ...
    "hour", mod(floor(floor(t) / 3600), 24), "mday", v(3), "mon", v(2) - 1, "year", v(1) - 1900, ...
    "wday", mod(day - 2, 7), "yday", day - floor(datenum(v(1), 1, 1)), "isdst", 0, ...
    "gmtoff", 0, "zone", "GMT");
end

function tm = localtime(t)
  % A time as a structure of its parts; local time is universal time here.
  tm = gmtime(t);
  tm.zone = "UTC";
end

function t = mktime(tm)
  % Seconds since 1970 of a structure of parts.
  days = datenum(tm.year + 1900, tm.mon + 1, tm.mday) - 719529;
  t = days * 86400 + tm.hour * 3600 + tm.min * 60 + tm.sec + tm.usec / 1e6;
end

function text = asctime(tm)
  % A structure of parts of a time as text.
  text = strftime("%a %b %d %H:%M:%S %Y\n", tm);
end

function text = ctime(t)
  % A time as text.
  text = asctime(localtime(t));
end

function text = strftime(format, tm)
  % A structure of parts of a time as text of some form.
  days = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  months = {"January", "February", "March", "April", "May", "June", "July", "August", ...
    "September", "October", "November", "December"};
  text = "";
  k = 1;
  while k <= numel(format)
    if format(k) != "%" || k == numel(format)
      text = [text format(k)];
      k = k + 1;
      continue;
    end
    switch format(k+1)
      case "%", part = "%";
      case "n", part = "\n";
      case "t", part = "\t";
      case "H", part = sprintf("%02d", tm.hour);
      case "I", part = sprintf("%02d", mod(tm.hour + 11, 12) + 1);
      case "k", part = sprintf("%2d", tm.hour);
      case "l", part = sprintf("%2d", mod(tm.hour + 11, 12) + 1);
      case "M", part = sprintf("%02d", tm.min);
      case "p"
        if tm.hour < 12
          part = "AM";
        else
          part = "PM";
        end
      case "r", part = strftime("%I:%M:%S %p", tm);
      case "R", part = strftime("%H:%M", tm);
      case "s", part = sprintf("%d", floor(mktime(tm)));
      case "S", part = sprintf("%02d", tm.sec);
      case {"T", "X"}, part = strftime("%H:%M:%S", tm);
      case "Z", part = tm.zone;
      case "z", part = "+0000";
      case "a", part = days{tm.wday + 1}(1:3);
      case "A", part = days{tm.wday + 1};
      case {"b", "h"}, part = months{tm.mon + 1}(1:3);
      case "B", part = months{tm.mon + 1};
      case "c", part = strftime("%a %b %e %H:%M:%S %Y", tm);
      case "C", part = sprintf("%02d", floor((tm.year + 1900) / 100));
      case "d", part = sprintf("%02d", tm.mday);
      case "e", part = sprintf("%2d", tm.mday);
      case {"D", "x"}, part = strftime("%m/%d/%y", tm);
      case "F", part = strftime("%Y-%m-%d", tm);
      case "j", part = sprintf("%03d", tm.yday + 1);
      case "m", part = sprintf("%02d", tm.mon + 1);
      case "w", part = sprintf("%d", tm.wday);
      case "y", part = sprintf("%02d", mod(tm.year, 100));
      case "Y", part = sprintf("%d", tm.year + 1900);
      otherwise, part = format(k:k+1);
    end
    text = [text part];
    k = k + 2;
  end
end

function days = calendar(varargin)
  % The days of a month, a row per week.
  if nargin == 0
    v = datevec(now());
    day = v(3);
  elseif nargin == 1
    v = varargin{1};
    if isscalar(v)
      v = datevec(v);
    end
    day = v(3);
  else
    v = [varargin{1}, varargin{2}, 0];
    day = 0;
  end
  first = weekday(datenum(v(1), v(2), 1));
  count = eomday(v(1), v(2));
  c = zeros(7, 6);
  c(first:first+count-1) = 1:count;
  if nargout > 0
    days = c';
    return;
  end
  text = sprintf("    %2d    %2d    %2d    %2d    %2d    %2d    %2d\n", c);
  if day > 0
    at = find(c == day);
    text(floor((at-1)/7) * 43 + mod(at - 1, 7) * 6 + 4 + (day < 10)) = "*";
  end
  printf("                    %s\n", datestr(datenum(v(1), v(2), 1), "mmm yyyy"));
  printf("     S     M    Tu     W    Th     F     S\n");
  printf("%s", text);
end
