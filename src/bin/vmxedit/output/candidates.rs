//! What a word at the cursor of a shell can become.

use vmxedit::catalog::{self, MASK};

use super::Output;
use super::escape::{cut, escape, is_unsafe};

/// The width of a description, in columns.
const MAX_WIDTH: usize = 70;
/// The longest value that a shell gets, in bytes.
const MAX_LEN: usize = 1000;

/// A candidate for a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The whole word, not quoted for a shell.
    pub(crate) value: String,
    /// What it is; any text, perhaps from a file.
    pub(crate) description: String,
}

impl Output {
    /// Prints candidates, one per line: the value, a tab and the description. Those that have a control character or an
    /// invisible one are left out: escaped, they would be other values.
    pub(crate) fn candidates(&mut self, candidates: &[Candidate]) {
        for Candidate { value, description } in candidates {
            if value.len() <= MAX_LEN && !value.contains(|c: char| c == '\t' || is_unsafe(c)) {
                self.bytes(value.as_bytes(), "\t");
                self.bytes(described(description).as_bytes(), "\n");
            }
        }
    }
}

/// Returns a description on one line, escaped and cut.
fn described(text: &str) -> String {
    // More characters than fit are not escaped.
    let start: String = text.chars().take(4 * MAX_WIDTH).collect();
    let escaped = escape(&start).replace('\t', "|09");
    let shown = cut(&escaped, MAX_WIDTH);
    if shown.len() == escaped.len() { escaped } else { format!("{}...", cut(&escaped, MAX_WIDTH - 3)) }
}

/// Returns the value of a key for a description, masked if it is secret.
pub(crate) fn shown_value(key: &str, value: &str) -> String {
    match value {
        "" => "(empty)".to_owned(),
        _ if catalog::is_secret(key) => MASK.to_owned(),
        value => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{described, shown_value};

    #[test]
    fn a_description_is_one_escaped_line_that_fits() {
        assert_eq!(described("a\tb\u{1b}[31m\nc\u{202E}"), "a|09b|1B[31m|0Ac\\u{202E}");
        assert_eq!(described(&"x".repeat(70)), "x".repeat(70));
        assert_eq!(described(&"x".repeat(71)), format!("{}...", "x".repeat(67)));
        assert_eq!(described(&"\u{4F4D}".repeat(1 << 20)), format!("{}...", "\u{4F4D}".repeat(33)));
    }

    #[test]
    fn secret_values_are_masked() {
        assert_eq!(shown_value("RemoteDisplay.vnc.key", "abc"), "****");
        assert_eq!(shown_value("memsize", "4096"), "4096");
        assert_eq!(shown_value("RemoteDisplay.vnc.key", ""), "(empty)");
    }
}
