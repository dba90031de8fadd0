//! Parameters of presets: their types, and how an argument becomes text.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex_lite::Regex;

use super::slots::{FreeSlot, NEW_CONTROLLER};
use crate::catalog::Mac;

/// A named value that the user gives when applying a preset.
///
/// ```
/// use vmxedit::preset::Library;
///
/// let preset = Library::default().find("vnc-console")?;
/// let port = preset.parameters.iter().find(|parameter| parameter.name == "port").expect("a parameter");
/// assert_eq!(port.default.as_deref(), Some("5900"));
/// assert!(!port.is_required());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// The name, which templates contain as `{NAME}`.
    pub name: String,
    /// What it is for.
    pub help: String,
    /// The type.
    pub kind: ParameterType,
    /// The value that is used without an argument.
    pub default: Option<String>,
    /// Whether it may be omitted. Steps that depend on an omitted parameter are left out.
    pub optional: bool,
}

/// The type of a parameter.
///
/// ```
/// use vmxedit::preset::{Library, ParameterType};
///
/// let preset = Library::default().find("vnc-console")?;
/// let is_secret = |kind: &ParameterType| matches!(kind, ParameterType::Password);
/// assert!(preset.parameters.iter().any(|parameter| is_secret(&parameter.kind)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ParameterType {
    /// One line without quotes.
    Text {
        /// The pattern that the whole text must match.
        pattern: Option<TextPattern>,
    },
    /// A whole number within bounds, both inclusive.
    Integer {
        /// The smallest number.
        min: Option<i64>,
        /// The largest number.
        max: Option<i64>,
    },
    /// `TRUE` or `FALSE`.
    Boolean,
    /// One of these.
    Choice(Vec<String>),
    /// One or more of these, separated by commas, each at most once.
    List(Vec<String>),
    /// The MAC address of an adapter, as [`Mac`] parses it.
    Mac,
    /// One line from a file: other users can see what is typed on a command line.
    Password,
    /// The content of a file, encoded as one line.
    File(Encoding),
    /// A free slot for a device. Without an argument, the file decides which.
    FreeSlot(FreeSlot),
}

/// A regular expression that a whole text must match.
///
/// ```
/// use std::collections::BTreeMap;
/// use vmxedit::preset::{Argument, Library};
///
/// // The address has a pattern.
/// let preset = Library::default().find("vnc-console")?;
/// let argument = Argument::Typed("not an address".to_owned());
/// assert!(preset.resolve(&BTreeMap::from([("ip".to_owned(), argument)])).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TextPattern {
    text: String,
    /// `text`, anchored at both ends.
    anchored: Regex,
}

impl TextPattern {
    /// Parses a regular expression.
    ///
    /// # Errors
    /// A description of what is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let compile = |text: &str| Regex::new(text).map_err(|error| format!("pattern \"{text}\": {error}"));
        compile(text)?;
        Ok(Self { text: text.to_owned(), anchored: compile(&format!(r"\A(?:{text})\z"))? })
    }
}

/// How the content of a file becomes one line.
///
/// ```
/// use vmxedit::preset::{Encoding, Library, ParameterType};
///
/// let preset = Library::default().find("ignition")?;
/// let ParameterType::File(encoding) = &preset.parameters[0].kind else { panic!("a file") };
/// assert_eq!(encoding, &Encoding::Parameter("encoding".to_owned()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Base64.
    Base64,
    /// Compressed with gzip, then base64.
    GzipBase64,
    /// The encoding that the parameter with this name selects: `base64` or `gzip+base64`.
    Parameter(String),
}

/// An argument for a parameter.
///
/// ```
/// use std::collections::BTreeMap;
/// use vmxedit::preset::{Argument, Library};
///
/// let preset = Library::default().find("ignition")?;
/// let config = Argument::Content(b"{}".to_vec());
/// assert!(preset.resolve(&BTreeMap::from([("config".to_owned(), config)])).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argument {
    /// Text that the user typed.
    Typed(String),
    /// The content of a file that the user named.
    Content(Vec<u8>),
}

