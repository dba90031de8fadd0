//! Placeholders of template languages in values: `{{ memory }}`, `${MEMORY}`, `<%= memory %>`, `__MEMORY__`.

/// The marks around a placeholder.
const MARKS: [(&str, &str); 4] = [("{{", "}}"), ("{%", "%}"), ("${", "}"), ("<%", "%>")];

/// Returns whether a value holds a placeholder, which some program replaces before VMware reads the file.
pub(super) fn is_in(value: &str) -> bool {
    if !value.bytes().any(|byte| matches!(byte, b'{' | b'<' | b'_')) {
        return false;
    }
    is_dunder(value.trim())
        || MARKS
            .iter()
            .any(|(open, close)| value.split_once(open).is_some_and(|(_, rest)| rest.contains(close)))
}

/// Returns whether the whole value is a name such as `__MEMORY__`.
fn is_dunder(value: &str) -> bool {
    let name = value.strip_prefix("__").and_then(|rest| rest.strip_suffix("__")).unwrap_or_default();
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn placeholders_of_common_languages_are_recognized() {
        for value in [
            "{{ .Memory }}",
            "{{GUESTOS}}",
            "a-${name}.vmdk",
            "<%= hw %>",
            "{% if x %}1{% endif %}",
            " __MEM_MB__ ",
        ] {
            assert!(is_in(value), "{value}");
        }
    }

    #[test]
    fn other_braces_and_underscores_are_text() {
        for value in
            ["", "____", "__x", "a__b__c", "{x}", "}}{{", "$HOME", "100 %", "<x>", "{52 4d}", "__a b__"]
        {
            assert!(!is_in(value), "{value}");
        }
    }
}
