datestr(736330, 'yyyy-mm-dd')
datenum(2020, 2, 29)
[y, m, d] = deal(2024, 12, 25);
weekday(datenum(y, m, d))
eomday(2023:2024, 2)
is_leap_year([1900 2000 2024])
datestr([2020 3 4 5 6 7])
addtodate(736330, 2, 'month')
