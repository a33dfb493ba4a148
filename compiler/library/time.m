function [days, secs] = datenum(year, month, day, hour, minute, second)
  % Days since year 0.
  if nargin == 0 || (nargin > 2 && (ischar(year) || iscellstr(year)))
    print_usage();
  end
  if ischar(year) || iscellstr(year)
    if nargin < 2
      v = datevec(year);
    else
      v = datevec(year, month);
    end
  elseif nargin == 1
    v = year;
    if columns(v) < 3 || columns(v) > 6
      error("datenum: expected date vector containing [YEAR, MONTH, DAY, HOUR, MINUTE, SECOND]");
    end
  else
    v = [];
  end
  if nargin < 2 || !isempty(v)
    v(:, end+1:6) = 0;
    year = v(:, 1);
    month = v(:, 2);
    day = v(:, 3);
    hour = v(:, 4);
    minute = v(:, 5);
    second = v(:, 6);
  else
    if nargin < 3
      day = [];
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
  parts = {year, month, day, hour, minute, second};
  if !all(cellfun("isclass", parts, "double"))
    error("datenum: all inputs must be of class double");
  end
  if !(isscalar(year) && isscalar(month) && isscalar(day))
    [differ, year, month, day] = common_size(year, month, day);
    if differ
      error("datenum: incompatible sizes for YEAR, MONTH, DAY");
    end
  end
  month(month < 1) = 1;
  days = time__whole_days(year, month) + day;
  clock_seconds = hour * 3600 + minute * 60 + second;
  secs = days * 86400 + clock_seconds;
  days = days + clock_seconds / 86400;
end

function n = time__days(year, month)
  % Years begin in March, so that the leap day is the last; five months have 153 days.
  months = 12 * year + month - 3;
  year = floor(months / 12);
  in_year = months - 12 * year;
  leap_days = floor(year / 4) - floor(year / 100) + floor(year / 400);
  n = 365 * year + leap_days + floor((153 * in_year + 2) / 5) + 60;
end

function [y, m, d, h, mi, s] = datevec(date, f, p)
  % Year, month, day, hour, minute and second of dates, a row each.
  if nargin == 0
    print_usage();
  end
  if nargin < 2
    f = [];
  end
  if nargin < 3
    p = [];
  end
  if nargin == 2 && isnumeric(f)
    p = f;
    f = [];
  end
  if ischar(date)
    date = cellstr(date);
  end
  if iscell(date)
    y = time__parse(date(:), f, p);
    shape = [numel(date), 1];
  else
    y = cast(time__vectors(double(date(:))), class(date));
    shape = size(date);
  end
  if nargout > 1
    parts = cellfun(@(part) reshape(part, shape), num2cell(y, 1), "UniformOutput", false);
    [y, m, d, h, mi, s] = parts{:};
  end
end

function v = time__parse(texts, f, p)
  % Date vectors of texts in one form, or in any of the usual ones.
  if !iscellstr(texts)
    error("strptime: argument STR must be a string");
  end
  year = clock()(1);
  if isempty(p)
    p = year - 50;
  end
  forms = {f};
  if isempty(f)
    forms = {"yyyy-mm-dd", "dd-mmm-yyyy HH:MM:SS", "dd-mmm-yyyy", "yyyy-mm-dd HH:MM:SS", ...
             "mm/dd/yy", "mm/dd", "HH:MM:SS", "HH:MM:SS PM", "HH:MM", "HH:MM PM", ...
             "mm/dd/yyyy", "mm/dd/yyyy HH:MM", "yyyy/mm/dd", "mmm-dd-yyyy", ...
             "mmm-dd-yyyy HH:MM:SS", "dd mmm yyyy", "dd mmm yyyy HH:MM:SS", "mmm dd yyyy", ...
             "mmm dd yyyy HH:MM:SS", "mmm.dd.yyyy", "mmm.dd.yyyy HH:MM:SS", "mmm.dd,yyyy", ...
             "mmm.dd,yyyy HH:MM:SS", "mmmyy"};
  end
  v = zeros(numel(texts), 6);
  open = (1:numel(texts)).';
  k = 1;
  while !isempty(open) && k <= numel(forms)
    [found, fits] = time__match(texts(open), forms{k}, p, year);
    v(open(fits), :) = found;
    open = open(!fits);
    k = k + 1;
  end
  if isempty(open)
    return;
  elseif isempty(f)
    error("datevec: none of the standard formats match the DATE string");
  else
    error("datevec: DATE not parsed correctly with given format");
  end
