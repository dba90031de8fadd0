//! Parses the text of a preset file and reports each mistake with its line.

mod conditions;
mod tables;

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use self::conditions::{condition, single_key, unneeded, when};
use self::tables::{ParameterTable, PresetTable, StepTable, TypeName};
use super::parameter::{Encoding, Parameter, ParameterType, TextPattern};
use super::slots::{FreeSlot, SameDevice};
use super::step::{Step, Target, Verb};
use super::template::Template;
use super::{Origin, Position, Preset, PresetError};
use crate::document::Dialect;

/// What is wrong, and the range of bytes that it concerns.
struct Mistake {
    what: String,
    at: Range<usize>,
}

type Checked<T> = Result<T, Mistake>;

/// Parses the text of a preset file.
///
/// # Errors
/// [`PresetError::Invalid`] with the position.
pub(super) fn parse(text: &str, origin: Origin) -> Result<Preset, PresetError> {
    let table: PresetTable = toml::from_str(text).map_err(|error| {
        let position = error.span().map(|span| Position::of(text, span.start));
        PresetError::Invalid { what: error.message().trim().replace('\n', ", "), position }
    })?;
    preset(table, origin).map_err(|mistake| {
        let position = Some(Position::of(text, mistake.at.start));
        PresetError::Invalid { what: mistake.what, position }
    })
}

/// Returns whether `text` is a valid name of a preset.
pub(super) fn is_name(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(fits)
}

fn preset(file: PresetTable, origin: Origin) -> Checked<Preset> {
    if !is_name(file.name.get_ref()) {
        return wrong(
            file.name.span(),
            "a name consists of lower-case letters, digits and '-', and starts with a letter",
        );
    }
    if file.title.get_ref().trim().is_empty() || file.title.get_ref().contains('\n') {
        return wrong(file.title.span(), "a title must be one line");
    }
    if let Some(topic) = &file.topic
        && (topic.get_ref().trim().is_empty() || topic.get_ref().contains('\n'))
    {
        return wrong(topic.span(), "a topic must be one line");
    }
    if file.steps.is_empty() {
        return wrong(file.name.span(), "it has no [[steps]]: it would do nothing");
    }
    let name = file.name.into_inner();
    let conflicts = conflicts(file.conflicts, &name)?;
    let parameters = parameters(file.parameters)?;
    let dialect = file.target.into();
    let steps: Vec<Step> =
        file.steps.into_iter().map(|table| step(table, &parameters, dialect)).collect::<Checked<_>>()?;
    let unneeded_when: Checked<_> = file.unneeded_when.into_iter().map(unneeded).collect();
    let requires: Checked<_> = file.requires.into_iter().map(|table| condition(table, &parameters)).collect();
    Ok(Preset {
        name,
        title: file.title.into_inner(),
        topic: file.topic.map(Spanned::into_inner),
        keywords: file.keywords,
        reason: file.reason.trim().to_owned(),
        products: file.products,
        sources: file.sources,
        unverified: file.unverified,
        notes: file.notes,
        conflicts,
        target: dialect,
        unneeded_when: unneeded_when?,
        requires: requires?,
        parameters,
        steps,
        strict: file.strict,
        irreversible: file.irreversible,
        origin,
    })
}

fn conflicts(names: Vec<Spanned<String>>, own: &str) -> Checked<Vec<String>> {
    let mut known: Vec<String> = Vec::new();
    for name in names {
        let what = match name.get_ref() {
            other if other == own => "it conflicts with itself".to_owned(),
            other if !is_name(other) => format!("\"{other}\" is not a valid name of a preset"),
            other if known.contains(other) => format!("\"{other}\" is listed twice"),
            _ => {
                known.push(name.into_inner());
                continue;
            }
        };
        return wrong(name.span(), what);
    }
    Ok(known)
}

