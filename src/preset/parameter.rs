//! Parameters of presets: what each takes, and the text that an argument becomes.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex_lite::Regex;

/// Something that is said when a preset is applied.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name in `--param NAME=VALUE` and in `{NAME}`.
    pub name: String,
    /// What it is for.
    pub help: String,
    /// What it takes.
    pub kind: Kind,
    /// What it is unless said.
    pub default: Option<String>,
    /// Whether it may be left out; steps that name it are then left out too.
    pub optional: bool,
}

/// What a parameter takes.
#[derive(Clone, Debug)]
pub enum Kind {
    /// One line without quotes; all of it must match the pattern.
    Text {
        /// What it must look like.
        pattern: Option<Form>,
    },
    /// A whole number within bounds, both included.
    Integer {
        /// The least.
        min: Option<i64>,
        /// The greatest.
        max: Option<i64>,
    },
    /// TRUE or FALSE.
    Boolean,
    /// One of these.
    Choice(Vec<String>),
    /// A MAC address.
    Mac,
    /// One line that is never typed: it comes from a file.
    Password,
    /// A file's content.
    File(Encoding),
}

/// A regular expression that a whole text must match.
#[derive(Clone, Debug)]
pub struct Form {
    text: String,
    whole: Regex,
}

impl Form {
    /// Takes a regular expression.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let compile = |text: &str| Regex::new(text).map_err(|error| format!("pattern \"{text}\": {error}"));
        compile(text)?;
        Ok(Self { text: text.to_owned(), whole: compile(&format!(r"\A(?:{text})\z"))? })
    }
}

/// How a file's content becomes one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Base64.
    Base64,
    /// Compressed with gzip, then base64.
    GzipBase64,
    /// What the parameter of that name says: `base64` or `gzip+base64`.
    Parameter(String),
}

/// What was said for a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Typed on the command line.
    Typed(String),
    /// The content of a file that was named.
    Content(Vec<u8>),
}

impl Parameter {
    /// Whether it must be given.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && !self.optional
    }

    /// The text that stands in the parameter's place. `choice_of` gives the values of the other parameters.
    ///
    /// # Errors
    /// What is wrong with the argument, in words.
    pub(super) fn text(
        &self,
        argument: &Argument,
        choice_of: impl Fn(&str) -> Option<String>,
    ) -> Result<String, String> {
        if let Kind::File(encoding) = &self.kind {
            let Argument::Content(content) = argument else {
                return Err(format!("the content of a file is meant: --param {}=@FILE", self.name));
            };
            let gzip = match encoding {
                Encoding::Base64 => false,
                Encoding::GzipBase64 => true,
                Encoding::Parameter(name) => choice_of(name).is_some_and(|choice| choice.starts_with("gz")),
            };
            return encode(content, gzip);
        }
        if let (Kind::Password, Argument::Typed(_)) = (&self.kind, argument) {
            return Err(format!("a password is not typed where others see it: --param {}=@FILE", self.name));
        }
        let text = match argument {
            Argument::Typed(text) => text.clone(),
            Argument::Content(bytes) => line(bytes)?,
        };
        if matches!(self.kind, Kind::Password) && text.is_empty() {
            return Err("the file is empty: an empty password is none".to_owned());
        }
        self.kind.accept(&text)
    }
}

impl Kind {
    /// `text` as it is written into a file.
    pub(super) fn accept(&self, text: &str) -> Result<String, String> {
        if let Some(c) = text.chars().find(|c| c.is_control() || *c == '"') {
            return Err(format!("it holds {c:?}: one line without quotes is meant"));
        }
        match self {
            Self::Text { pattern: Some(form) } if !form.whole.is_match(text) => {
                Err(format!("\"{text}\" is not of the form {}", form.text))
            }
            Self::Text { .. } | Self::Password | Self::File(_) => Ok(text.to_owned()),
            Self::Integer { min, max } => integer(text, *min, *max),
            Self::Boolean => boolean(text),
            Self::Choice(choices) => choices
                .iter()
                .find(|choice| choice.eq_ignore_ascii_case(text))
                .cloned()
                .ok_or_else(|| format!("\"{text}\" is none of {}", choices.join(", "))),
            Self::Mac => mac(text),
        }
    }

