//! Rules that a file silences by a comment of its own.
//!
//! The comment is a line for itself, `# vmxedit: allow VMX012`, anywhere in the file; several codes are divided by commas
//! or blanks, and what follows the last code is free text. It counts for the whole file.

use super::Subject;

/// The codes that the file allows.
pub(super) fn codes(subject: &Subject<'_>) -> Vec<&'static str> {
    subject
        .comments()
        .flat_map(|(_, text)| words(text))
        .filter_map(super::rule)
        .map(|rule| rule.code)
        .collect()
}

/// The words of an allowing comment up to the first that is no code.
pub(super) fn words(comment: &str) -> Vec<&str> {
    allowed(comment)
        .map(|rest| {
            rest.split([',', ' ', '\t']).filter(|word| !word.is_empty()).take_while(|w| is_code(w)).collect()
        })
        .unwrap_or_default()
}

/// What follows `# vmxedit: allow`.
pub(super) fn allowed(comment: &str) -> Option<&str> {
    let rest = comment.trim_start_matches([' ', '\t']).strip_prefix('#')?.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix("vmxedit:")?.trim_start_matches([' ', '\t']);
    rest.strip_prefix("allow").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

fn is_code(word: &str) -> bool {
    word.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("VMX"))
        && word.len() > 3
        && word[3..].bytes().all(|byte| byte.is_ascii_digit())
}