impl Parameter {
    /// Returns whether it needs an argument.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && !self.optional && self.free_slot().is_none()
    }

    /// Returns whether templates can contain this name because of the parameter.
    pub(super) fn has_value(&self, name: &str) -> bool {
        let is_controller =
            || name.strip_suffix(NEW_CONTROLLER) == Some(&self.name) && self.free_slot().is_some();
        name == self.name || is_controller()
    }

    /// Returns which slots it accepts, if it is a free slot.
    pub(super) fn free_slot(&self) -> Option<&FreeSlot> {
        match &self.kind {
            ParameterType::FreeSlot(slot) => Some(slot),
            _ => None,
        }
    }

    /// Returns the text that replaces the parameter. `choice_of` returns the values of the other parameters.
    ///
    /// # Errors
    /// A description of what is wrong with the argument.
    pub(super) fn text(
        &self,
        argument: &Argument,
        choice_of: impl Fn(&str) -> Option<String>,
    ) -> Result<String, String> {
        if let ParameterType::File(encoding) = &self.kind {
            let Argument::Content(content) = argument else {
                return Err("it must be the content of a file: @FILE".to_owned());
            };
            let gzip = match encoding {
                Encoding::Base64 => false,
                Encoding::GzipBase64 => true,
                Encoding::Parameter(name) => choice_of(name).is_some_and(|choice| choice.starts_with("gz")),
            };
            return encode(content, gzip);
        }
        if let (ParameterType::Password, Argument::Typed(_)) = (&self.kind, argument) {
            return Err(
                "a password must be read from a file, where other users cannot see it: @FILE".to_owned()
            );
        }
        let text = match argument {
            Argument::Typed(text) => text.clone(),
            Argument::Content(bytes) => single_line(bytes)?,
        };
        if matches!(self.kind, ParameterType::Password) && text.is_empty() {
            return Err("the file is empty: a password must not be empty".to_owned());
        }
        self.kind.parse(&text)
    }
}

impl ParameterType {
    /// Parses `text`, and returns it as VMware writes it.
    ///
    /// # Errors
    /// A description of what is wrong with it.
    pub(super) fn parse(&self, text: &str) -> Result<String, String> {
        if let Some(c) = text.chars().find(|c| c.is_control() || *c == '"') {
            return Err(format!("it contains {c:?}, but must be one line without quotes"));
        }
        match self {
            Self::Text { pattern: Some(pattern) } if !pattern.anchored.is_match(text) => {
                Err(format!("\"{text}\" is not of the form {}", pattern.text))
            }
            Self::Text { .. } | Self::Password | Self::File(_) => Ok(text.to_owned()),
            Self::Integer { min, max } => integer(text, *min, *max),
            Self::Boolean => boolean(text),
            Self::Choice(choices) => choice(text, choices).map(str::to_owned),
            Self::List(choices) => list(text, choices),
            Self::Mac => mac(text),
            Self::FreeSlot(slot) => slot.parse(text).map(|slot| slot.to_string()),
        }
    }

    /// Describes the accepted values, for users.
    pub fn description(&self) -> String {
        match self {
            Self::Text { pattern: None } => "text".to_owned(),
            Self::Text { pattern: Some(pattern) } => format!("text of the form {}", pattern.text),
            Self::Integer { min, max } => match (min, max) {
                (Some(min), Some(max)) => format!("{min} to {max}"),
                (Some(min), None) => format!("a number, {min} or more"),
                (None, Some(max)) => format!("a number, {max} or less"),
                (None, None) => "a number".to_owned(),
            },
            Self::Boolean => "TRUE or FALSE".to_owned(),
            Self::Choice(choices) => choices.join(", "),
            Self::List(choices) => format!("some of {}, separated by commas", choices.join(", ")),
            Self::Mac => "a MAC address".to_owned(),
            Self::Password => "a password, from a file: @PATH".to_owned(),
            Self::File(_) => "a file: @PATH".to_owned(),
            Self::FreeSlot(slot) => slot.to_string(),
        }
    }
}

fn integer(text: &str, min: Option<i64>, max: Option<i64>) -> Result<String, String> {
    let number: i64 = text.parse().map_err(|_| format!("\"{text}\" is not a whole number"))?;
    if min.is_some_and(|min| number < min) || max.is_some_and(|max| number > max) {
        return Err(format!("{number} is not within {}", ParameterType::Integer { min, max }.description()));
    }
    Ok(number.to_string())
}

