//! `--dialect`: the format that a file is parsed as.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use vmxedit::document::Dialect;

use crate::input::Input;

const NAMES: [(&str, Dialect); 3] =
    [("vmx", Dialect::Vmx), ("properties", Dialect::Properties), ("descriptor", Dialect::Descriptor)];

/// The format that files are parsed as.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Common options")]
pub(crate) struct DialectArg {
    /// Parse as DIALECT, regardless of the file name [default: properties for *.properties, descriptor for *.vmdk, else
    /// vmx]
    #[arg(long, value_name = "DIALECT", value_parser = dialects())]
    dialect: Option<Dialect>,
}

impl DialectArg {
    /// Returns the dialect of a file.
    pub(crate) fn of(&self, file: &Input) -> Dialect {
        self.dialect.unwrap_or_else(|| Dialect::of(file.name()))
    }

    /// Returns the dialect that the user named.
    pub(crate) fn explicit(&self) -> Option<Dialect> {
        self.dialect
    }

    /// Returns the dialect of all these files. If they differ, VMX: its keys are keys in every dialect.
    pub(crate) fn of_all(&self, files: &[Input]) -> Dialect {
        let mut dialects = files.iter().map(|file| self.of(file));
        let first = dialects.next().unwrap_or_default();
        if dialects.all(|dialect| dialect == first) { first } else { Dialect::Vmx }
    }
}

/// Returns the dialect with this name.
pub(crate) fn dialect_named(name: &str) -> Option<Dialect> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, dialect)| *dialect)
}

fn dialects() -> impl TypedValueParser<Value = Dialect> {
    let names = PossibleValuesParser::new(NAMES.map(|(name, _)| name));
    names.map(|typed| dialect_named(&typed).expect("clap accepts only these names"))
}