fn parameters(tables: BTreeMap<String, Spanned<ParameterTable>>) -> Checked<Vec<Parameter>> {
    let names: Vec<String> = tables.keys().cloned().collect();
    let mut has_free_slot = false;
    let is_name = |name: &str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        !name.is_empty() && name.chars().all(fits)
    };
    tables
        .into_iter()
        .map(|(name, table)| {
            let at = table.span();
            let mistake =
                |what: String| Mistake { what: format!("parameter {name}: {what}"), at: at.clone() };
            if !is_name(&name) {
                return Err(mistake("a name consists of letters, digits, '_' and '-'".to_owned()));
            }
            let parameter = table.into_inner().parameter(name.clone()).map_err(mistake)?;
            let is_second = parameter.free_slot().is_some() && std::mem::replace(&mut has_free_slot, true);
            let problem = wrong_reference(&parameter, &names);
            match problem.or_else(|| is_second.then(|| "a preset has one free slot at most".to_owned())) {
                Some(problem) => Err(mistake(problem)),
                None => Ok(parameter),
            }
        })
        .collect()
}

/// Returns what is wrong with the name of another parameter.
fn wrong_reference(parameter: &Parameter, names: &[String]) -> Option<String> {
    match &parameter.kind {
        ParameterType::File(Encoding::Parameter(other)) if !names.contains(other) => {
            Some(format!("encoding names the parameter {other}, which does not exist"))
        }
        ParameterType::FreeSlot(FreeSlot { same: Some(same), .. }) => {
            let is_other = |name: &str| name != parameter.name && names.iter().any(|other| other == name);
            let is_wrong = same.value.parameters().any(|name| !is_other(name));
            is_wrong.then(|| "same names a parameter that does not exist, or itself".to_owned())
        }
        _ => None,
    }
}

impl ParameterTable {
    fn parameter(self, name: String) -> Result<Parameter, String> {
        let kind = self.kind()?;
        let default = match &self.default {
            None => None,
            Some(_) if matches!(kind, ParameterType::Password | ParameterType::File(_)) => {
                return Err("a password or a file cannot have a default".to_owned());
            }
            Some(_) if matches!(kind, ParameterType::FreeSlot(_)) => {
                return Err("its default is a slot that is free: remove `default`".to_owned());
            }
            Some(value) => {
                let accepted = kind.parse(&value.to_string());
                Some(accepted.map_err(|why| format!("the default is not valid: {why}"))?)
            }
        };
        if default.is_some() && self.optional {
            return Err("a parameter with a default is never omitted: remove `optional`".to_owned());
        }
        if self.optional && matches!(kind, ParameterType::FreeSlot(_)) {
            return Err("a free slot is never omitted: remove `optional`".to_owned());
        }
        Ok(Parameter { name, help: self.help, kind, default, optional: self.optional })
    }

    /// Returns the type. A field that another type uses is a mistake.
    fn kind(&self) -> Result<ParameterType, String> {
        use TypeName as Of;
        let fields = [
            ("pattern", self.pattern.is_some(), Of::Text),
            ("min", self.min.is_some(), Of::Integer),
            ("max", self.max.is_some(), Of::Integer),
            ("encoding", self.encoding.is_some(), Of::File),
            ("families", self.families.is_some(), Of::FreeSlot),
            ("same", self.same.is_some(), Of::FreeSlot),
        ];
        if let Some((field, _, of)) = fields.into_iter().find(|(_, there, of)| *there && *of != self.kind) {
            return Err(format!("{field} is only valid with type = \"{}\"", of.as_str()));
        }
        if self.choices.is_some() && !matches!(self.kind, Of::Choice | Of::List) {
            return Err("choices is only valid with type = \"choice\" or \"list\"".to_owned());
        }
        Ok(match self.kind {
            Of::Text => {
                ParameterType::Text { pattern: self.pattern.as_deref().map(TextPattern::parse).transpose()? }
            }
            Of::Integer if self.min.zip(self.max).is_some_and(|(min, max)| min > max) => {
                return Err("min is greater than max".to_owned());
            }
            Of::Integer => ParameterType::Integer { min: self.min, max: self.max },
            Of::Boolean => ParameterType::Boolean,
            Of::Choice => ParameterType::Choice(self.choices_for("choice")?),
            Of::List => ParameterType::List(self.choices_for("list")?),
            Of::Mac => ParameterType::Mac,
            Of::Password => ParameterType::Password,
            Of::File => ParameterType::File(encoding(self.encoding.as_deref())?),
            Of::FreeSlot => ParameterType::FreeSlot(self.free_slot()?),
        })
    }
}

