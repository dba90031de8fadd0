//! Text with parameters in it: `{port}`. `{{` and `}}` are braces.

use std::fmt;

/// A key or value of a step, as its preset spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Parameter(String),
}

impl Template {
    /// Splits `text` at its parameters.
    ///
    /// # Errors
    /// What is wrong with its braces, in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(at);
            plain.push_str(before);
            if let Some(after) = brace.strip_prefix("{{").or_else(|| brace.strip_prefix("}}")) {
                plain.push_str(&brace[..1]);
                rest = after;
                continue;
            }
            let (name, after) = brace
                .strip_prefix('{')
                .and_then(|inner| inner.split_once('}'))
                .ok_or_else(|| format!("a brace without its pair in \"{text}\": write it twice"))?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Parameter(name.to_owned()));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() || parts.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    /// The parameters it names.
    pub fn parameters(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Parameter(name) => Some(&**name),
            Part::Text(_) => None,
        })
    }

    /// The text with what `value_of` knows in the parameters' place; `None` where it does not know one.
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

/// As it is spelled in the preset.
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
    fn parameters_are_filled_in_and_doubled_braces_are_braces() {
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
