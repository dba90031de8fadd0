//! The rules, by topic, and the one table of them all.

mod devices;
mod files;
mod guests;
mod hardware;
mod lines;
mod network;
mod presets;
mod security;
mod text;
mod values;

use super::{Findings, Fix, Item, Needs, Rule, Severity, Subject};

/// Every rule, in the order of the codes. A code is never used for another rule.
pub(super) const TABLE: &[&[Rule]] = &[
    lines::RULES,
    text::RULES,
    values::RULES,
    hardware::RULES,
    devices::RULES,
    network::RULES,
    files::RULES,
    security::RULES,
    guests::RULES,
    presets::RULES,
];
