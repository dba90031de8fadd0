//! `--dialect`: by which rules a file is read.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use vmxedit::document::Dialect;

const NAMES: [(&str, Dialect); 3] =
    [("vmx", Dialect::Vmx), ("properties", Dialect::Properties), ("descriptor", Dialect::Descriptor)];

/// By which rules the file is read.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Rules {
    /// Read the file as this, whatever its name says: *.properties is read as Java properties, *.vmdk as a disk's text
    /// descriptor, everything else, and standard input, as VMware's dictionary
    #[arg(long, value_name = "DIALECT", value_parser = dialects())]
    dialect: Option<Dialect>,
}

impl Rules {
    /// The dialect of this file.
    pub(crate) fn of(&self, file: &Path) -> Dialect {
        self.dialect.unwrap_or_else(|| Dialect::of(file))
    }

    /// The dialect of all these files; VMware's, whose keys are keys in every other, where they differ.
    pub(crate) fn of_all(&self, files: &[PathBuf]) -> Dialect {
        let mut dialects = files.iter().map(|file| self.of(file));
        let first = dialects.next().unwrap_or_default();
        if dialects.all(|dialect| dialect == first) { first } else { Dialect::Vmx }
    }
}

fn dialects() -> impl TypedValueParser<Value = Dialect> {
    PossibleValuesParser::new(NAMES.map(|(name, _)| name)).map(|typed| {
        let found = NAMES.iter().find(|(name, _)| *name == typed);
        found.map(|(_, dialect)| *dialect).expect("clap takes these names alone")
    })
}
