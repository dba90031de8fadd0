//! The text of an error of the operating system.

use std::io;

/// Returns the text of an error, without the number that the standard library appends: `(os error 2)`.
pub fn io_message(error: &io::Error) -> String {
    without_number(&error.to_string())
}

/// Removes every "(os error 2)" from a text.
pub fn without_number(text: &str) -> String {
    let Some((before, rest)) = text.split_once(" (os error ") else { return text.to_owned() };
    let after = rest.split_once(')').map_or("", |(_, after)| after);
    format!("{before}{}", without_number(after))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{io_message, without_number};

    #[test]
    fn an_error_has_no_number() {
        assert_eq!(io_message(&io::Error::from_raw_os_error(2)), "No such file or directory");
    }

    #[test]
    fn every_number_is_removed_from_a_text() {
        assert_eq!(
            without_number("cannot open: No such file or directory (os error 2): hint (os error 3)"),
            "cannot open: No such file or directory: hint"
        );
    }
}