impl ParameterTable {
    fn free_slot(&self) -> Result<FreeSlot, String> {
        let same = self.same.as_ref().map(|pair| {
            let value = Template::parse(pair.value.get_ref())?;
            Ok::<_, String>(SameDevice { key: pair.key.get_ref().clone(), value })
        });
        FreeSlot::new(self.families.as_deref().unwrap_or_default(), same.transpose()?)
    }

    fn choices_for(&self, kind: &str) -> Result<Vec<String>, String> {
        match self.choices.as_deref() {
            None | Some([]) => Err(format!("type = \"{kind}\" needs choices = [...]")),
            Some(choices) => Ok(choices.to_vec()),
        }
    }
}

fn encoding(text: Option<&str>) -> Result<Encoding, String> {
    Ok(match text {
        None | Some("base64") => Encoding::Base64,
        Some("gzip+base64") => Encoding::GzipBase64,
        Some(text) => match text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            Some(name) => Encoding::Parameter(name.to_owned()),
            None => return Err(format!("encoding is base64, gzip+base64 or {{parameter}}, not \"{text}\"")),
        },
    })
}

fn step(table: Spanned<StepTable>, parameters: &[Parameter], dialect: Dialect) -> Checked<Step> {
    let at = table.span();
    let mistake = |what: String| Mistake { what, at: at.clone() };
    let StepTable {
        set,
        set_if_absent,
        set_if_present,
        ensure_absent,
        value,
        value_of,
        unless,
        with,
        when: when_table,
    } = table.into_inner();
    let mut verbs: Vec<(Verb, Spanned<String>)> = [
        (Verb::Set, set),
        (Verb::SetIfAbsent, set_if_absent),
        (Verb::SetIfPresent, set_if_present),
        (Verb::EnsureAbsent, ensure_absent),
    ]
    .into_iter()
    .filter_map(|(verb, key)| Some((verb, key?)))
    .collect();
    let (Some((verb, key)), true) = (verbs.pop(), verbs.is_empty()) else {
        let what = "a step has exactly one of set, set_if_absent, set_if_present, ensure_absent";
        return Err(mistake(what.to_owned()));
    };
    match (verb, value.is_some(), value_of.is_some()) {
        (Verb::EnsureAbsent, false, false) => {}
        (Verb::EnsureAbsent, ..) => return Err(mistake("ensure_absent takes no value".to_owned())),
        (_, false, false) => return Err(mistake("a step that sets a key needs a value".to_owned())),
        (_, true, true) => return Err(mistake("a step has either value or value_of".to_owned())),
        _ => {}
    }
    let value_of = value_of.map(|text| single_key(&text, dialect)).transpose()?;
    let when = when_table.map(when).transpose()?;
    if !unless.is_empty() && verb == Verb::EnsureAbsent {
        return Err(mistake("ensure_absent takes no `unless`".to_owned()));
    }
    let key = template(&key, parameters)?;
    let filled = key.fill(|_| Some("x")).unwrap_or_default();
    Target::parse(&filled, verb, dialect).map_err(|cause| mistake(cause.to_string()))?;
    let value =
        value.map_or_else(|| Template::parse("").map_err(mistake), |text| template(&text, parameters))?;
    if let Some(name) = with.as_ref().filter(|name| !parameters.iter().any(|p| p.name == **name)) {
        return Err(mistake(format!("there is no [parameters.{name}] for `with`")));
    }
    Ok(Step { verb, key, value, value_of, unless, with, when })
}

fn template(text: &Spanned<String>, parameters: &[Parameter]) -> Checked<Template> {
    let template = Template::parse(text.get_ref()).map_err(|what| Mistake { what, at: text.span() })?;
    let unknown = template.parameters().find(|name| !parameters.iter().any(|p| p.has_value(name)));
    match unknown {
        Some(name) => wrong(text.span(), format!("there is no [parameters.{name}] for {{{name}}}")),
        None if text.get_ref().contains(['\0', '\n', '\r']) => {
            wrong(text.span(), "a key or a value must be one line")
        }
        None => Ok(template),
    }
}

fn wrong<T>(at: Range<usize>, what: impl Into<String>) -> Checked<T> {
    Err(Mistake { what: what.into(), at })
}
