//! The tables of a preset file as serde reads them. Unknown fields are errors.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use crate::document::Dialect;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PresetTable {
    pub(super) name: Spanned<String>,
    pub(super) title: Spanned<String>,
    pub(super) topic: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) keywords: Vec<String>,
    pub(super) reason: String,
    #[serde(default)]
    pub(super) products: Vec<String>,
    #[serde(default)]
    pub(super) sources: Vec<String>,
    #[serde(default)]
    pub(super) unverified: Vec<String>,
    #[serde(default)]
    pub(super) notes: Vec<String>,
    #[serde(default)]
    pub(super) conflicts: Vec<Spanned<String>>,
    #[serde(default, rename = "file")]
    pub(super) target: TargetName,
    #[serde(default)]
    pub(super) strict: bool,
    pub(super) irreversible: Option<String>,
    #[serde(default)]
    pub(super) unneeded_when: Vec<Spanned<ConditionTable>>,
    #[serde(default)]
    pub(super) requires: Vec<Spanned<ConditionTable>>,
    #[serde(default)]
    pub(super) parameters: BTreeMap<String, Spanned<ParameterTable>>,
    #[serde(default)]
    pub(super) steps: Vec<Spanned<StepTable>>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TargetName {
    #[default]
    Vmx,
    Properties,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConditionTable {
    pub(super) guest_os: Option<Spanned<Vec<String>>>,
    pub(super) not_guest_os: Option<Spanned<Vec<String>>>,
    pub(super) hardware: Option<Range>,
    pub(super) firmware: Option<Firmware>,
    pub(super) present: Option<Spanned<String>>,
    pub(super) absent: Option<Spanned<String>>,
    pub(super) equal: Option<Pair>,
    pub(super) not_equal: Option<Pair>,
    pub(super) number: Option<NumberRange>,
    pub(super) disk: Option<Spanned<String>>,
    pub(super) static_mac: Option<Spanned<String>>,
    pub(super) supported: Option<Pair>,
    pub(super) pcie_slots: Option<Spanned<bool>>,
    pub(super) existing_file: Option<Spanned<String>>,
    pub(super) encrypted: Option<Spanned<bool>>,
    pub(super) snapshots: Option<Spanned<bool>>,
    pub(super) why: Option<String>,
    #[serde(default)]
    pub(super) unless: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Range {
    pub(super) min: Option<u32>,
    pub(super) max: Option<u32>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Firmware {
    Bios,
    Efi,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pair {
    pub(super) key: Spanned<String>,
    pub(super) value: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberRange {
    pub(super) key: Spanned<String>,
    pub(super) min: Option<u64>,
    pub(super) max: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ParameterTable {
    pub(super) help: String,
    #[serde(rename = "type")]
    pub(super) kind: TypeName,
    pub(super) default: Option<Scalar>,
    #[serde(default)]
    pub(super) optional: bool,
    pub(super) pattern: Option<String>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) choices: Option<Vec<String>>,
    pub(super) encoding: Option<String>,
    pub(super) families: Option<Vec<String>>,
    pub(super) same: Option<Pair>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum TypeName {
    Text,
    Integer,
    Boolean,
    Choice,
    List,
    Mac,
    Password,
    File,
    #[serde(rename = "free_slot")]
    FreeSlot,
}

impl TypeName {
    /// Returns the name in preset files.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Choice => "choice",
            Self::List => "list",
            Self::Mac => "mac",
            Self::Password => "password",
            Self::File => "file",
            Self::FreeSlot => "free_slot",
        }
    }
}

/// A default value: a string, a number or a boolean.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Scalar {
    Text(String),
    Integer(i64),
    Boolean(bool),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepTable {
    pub(super) set: Option<Spanned<String>>,
    pub(super) set_if_absent: Option<Spanned<String>>,
    pub(super) set_if_present: Option<Spanned<String>>,
    pub(super) ensure_absent: Option<Spanned<String>>,
    pub(super) value: Option<Spanned<String>>,
    pub(super) value_of: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) unless: Vec<String>,
    pub(super) with: Option<String>,
    pub(super) when: Option<Spanned<ConditionTable>>,
}

impl From<TargetName> for Dialect {
    fn from(kind: TargetName) -> Self {
        match kind {
            TargetName::Vmx => Self::Vmx,
            TargetName::Properties => Self::Properties,
        }
    }
}

impl fmt::Display for Firmware {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bios => "bios",
            Self::Efi => "efi",
        })
    }
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Boolean(is) => is.fmt(f),
        }
    }
}
