//! Placeholders that a runtime fills in: `@NAME@`, `${NAME}` and `{{NAME}}`.

/// A placeholder's name and the values to try.
pub(crate) type Template = (String, Vec<String>);

/// More texts than this one file is not expanded to.
const VARIANTS_MAX: usize = 256;

/// Every text that `source` stands for, with the values that make it, and nothing but `source`
/// itself where no placeholder occurs.
///
/// # Errors
/// There are too many.
pub(crate) fn expand(
    source: &str,
    templates: &[Template],
) -> Result<Vec<(String, String)>, String> {
    let mut texts = vec![(String::new(), source.to_owned())];
    for (name, values) in templates {
        let spellings = [format!("@{name}@"), format!("${{{name}}}"), format!("{{{{{name}}}}}")];
        if !spellings.iter().any(|spelling| source.contains(spelling)) {
            continue;
        }
        if texts.len().saturating_mul(values.len()) > VARIANTS_MAX {
            return Err(format!("the templates make more than {VARIANTS_MAX} texts"));
        }
        let fill = |(label, text): &(String, String), value: &String| {
            let filled = spellings.iter().fold(text.clone(), |text, s| text.replace(s, value));
            let comma = if label.is_empty() { "" } else { "," };
            (format!("{label}{comma}{name}={value}"), filled)
        };
        texts = texts
            .iter()
            .flat_map(|text| values.iter().map(|value| fill(text, value)).collect::<Vec<_>>())
            .collect();
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn every_product_of_values_is_made() {
        let templates = [("A", ["1", "2"]), ("B", ["3", "4"]), ("C", ["5", "6"])]
            .map(|(name, values)| (name.to_owned(), values.map(str::to_owned).to_vec()));
        let texts = expand("@A@ ${B} {{A}}", &templates).unwrap();
        let labels: Vec<&str> = texts.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["A=1,B=3", "A=1,B=4", "A=2,B=3", "A=2,B=4"]);
        assert_eq!(texts[3].1, "2 4 2");
    }
}
