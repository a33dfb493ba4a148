//! Small things that human output is made of.

use std::io::{self, Write};
use std::time::{Duration, UNIX_EPOCH};

use crate::usage;

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of bytes in decimal units.
pub(crate) fn bytes(count: u64) -> String {
    let mut scaled = count as f64;
    if scaled < 1000.0 {
        return format!("{count} B");
    }
    let mut unit = "B";
    for next in ["kB", "MB", "GB", "TB"] {
        if scaled < 999.5 {
            break;
        }
        scaled /= 1000.0;
        unit = next;
    }
    let decimals = if scaled < 9.95 { 1 } else { 0 };
    format!("{scaled:.decimals$} {unit}")
}

/// `1500`, `64KiB`, `2.5 MB`: a number of bytes, for the command line.
///
/// # Errors
/// What is wrong with the word.
pub(crate) fn parse_bytes(word: &str) -> Result<u64, String> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
    let unit = word.get(digits.len()..).unwrap_or_default().trim().to_ascii_lowercase();
    let scale: f64 = match unit.as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err(format!("`{unit}` is no unit of B, kB, MB, GB, KiB, MiB, GiB")),
    };
    let number: f64 = digits.trim().parse().map_err(|_| format!("`{digits}` is no number"))?;
    let bytes = number * scale;
    // 2^53 bytes are more than any archive may have.
    if (0.0..9e15).contains(&bytes) { Ok(bytes as u64) } else { Err("out of range".to_owned()) }
}

/// A day or a time ago, in seconds since 1970.
pub(crate) fn parse_since(word: &str) -> Result<u64, String> {
    if let Ok(time) = humantime::parse_rfc3339(&format!("{word}T00:00:00Z")) {
        return Ok(time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()));
    }
    let ago = humantime::parse_duration(word)
        .map_err(|error| format!("neither a day such as `2026-11-01` nor a time: {error}"))?;
    Ok(usage::now().saturating_sub(ago.as_secs()))
}

/// `2026-11-28`
pub(crate) fn day(seconds: u64) -> String {
    // Years beyond 9999 have no such form.
    let time = UNIX_EPOCH + Duration::from_secs(seconds.min(253_402_300_799));
    humantime::format_rfc3339_seconds(time).to_string().chars().take(10).collect()
}

/// A time with about three digits.
pub(crate) fn duration(time: Duration) -> String {
    milliseconds(time.as_secs_f64() * 1e3)
}

/// The same of milliseconds.
pub(crate) fn milliseconds(ms: f64) -> String {
    if ms < 10.0 {
        format!("{ms:.2} ms")
    } else if ms < 1000.0 {
        format!("{ms:.0} ms")
    } else {
        format!("{:.2} s", ms / 1e3)
    }
}

/// `one script`, `2 scripts`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// The text, cut at about `len_max` characters.
pub(crate) fn shortened(text: &str, len_max: usize) -> String {
    if text.chars().count() <= len_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(len_max.saturating_sub(2)).collect();
    format!("{} ..", kept.trim_end())
}

/// The text without control characters: files may come from anywhere, and so may terminal codes.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\t' { '\u{fffd}' } else { c }).collect()
}

/// Lines of a name and a value, values aligned.
///
/// # Errors
/// Those of the writer.
pub(crate) fn pairs(
    out: &mut impl Write,
    indent: usize,
    rows: &[(&str, String)],
) -> io::Result<()> {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, value) in rows {
        writeln!(out, "{:indent$}{name:width$}  {value}", "")?;
    }
    Ok(())
}

/// A table with a head; columns as wide as their widest cell, the last one free.
///
/// # Errors
/// Those of the writer.
pub(crate) fn table<const N: usize>(
    out: &mut impl Write,
    head: [&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let mut widths = head.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, width) in cells.zip(widths) {
            text.push_str(&format!("{cell:width$}  "));
        }
        writeln!(out, "{}", text.trim_end())
    };
    line(&mut head.iter().copied())?;
    rows.iter().try_for_each(|row| line(&mut row.iter().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown = [0, 999, 1000, 1_234_567].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn bytes_keep_two_digits_or_more() {
        let shown = [0, 999, 1000, 9_960, 999_400, 999_600, 2_500_000].map(bytes);
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "10 kB", "999 kB", "1.0 MB", "2.5 MB"]);
    }

    #[test]
    fn sizes_are_read_with_their_units() {
        let read = ["0", "1500", "64KiB", "2.5 MB", "1gib", "7 b"].map(parse_bytes);
        let expected = [0, 1500, 65_536, 2_500_000, 1 << 30, 7].map(Ok);
        assert_eq!(read, expected);
        for wrong in ["", "MB", "-1", "1 XB", "1e30", "nan", "1 2"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        assert_eq!(shortened("mul, add", 8), "mul, add");
        assert_eq!(shortened("mul, add, sub", 8), "mul, a ..");
    }

    #[test]
    fn days_and_times_are_read() {
        assert_eq!(parse_since("1970-01-02"), Ok(86_400));
        assert_eq!(day(86_400), "1970-01-02");
        let ago = usage::now() - parse_since("30d").unwrap();
        assert!((2_591_999..=2_592_001).contains(&ago), "{ago}");
        for wrong in ["", "soon", "2026-13-01", "30"] {
            assert!(parse_since(wrong).is_err(), "{wrong}");
        }
    }
}
