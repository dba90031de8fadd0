//! The conditions of a preset file, and of its steps.

use toml::Spanned;

use super::tables::{ConditionTable, Pair};
use super::{Checked, Mistake, template, wrong};
use crate::document::{Dialect, Key, Pattern};
use crate::preset::parameter::Parameter;
use crate::preset::template::Template;
use crate::preset::{Condition, Test};

/// Reads a condition without which a preset is refused.
pub(super) fn condition(table: Spanned<ConditionTable>, parameters: &[Parameter]) -> Checked<Condition> {
    let at = table.span();
    let mut table = table.into_inner();
    let why = table.why.take();
    let unless = std::mem::take(&mut table.unless);
    if let Some(name) = unless.keys().find(|name| !parameters.iter().any(|p| p.name == **name)) {
        return wrong(at, format!("there is no [parameters.{name}] for `unless`"));
    }
    let tests = table.tests(parameters)?;
    if tests.is_empty() {
        return wrong(at, "a condition needs a test: guest_os, hardware, firmware, present, ...");
    }
    Ok(Condition { tests, why, unless })
}

/// Reads a condition under which a preset has nothing to do. It has no parameters: a test holds if its parameter is not
/// given.
pub(super) fn unneeded(table: Spanned<ConditionTable>) -> Checked<Condition> {
    match &table.get_ref().why {
        Some(_) if table.get_ref().existing_file.is_some() => {
            wrong(table.span(), "[[unneeded_when]] does not take `existing_file`")
        }
        None => wrong(table.span(), "[[unneeded_when]] needs `why`"),
        Some(_) => condition(table, &[]),
    }
}

/// Reads the condition of a step. It depends on the content of the file alone.
pub(super) fn when(table: Spanned<ConditionTable>) -> Checked<Condition> {
    let at = table.span();
    let condition = condition(table, &[])?;
    if condition.why.is_some() || condition.needs_snapshots() || condition.files().next().is_some() {
        return wrong(
            at,
            "the condition of a step takes neither `why`, nor `snapshots`, nor `existing_file`",
        );
    }
    Ok(condition)
}

impl ConditionTable {
    /// Returns the tests, in the order of the documentation.
    fn tests(self, parameters: &[Parameter]) -> Checked<Vec<Test>> {
        let mut tests = Vec::new();
        tests.extend(self.guest_os.map(patterns).transpose()?.map(Test::GuestOs));
        tests.extend(self.not_guest_os.map(patterns).transpose()?.map(Test::NotGuestOs));
        tests.extend(self.hardware.map(|range| Test::Hardware { min: range.min, max: range.max }));
        tests.extend(self.firmware.map(|firmware| Test::Firmware(firmware.to_string())));
        let keys = |text: Option<Spanned<String>>| text.map(|text| keys(&text, parameters)).transpose();
        tests.extend(keys(self.present)?.map(Test::Present));
        tests.extend(keys(self.absent)?.map(Test::Absent));
        let pair = |pair: Option<Pair>| match pair {
            None => Ok(None),
            Some(pair) => Ok(Some((self::keys(&pair.key, parameters)?, template(&pair.value, parameters)?))),
        };
        tests.extend(pair(self.equal)?.map(|(key, value)| Test::Equal { key, value }));
        tests.extend(pair(self.not_equal)?.map(|(key, value)| Test::NotEqual { key, value }));
        if let Some(number) = self.number {
            let key = single_key(&number.key, Dialect::Vmx)?;
            if number.min.or(number.max).is_none() {
                return wrong(number.key.span(), "number needs min or max");
            }
            tests.push(Test::Number { key, min: number.min, max: number.max });
        }
        tests.extend(self.disk.map(|text| template(&text, parameters)).transpose()?.map(Test::Disk));
        let address = self.static_mac.map(|text| template(&text, parameters)).transpose()?;
        tests.extend(address.map(Test::StaticMac));
        tests.extend(pair(self.supported)?.map(|(key, value)| Test::Supported { key, value }));
        tests.extend(only_false("pcie_slots", self.pcie_slots.as_ref(), Test::NoPcieSlots)?);
        let file = self.existing_file.map(|text| template(&text, parameters)).transpose()?;
        tests.extend(file.map(Test::ExistingFile));
        tests.extend(only_false("encrypted", self.encrypted.as_ref(), Test::NotEncrypted)?);
        tests.extend(only_false("snapshots", self.snapshots.as_ref(), Test::NoSnapshots)?);
        Ok(tests)
    }
}

/// Reads a key without wildcards and parameters.
pub(super) fn single_key(text: &Spanned<String>, dialect: Dialect) -> Checked<Key> {
    if text.get_ref().contains(['*', '?', '[', '{']) {
        return wrong(text.span(), "it must be one key, without wildcards and parameters");
    }
    Key::parse_as(text.get_ref(), dialect)
        .map_err(|cause| Mistake { what: cause.to_string(), at: text.span() })
}

fn only_false(field: &str, value: Option<&Spanned<bool>>, test: Test) -> Checked<Option<Test>> {
    match value {
        None => Ok(None),
        Some(value) if *value.get_ref() => wrong(value.span(), format!("only {field} = false is supported")),
        Some(_) => Ok(Some(test)),
    }
}

fn patterns(words: Spanned<Vec<String>>) -> Checked<Vec<Pattern>> {
    let at = words.span();
    if words.get_ref().is_empty() {
        return wrong(at, "an empty list matches no guest");
    }
    let parsed: Result<_, _> = words.into_inner().iter().map(|word| Pattern::parse(word)).collect();
    parsed.map_err(|cause| Mistake { what: cause.to_string(), at })
}

/// Reads a key or a pattern of keys, which may contain parameters.
fn keys(text: &Spanned<String>, parameters: &[Parameter]) -> Checked<Template> {
    let template = template(text, parameters)?;
    let filled = template.fill(|_| Some("x")).unwrap_or_default();
    match Pattern::parse(&filled) {
        Ok(_) => Ok(template),
        Err(cause) => wrong(text.span(), cause.to_string()),
    }
}
