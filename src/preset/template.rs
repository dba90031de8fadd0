//! Text with parameters: `{port}`. `{{` and `}}` are literal braces.
//!
//! For the other pattern languages of the library see `catalog/pattern.rs`.

use std::fmt;

/// A key or value of a step, which may contain parameters.
///
/// ```
/// use vmxedit::preset::Library;
///
/// let preset = Library::default().find("vnc-console")?;
/// let value = &preset.steps[1].value;
/// assert_eq!(value.to_string(), "{port}");
/// assert_eq!(value.parameters().collect::<Vec<_>>(), ["port"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Parameter(String),
}

impl Template {
    /// Parses the parameters in `text`.
    ///
    /// # Errors
    /// A description of an unpaired brace.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            literal.push_str(before);
            if let Some(after) = brace.strip_prefix("{{").or_else(|| brace.strip_prefix("}}")) {
                literal.push_str(&brace[..1]);
                rest = after;
                continue;
            }
            let (name, after) = brace
                .strip_prefix('{')
                .and_then(|inner| inner.split_once('}'))
                .ok_or_else(|| format!("unpaired brace in \"{text}\": write it twice for a literal brace"))?;
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(Part::Parameter(name.to_owned()));
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() || parts.is_empty() {
            parts.push(Part::Text(literal));
        }
        Ok(Self(parts))
    }

    /// Returns the names of its parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Parameter(name) => Some(&**name),
            Part::Text(_) => None,
        })
    }

    /// Replaces the parameters by their values. Returns `None` if `value_of` returns `None` for one.
    pub(super) fn fill<'a>(&self, value_of: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        self.0
            .iter()
            .map(|part| match part {
                Part::Text(text) => Some(text.as_str()),
                Part::Parameter(name) => value_of(name),
            })
            .collect()
    }
}

/// Writes the template as the preset file spells it.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(&text.replace('{', "{{").replace('}', "}}")),
            Part::Parameter(name) => write!(f, "{{{name}}}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn parameters_are_filled_in_and_doubled_braces_are_literal() {
        let template = Template::parse("a{x}b{{c}}{y}").expect("a template");
        assert_eq!(template.parameters().collect::<Vec<_>>(), ["x", "y"]);
        let fill = |name: &str| Some(if name == "x" { "1" } else { "2" });
        assert_eq!(template.fill(fill).as_deref(), Some("a1b{c}2"));
        assert_eq!(template.to_string(), "a{x}b{{c}}{y}");
        assert_eq!(template.fill(|name| (name == "x").then_some("1")), None);
        assert_eq!(Template::parse("").expect("empty").fill(|_| None).as_deref(), Some(""));
        for bad in ["{", "}", "a{b", "a}b", "{a}}b"] {
            assert!(Template::parse(bad).is_err(), "{bad}");
        }
    }
}
