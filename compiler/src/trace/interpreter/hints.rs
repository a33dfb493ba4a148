//! Near names for misspelt ones.

/// The candidate that differs least from a name, if it is near enough to be meant.
pub(crate) fn nearest<'c>(
    name: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    let allowed = match name.chars().count() {
        0..=2 => 0,
        3..=4 => 1,
        _ => 2,
    };
    candidates
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *candidate != name)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, delete, replace, exchange neighbours) between two names, case ignored.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.to_lowercase().chars().collect();
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut line = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut best = (last[j] + usize::from(a != b)).min(last[j + 1] + 1).min(line[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            line.push(best);
        }
        before = std::mem::replace(&mut last, line);
    }
    last.last().copied().unwrap_or_default()
}

/// Functions that exist elsewhere and are refused by name.
const REFUSED: &[&str] = &[
    "ode15i",
    "fmincon",
    "lsqnonlin",
    "linprog",
    "quadprog",
    "imread",
    "imwrite",
    "table",
    "datetime",
    "categorical",
    "input",
    "keyboard",
    "system",
    "shell_cmd",
    "unix",
    "dos",
    "popen",
    "popen2",
    "exec",
    "fork",
    "getpid",
    "chdir",
    "output_precision",
    "mex",
    "urlread",
    "xlsread",
    "xlswrite",
];

/// True for a function that exists elsewhere and is refused by name.
pub(crate) fn is_refused(name: &str) -> bool {
    REFUSED.contains(&name)
}