fn choice<'a>(text: &str, choices: &'a [String]) -> Result<&'a str, String> {
    let known = choices.iter().find(|choice| choice.eq_ignore_ascii_case(text));
    known.map(String::as_str).ok_or_else(|| format!("\"{text}\" is not one of {}", choices.join(", ")))
}

fn list(text: &str, choices: &[String]) -> Result<String, String> {
    let mut chosen: Vec<&str> = Vec::new();
    for word in text.split(',') {
        let word = choice(word.trim(), choices)?;
        if chosen.contains(&word) {
            return Err(format!("\"{text}\" contains {word} twice"));
        }
        chosen.push(word);
    }
    Ok(chosen.join(","))
}

fn mac(text: &str) -> Result<String, String> {
    match Mac::parse(text) {
        None => Err(format!("\"{text}\" is not a MAC address such as 00:50:56:00:00:01")),
        Some(mac) if mac.is_multicast() => {
            Err(format!("{mac} is a group or broadcast address, which no adapter can have"))
        }
        Some(mac) => Ok(mac.to_string()),
    }
}

fn boolean(text: &str) -> Result<String, String> {
    let upper = text.to_ascii_uppercase();
    if upper == "TRUE" || upper == "FALSE" {
        Ok(upper)
    } else {
        Err(format!("\"{text}\" is not TRUE or FALSE"))
    }
}

/// Returns the only line of a file, without its line ending.
fn single_line(bytes: &[u8]) -> Result<String, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the file is not UTF-8 text".to_owned())?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

fn encode(content: &[u8], gzip: bool) -> Result<String, String> {
    if !gzip {
        return Ok(STANDARD.encode(content));
    }
    // The header has no name and no time, so equal content becomes equal text.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed
        .write_all(content)
        .and_then(|()| packed.finish())
        .map(|packed| STANDARD.encode(packed))
        .map_err(|error| format!("cannot compress it: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{Argument, Encoding, Parameter, ParameterType, TextPattern};

    fn parameter(kind: ParameterType) -> Parameter {
        Parameter { name: "p".into(), help: String::new(), kind, default: None, optional: false }
    }

    #[test]
    fn arguments_become_text_as_vmware_writes_it() {
        let pattern = TextPattern::parse("a|ab").ok();
        for (kind, given, written) in [
            (ParameterType::Integer { min: Some(1), max: Some(9) }, "07", Ok("7")),
            (ParameterType::Integer { min: Some(1), max: Some(9) }, "10", Err("1 to 9")),
            (ParameterType::Integer { min: None, max: None }, "x", Err("not a whole number")),
            (ParameterType::Boolean, "true", Ok("TRUE")),
            (ParameterType::Boolean, "yes", Err("not TRUE or FALSE")),
            (ParameterType::Choice(vec!["bridged".into()]), "Bridged", Ok("bridged")),
            (ParameterType::Mac, "00-50-56-AA-BB-CC", Ok("00:50:56:aa:bb:cc")),
            (ParameterType::Mac, "00:50:56:aa:bb", Err("not a MAC")),
            (ParameterType::Mac, "01:00:5e:00:00:01", Err("a group or broadcast address")),
            (ParameterType::Mac, "ff:ff:ff:ff:ff:ff", Err("a group or broadcast address")),
            (ParameterType::List(vec!["hdd".into(), "cdrom".into()]), "CDROM, hdd", Ok("cdrom,hdd")),
            (ParameterType::List(vec!["hdd".into()]), "hdd,hdd", Err("contains hdd twice")),
            (ParameterType::List(vec!["hdd".into()]), "hdd,", Err("\"\" is not one of hdd")),
            (ParameterType::Text { pattern: None }, "a\nb", Err("one line")),
            (ParameterType::Text { pattern: None }, "a\"b", Err("without quotes")),
            (ParameterType::Text { pattern: pattern.clone() }, "ab", Ok("ab")),
            (ParameterType::Text { pattern }, "b", Err("not of the form")),
            (ParameterType::Password, "secret", Err("must be read from a file")),
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
        assert_eq!(text(ParameterType::File(Encoding::Base64), None), "eAo=");
        let packed = text(ParameterType::File(Encoding::GzipBase64), None);
        assert!(packed.starts_with("H4sI"), "{packed}");
        assert_eq!(text(ParameterType::File(Encoding::Parameter("e".into())), Some("gzip+base64")), packed);
        assert_eq!(text(ParameterType::Password, None), "x");
    }
}
