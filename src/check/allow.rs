//! Reads the comments with which a file turns rules off.
//!
//! Such a comment is a line `# vmxedit: allow VMX012`, anywhere in the file. Commas or spaces separate several codes,
//! and any text may follow the last code. The comment applies to the whole file.

use super::context::LintContext;

/// Returns the codes of the rules that the file turns off.
pub(super) fn codes(context: &LintContext<'_>) -> Vec<&'static str> {
    context
        .comments()
        .flat_map(|(_, text)| words(text))
        .filter_map(super::rule_with_code)
        .map(|rule| rule.code)
        .collect()
}

/// Returns the words of an allowing comment up to the first that does not look like a code.
pub(super) fn words(comment: &str) -> Vec<&str> {
    let words = |rest| str::split(rest, [',', ' ', '\t']).filter(|word| !word.is_empty());
    list(comment).map(|rest| words(rest).take_while(|word| is_code(word)).collect()).unwrap_or_default()
}

/// Returns the text after `# vmxedit: allow`.
pub(super) fn list(comment: &str) -> Option<&str> {
    let rest = comment.trim_start_matches([' ', '\t']).strip_prefix('#')?.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix("vmxedit:")?.trim_start_matches([' ', '\t']);
    rest.strip_prefix("allow").filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

fn is_code(word: &str) -> bool {
    word.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("VMX"))
        && word.len() > 3
        && word[3..].bytes().all(|byte| byte.is_ascii_digit())
}