end

function [v, fits] = time__match(texts, f, p, year)
  % Date vectors of those texts that have a form, and which they are.
  [pattern, words] = time__pattern(f);
  found = regexp(texts, pattern, "tokens", "once");
  fits = !cellfun("isempty", found);
  v = time__rest(words, year, sum(fits));
  if isempty(v)
    return;
  end
  parts = [found{fits}];
  for k = 1:numel(words)
    numbers = str2double(parts(k, :)).';
    switch words{k}
      case "yyyy"
        v(:, 1) = numbers;
      case "yy"
        v(:, 1) = p + mod(numbers - p, 100);
      case "mmm"
        names = lower(char(parts(k, :)))(:, 1:3);
        [~, v(:, 2)] = ismember(cellstr(names), {"jan", "feb", "mar", "apr", "may", "jun", ...
                                                 "jul", "aug", "sep", "oct", "nov", "dec"});
      case "mm"
        v(:, 2) = numbers;
      case "dd"
        v(:, 3) = numbers;
      case "HH"
        v(:, 4) = numbers;
      case "MM"
        v(:, 5) = numbers;
      case "SS"
        v(:, 6) = numbers;
      case "FFF"
        v(:, 6) = time__fraction(v(:, 6), parts(k, :).');
    end
  end
  half = strcmp(words, "PM");
  if any(half)
    v(:, 4) = mod(v(:, 4), 12) + 12 * strncmpi(parts(half, :), "p", 1).';
  end
  if any(strncmp(words, "yy", 2)) && any(strcmp(words, "dd"))
    v = time__carried(v);
  end
end

function s = datestr(date, f, p)
  % A date as text.
  if nargin < 1
    print_usage();
  end
  if nargin < 2
    f = [];
  end
  if nargin < 3
    p = [];
  end
  if ischar(date) || iscell(date)
    v = datevec(date, [], p);
  elseif time__is_vector(date)
    v = date;
  else
    v = datevec(date(:));
  end
  v = time__rounded(double(v));
  if isempty(f)
    has_time = any(v(:, 4:6)(:));
    is_time = has_time && all(all(v(:, 1:3) == [-1, 12, 31]));
    f = !has_time + 16 * is_time;
  end
  s = time__format(v, f);
end

function s = time__format(v, f)
  % Date vectors as lines of text in a form.
  if isnumeric(f)
    f = time__form(f);
  end
  known = 'yyyy|yy|mmmm|mmm|mm|m|dddd|ddd|dd|d|HH|MM|SS|FFF|AM|PM|QQ';
  known = regexprep(known, {'y', 'd', 'SS'}, {"[yY]", "[dD]", "[sS]{2}"});
  [words, between] = regexp(f, known, "match", "split");
  halves = any(ismember(words, {"AM", "PM"}));
  parts = cell(numel(words), rows(v));
  codes = cell(1, numel(words));
  for k = 1:numel(words)
    [codes{k}, parts(k, :)] = time__part(words{k}, v, halves);
  end
  between = strrep(between, "%", "%%");
  template = [[between; codes, {""}]{:}];
  % No text has this character.
  s = char(ostrsplit(sprintf([template, "\1"], parts{:}), "\1")(1:end-1));
end

function [d, s] = weekday(d, format)
  % The day of the week, Sunday is 1.
  if iscell(d)
    d = reshape(datenum(d), size(d));
  elseif ischar(d)
    d = datenum(d);
  end
  d = mod(floor(d) - 2, 7) + 1;
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
  if nargin != 2
    print_usage();
  end
  is_leap = (mod(y, 4) == 0 & mod(y, 100) != 0) | mod(y, 400) == 0;
  % Months of 31 days are odd before August, even from there on.
  d = 30 + mod(m + (m > 7), 2) + zeros(size(is_leap));
  d = d - (m == 2) .* (2 - is_leap);
end

function t = is_leap_year(year)
  % True for a leap year.
  if nargin < 1
    year = clock()(1);
  end
  t = (mod(year, 4) == 0 & mod(year, 100) != 0) | mod(year, 400) == 0;
end

function d = addtodate(d, q, f)
  % A date moved by years, months, days, hours, minutes, seconds or milliseconds.
  per_day = struct("day", 1, "hour", 24, "minute", 1440, "second", 86400, "millisecond", 86400000);
  if isfield(per_day, f)
    d = d + q / per_day.(f);
    return;
  elseif ~any(strcmp(f, {"year", "month"}))
    error("addtodate: Invalid time unit: %s", f);
  end
  if isscalar(d)
    d = repmat(d, size(q));
  end
  parts = datevec(d(:));
  q = q(:);
  if strcmp(f, "year")
    parts(:, 1) = parts(:, 1) + q;
  else
    months = parts(:, 2) + q - 1;
    parts(:, 1) = parts(:, 1) + floor(months / 12);
    parts(:, 2) = mod(months, 12) + 1;
    parts(:, 3) = min(parts(:, 3), eomday(parts(:, 1), parts(:, 2)));
  end
  d = reshape(datenum(parts), size(d));
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

function [c, maxsize, endian] = computer(a)
  % The kind of computer, the most elements of an array, and the order of bytes.
  if nargin == 1 && !strcmp(a, "arch")
    error('computer: "arch" is only valid argument');
  end
  name = "x86_64-pc-linux-gnu";
  if nargin == 1
    c = "gnu-linux-x86_64";
  elseif nargout == 0
    printf("%s\n", name);
  else
    c = name;
    maxsize = 2 ^ 63 - 1;
    endian = "L";
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
  if nargin < 2
    print_usage();
  end
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

function use = getrusage()
  % What the process has used of the machine: the time, the rest is 0.
  seconds = cputime();
  time = struct("sec", floor(seconds), "usec", floor(1e6 * mod(seconds, 1)));
  use = struct("utime", time, "stime", struct("sec", 0, "usec", 0));
  names = {"maxrss", "ixrss", "idrss", "isrss", "minflt", "majflt", "nswap", "inblock", ...
           "oublock", "msgsnd", "msgrcv", "nsignals", "nvcsw", "nivcsw"};
  for k = 1:numel(names)
    use.(names{k}) = 0;
  end
end

function [time, after] = strptime(text, format)
  % The time that a text tells in a format, and where the rest of the text begins.
  if nargin < 2
    print_usage();
  elseif ~ischar(text)
    error("strptime: argument STR must be a string");
  elseif ~ischar(format)
    error("strptime: FORMAT must be a string");
  end
  found = struct("sec", 0, "min", 0, "hour", 0, "mday", 0, "mon", 0, "year", 0, "wday", 0, ...
                 "yday", 0, "is_late", false);
  [found, at] = time__read(found, text, 1, format);
  time = struct("usec", 0, "sec", 0, "min", 0, "hour", 0, "mday", 0, "mon", 0, "year", 0, ...
                "wday", 0, "yday", 0, "isdst", 0, "gmtoff", 0, "zone", "");
  after = at;
  parts = {"sec", "min", "hour", "mday", "mon", "year", "wday", "yday"};
  for k = 1:numel(parts)
    time.(parts{k}) = found.(parts{k});
  end
  is_date = time.mday > 0 && time.year ~= 0;
  if is_date
    % A day after the end of its month is one of the next month.
    date = datevec(datenum(time.year + 1900, time.mon + 1, time.mday));
    time.year = date(1) - 1900;
    time.mon = date(2) - 1;
    time.mday = date(3);
    time.zone = "UTC";
  end
  if is_date || time.mon > 0
    days = datenum(time.year + 1900, time.mon + 1, time.mday);
    time.wday = mod(days - 2, 7);
    time.yday = days - datenum(time.year + 1900, 1, 1);
  end
end

function at = time__blanks(text, at)
  % The first place from AT on without a blank.
  while at <= numel(text) && isspace(text(at))
    at = at + 1;
  end
end

function [found, at] = time__field(found, text, at, letter)
  % One part of a time.
  month_names = {"January", "February", "March", "April", "May", "June", "July", "August", ...
                 "September", "October", "November", "December"};
  day_names = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  several = struct("D", "%m/%d/%y", "x", "%m/%d/%y", "R", "%H:%M", "T", "%H:%M:%S", ...
                   "X", "%H:%M:%S", "r", "%I:%M:%S %p", "F", "%Y-%m-%d", ...
                   "c", "%a %b %e %H:%M:%S %Y");
  before = found;
  switch letter
    case "%"
      if at > numel(text) || text(at) ~= "%"
        at = 0;
      else
        at = at + 1;
      end
    case {"a", "A"}
      [value, at] = time__name(text, at, day_names);
      found.wday = value - 1;
    case {"b", "B", "h"}
      [value, at] = time__name(text, at, month_names);
      found.mon = value - 1;
    case {"d", "e"}
      [found.mday, at] = time__number(text, at, 2, 1, 31);
    case {"H", "k"}
      [found.hour, at] = time__number(text, at, 2, 0, 23);
    case {"I", "l"}
      [value, at] = time__number(text, at, 2, 1, 12);
      found.hour = mod(value, 12) + 12 * found.is_late;
    case "C"
      [~, at] = time__number(text, at, 2, 0, 99);
    case "j"
      [value, at] = time__number(text, at, 3, 1, 366);
      if at > 0
        parts = datevec(datenum(found.year + 1900, 1, value));
        found.mon = parts(2) - 1;
        found.mday = parts(3);
      end
    case "m"
      [value, at] = time__number(text, at, 2, 1, 12);
      found.mon = value - 1;
    case "M"
      [found.min, at] = time__number(text, at, 2, 0, 59);
    case {"n", "t"}
      at = time__blanks(text, at);
    case "p"
      which = [strncmpi(text(at:end), "AM", 2), strncmpi(text(at:end), "PM", 2)];
      found.is_late = which(2);
      found.hour = mod(found.hour, 12) + 12 * which(2);
      at = (at + 2) * any(which);
    case "S"
      [found.sec, at] = time__number(text, at, 2, 0, 61);
    case "w"
      [found.wday, at] = time__number(text, at, 1, 0, 6);
    case "y"
      [value, at] = time__number(text, at, 2, 0, 99);
      found.year = value + 100 * (value < 69);
    case "Y"
      [value, at] = time__number(text, at, 4, 0, 9999);
      found.year = value - 1900;
    otherwise
      if isfield(several, letter)
        [found, at] = time__read(found, text, at, several.(letter));
      else
        at = 0;
      end
  end
  if at == 0
    found = before;
  end
end

function [number, at] = time__name(text, at, names)
  % Which name the text has at a place, in full or by its first three letters.
  for number = 1:numel(names)
    for size_name = [numel(names{number}), 3]
      if strncmpi(text(at:end), names{number}, size_name)
        at = at + size_name;
        return;
      end
    end
  end
  at = 0;
end

function [value, at] = time__number(text, at, most, low, high)
  % A number of at most so many digits, which ends before it gets too large.
  at = time__blanks(text, at);
  first = at;
  value = 0;
  while at <= numel(text) && at < first + most && any(text(at) == "0":"9") && value * 10 <= high
    value = value * 10 + (text(at) - "0");
    at = at + 1;
  end
  if at == first || value < low || value > high
    at = 0;
  end
end

function [found, at] = time__read(found, text, at, format)
  % Parts of a time from a text, from the place AT on, which is 0 after a mistake.
  k = 1;
  while k <= numel(format)
    letter = format(k);
    if isspace(letter)
      at = time__blanks(text, at);
    elseif letter ~= "%"
      if at > numel(text) || text(at) ~= letter
        at = 0;
        return;
      end
      at = at + 1;
    else
      k = k + 1;
      if any(format(k) == "EO")
        k = k + 1;
      end
      [found, at] = time__field(found, text, at, format(k));
      if at == 0
        return;
      end
    end
    k = k + 1;
  end
end

function v = time__carried(v)
  % Date vectors with days beyond the end of the month, and leap seconds, carried on.
  late = v(:, 6) >= 60 | v(:, 3) > eomday(v(:, 1), v(:, 2));
  if any(late)
    part = mod(v(late, 6), 1);
    days = datenum([v(late, 1:5), v(late, 6) - part]);
    v(late, :) = datevec(days);
    v(late, 6) = v(late, 6) + part;
  end
end

function f = time__form(number)
  % The form of dates that has a number.
  formats = {"dd-mmm-yyyy HH:MM:SS", "dd-mmm-yyyy", "mm/dd/yy", "mmm", "m", "mm", "mm/dd", "dd", ...
             "ddd", "d", "yyyy", "yy", "mmmyy", "HH:MM:SS", "HH:MM:SS PM", "HH:MM", "HH:MM PM", ...
             "QQ-YY", "QQ", "dd/mm", "dd/mm/yy", "mmm.dd,yyyy HH:MM:SS", "mmm.dd,yyyy", ...
             "mm/dd/yyyy", "dd/mm/yyyy", "yy/mm/dd", "yyyy/mm/dd", "QQ-YYYY", "mmmyyyy", ...
             "yyyy-mm-dd", "yyyymmddTHHMMSS", "yyyy-mm-dd HH:MM:SS"};
  f = formats{number + 1};
end

function s = time__fraction(s, digits)
  % Seconds with the digits after their point.
  texts = cellfun(@(n, rest) sprintf("%d.%s", n, rest), num2cell(s), digits, ...
                  "UniformOutput", false);
  s = str2double(texts);
end

function tf = time__is_vector(date)
  % True for rows of year, month, day, hour, minute and second; a single row has to be possible.
  tf = columns(date) == 6;
  if tf && rows(date) == 1
    whole = date(1:5);
    tf = all(whole == fix(whole)) && all(date(2:6) <= [12, 31, 23, 59, 60]);
  end
end

function code = time__named(word)
  % A code for a name of one letter, of three, or in full.
  code = "%s";
  if numel(word) < 4
    code = sprintf("%%.%ds", numel(word));
  end
end

function pattern = time__names(word)
  % A pattern for names of months or days of the week, of three letters or in full.
  if word(1) == "m"
    pattern = ['(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|', ...
               'aug(?:ust)?|sep(?:tember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)'];
  else
    pattern = ['(?i:sun(?:day)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|', ...
               'fri(?:day)?|sat(?:urday)?)'];
  end
end

function [code, part] = time__part(word, v, halves)
  % What a word of a form stands for: a code for printf, and the values as a cell.
  months = {"January", "February", "March", "April", "May", "June", "July", "August", ...
            "September", "October", "November", "December"};
  days = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  code = "%02d";
  switch regexprep(word, {'[Yy]', '[dD]', 's'}, {"y", "d", "S"})
    case "yyyy"
      code = "%04d";
      part = floor(v(:, 1));
    case "yy"
      part = mod(floor(v(:, 1)), 100);
    case "mm"
      part = v(:, 2);
    case {"m", "mmm", "mmmm"}
      code = time__named(word);
      part = months(v(:, 2));
    case {"d", "ddd", "dddd"}
      code = time__named(word);
      part = days(weekday(datenum(v(:, 1:3))));
    case "dd"
      part = floor(v(:, 3));
    case "HH"
      part = floor(v(:, 4));
      if halves
        code = "%2d";
        part = mod(part - 1, 12) + 1;
      end
    case "MM"
      part = floor(v(:, 5));
    case "SS"
      part = floor(v(:, 6));
    case "FFF"
      code = "%03d";
      part = round(1000 * (v(:, 6) - floor(v(:, 6))));
    case {"AM", "PM"}
      code = "%s";
      part = {"AM", "PM"}(1 + (v(:, 4) >= 12));
    case "QQ"
      code = "Q%d";
      part = fix((v(:, 2) + 2) / 3);
  end
  if isnumeric(part)
    part = num2cell(part);
  end
end

function [pattern, words] = time__pattern(f)
  % A pattern for texts of a form, and what its parts are; a number may have blanks before it.
  known = '[yY]{4}|[yY]{2}|m{3,4}|mm|[dD]{2,4}|HH|MM|[sS]{2}|FFF|AM|PM';
  [words, between] = regexp(f, known, "match", "split");
  upper_case = ismember(words, {"MM", "HH", "FFF", "AM", "PM"});
  words(!upper_case) = lower(words(!upper_case));
  words = regexprep(words, {'^ss$', '^mmmm$', '^dddd$', '^AM$'}, {"SS", "mmm", "ddd", "PM"});
  % A digit is the last one of a number if another would make it too large.
  patterns = struct("yyyy", '\d{4}|\d{1,3}(?!\d)', "yy", '\d\d|\d(?!\d)', ...
                    "mmm", time__names("mmm"), "mm", '0[1-9]|1[0-2]|1(?!\d)|[2-9]', ...
                    "ddd", time__names("ddd"), ...
                    "dd", '0[1-9]|[12]\d|3[01]|[123](?!\d)|[4-9]', ...
                    "HH", '[01]\d|2[0-3]|[012](?!\d)|[3-9]', ...
                    "MM", '[0-5]\d|[0-5](?!\d)|[6-9]', ...
                    "SS", '[0-5]\d|6[01]|[0-6](?!\d)|[7-9]', "FFF", '\d{0,3}', "PM", '[aApP][mM]');
  if any(strcmp(words, "PM"))
    patterns.HH = patterns.mm;
  end
  between = regexprep(regexptranslate("escape", between), '\s+', '\\s*');
  pattern = ['^', between{1}];
  for k = 1:numel(words)
    before = '\s*';
    if any(strcmp(words{k}, {"mmm", "ddd", "FFF", "PM"}))
      before = "";
    end
    pattern = [pattern, before, "(", patterns.(words{k}), ")", between{k+1}];
  end
  pattern = [pattern, "$"];
end

function v = time__rest(words, year, count)
  % What dates of a form have where the form says nothing.
  has = @(start) any(strncmp(words, start, numel(start)));
  [has_year, has_month, has_day] = deal(has("yy"), has("mm"), has("dd"));
  v = [1900, 1, 0, 0, 0, 0];
  if !has_year && has_month == has_day
    v(1) = year;
  end
  if !has_day && has_year == has_month
    v(3) = 1;
  end
  v = repmat(v, count, 1);
end

function v = time__rounded(v)
  % Date vectors with seconds that end with whole milliseconds.
  seconds = round(1000 * v(:, 6)) / 1000;
  full = seconds >= 60 & v(:, 6) < 60;
  v(:, 6) = seconds;
  v(full, :) = datevec(datenum(v(full, :)));
end

function v = time__vectors(date)
  % Date vectors of a column of days since year 0.
  day = floor(date);
  % A date has so many digits for its seconds.
  unit = 2 .^ nextpow2(86400 * eps(max(abs(date), 1)));
  s = round((date - day) * 86400 ./ unit) .* unit;
  day = day + (s >= 86400);
  s(s >= 86400) = 0;
  h = floor(s / 3600);
  mi = floor((s - 3600 * h) / 60);
  s = s - 3600 * h - 60 * mi;
  % Cycles of 400 years are all alike; the first year begins in March. After Howard Hinnant,
  % "chrono-Compatible Low-Level Date Algorithms".
  day = day - 61;
  cycle = floor(day / 146097);
  day = day - 146097 * cycle;
  y = floor((day - floor(day / 1460) + floor(day / 36524) - floor(day / 146096)) / 365);
  day = day - (365 * y + floor(y / 4) - floor(y / 100));
  m = floor((5 * day + 2) / 153);
  d = day - floor((153 * m + 2) / 5) + 1;
  y = y + 400 * cycle + (m > 9);
  m = m + 3 - 12 * (m > 9);
  v = [y, m, d, h, mi, s];
end

function days = time__whole_days(year, month)
  % Days before a month; a part of a year or month counts as that part of its days.
  whole_year = floor(year);
  whole = floor(month);
  days = time__days(whole_year, whole);
  part = month - whole;
  if any(part(:) > 0)
    % As long as the month of that name in the year as given.
    name = mod(whole - 1, 12) + 1;
    days = days + part .* (time__days(whole_year, name + 1) - time__days(whole_year, name));
  end
  part = year - whole_year;
  if any(part(:) > 0)
    days = days + part .* (time__days(whole_year + 1, whole) - time__days(whole_year, whole));
  end
end
