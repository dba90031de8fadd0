//! The text of an error of the operating system.

use std::io;

/// Returns the text of an error, without the number that the standard library appends: `(os error 2)`.
pub fn io_message(error: &io::Error) -> String {
    without_number(&error.to_string())
}

/// Removes every "(os error 2)" from a text, in linear time. Anything else in parentheses stays.
pub fn without_number(text: &str) -> String {
    const START: &str = " (os error ";
    let mut parts = text.split(START);
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((number, after)) if number.parse::<i32>().is_ok() => shown.push_str(after),
            _ => shown.extend([START, part]),
        }
    }
    shown
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

    #[test]
    fn a_text_that_only_looks_like_an_error_stays() {
        for text in ["no key 'a (os error b)'", "unclosed (os error 2", &" (os error x)".repeat(100_000)] {
            assert_eq!(without_number(text), text);
        }
    }
}