    /// What it takes, in words.
    pub fn words(&self) -> String {
        match self {
            Self::Text { pattern: None } => "text".to_owned(),
            Self::Text { pattern: Some(form) } => format!("text of the form {}", form.text),
            Self::Integer { min, max } => match (min, max) {
                (Some(min), Some(max)) => format!("{min} to {max}"),
                (Some(min), None) => format!("a number, {min} or more"),
                (None, Some(max)) => format!("a number, {max} or less"),
                (None, None) => "a number".to_owned(),
            },
            Self::Boolean => "TRUE or FALSE".to_owned(),
            Self::Choice(choices) => choices.join(", "),
            Self::Mac => "a MAC address".to_owned(),
            Self::Password => "a password, from a file: @PATH".to_owned(),
            Self::File(_) => "a file: @PATH".to_owned(),
        }
    }
}

fn integer(text: &str, min: Option<i64>, max: Option<i64>) -> Result<String, String> {
    let number: i64 = text.parse().map_err(|_| format!("\"{text}\" is not a whole number"))?;
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
        return Err(format!("{number} is not within {}", Kind::Integer { min, max }.words()));
    }
    Ok(number.to_string())
}

fn boolean(text: &str) -> Result<String, String> {
    let upper = text.to_ascii_uppercase();
    if upper == "TRUE" || upper == "FALSE" {
        Ok(upper)
    } else {
        Err(format!("\"{text}\" is not TRUE or FALSE"))
    }
}

/// Six pairs of hexadecimal digits, however they are separated, as VMware writes them.
fn mac(text: &str) -> Result<String, String> {
    let pairs: Vec<&str> = text.split([':', '-']).collect();
    let is_pair = |pair: &&str| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    if pairs.len() == 6 && pairs.iter().all(is_pair) {
        Ok(pairs.join(":").to_ascii_lowercase())
    } else {
        Err(format!("\"{text}\" is not a MAC address such as 00:50:56:00:00:01"))
    }
}

/// A file's one line, without its ending.
fn line(bytes: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the file is not UTF-8 text".to_owned())?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn encode(content: &[u8], gzip: bool) -> Result<String, String> {
    if !gzip {
        return Ok(STANDARD.encode(content));
    }
    // No name and no time in its header: the same content is the same text.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed
        .write_all(content)
        .and_then(|()| packed.finish())
        .map(|packed| STANDARD.encode(packed))
        .map_err(|error| format!("it cannot be compressed: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{Argument, Encoding, Form, Kind, Parameter};

    fn parameter(kind: Kind) -> Parameter {
        Parameter { name: "p".into(), help: String::new(), kind, default: None, optional: false }
    }

    #[test]
    fn arguments_become_what_is_written() {
        let pattern = Form::parse("a|ab").ok();
        for (kind, given, written) in [
            (Kind::Integer { min: Some(1), max: Some(9) }, "07", Ok("7")),
            (Kind::Integer { min: Some(1), max: Some(9) }, "10", Err("1 to 9")),
            (Kind::Integer { min: None, max: None }, "x", Err("not a whole number")),
            (Kind::Boolean, "true", Ok("TRUE")),
            (Kind::Boolean, "yes", Err("not TRUE or FALSE")),
            (Kind::Choice(vec!["bridged".into()]), "Bridged", Ok("bridged")),
            (Kind::Mac, "00-50-56-AA-BB-CC", Ok("00:50:56:aa:bb:cc")),
            (Kind::Mac, "00:50:56:aa:bb", Err("not a MAC")),
            (Kind::Text { pattern: None }, "a\nb", Err("one line")),
            (Kind::Text { pattern: None }, "a\"b", Err("without quotes")),
            (Kind::Text { pattern: pattern.clone() }, "ab", Ok("ab")),
            (Kind::Text { pattern }, "b", Err("not of the form")),
            (Kind::Password, "secret", Err("not typed")),
        ] {
            let got = parameter(kind).text(&Argument::Typed(given.into()), |_| None);
            match (got, written) {
                (Ok(got), Ok(written)) => assert_eq!(got, written),
                (Err(got), Err(part)) => assert!(got.contains(part), "{got}"),
                (got, _) => panic!("{given}: {got:?}"),
            }
        }
    }

    #[test]
    fn files_are_encoded_and_passwords_lose_their_newline() {
        let content = Argument::Content(b"x\n".to_vec());
        let text = |kind, choice: Option<&str>| {
            parameter(kind).text(&content, |_| choice.map(str::to_owned)).expect("a text")
        };
        assert_eq!(text(Kind::File(Encoding::Base64), None), "eAo=");
        let packed = text(Kind::File(Encoding::GzipBase64), None);
        assert!(packed.starts_with("H4sI"), "{packed}");
        assert_eq!(text(Kind::File(Encoding::Parameter("e".into())), Some("gzip+base64")), packed);
        assert_eq!(text(Kind::Password, None), "x");
    }
}
