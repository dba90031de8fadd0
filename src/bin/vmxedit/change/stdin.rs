//! Standard input edited onto standard output. There is no VM to check and no lock to take.

use std::path::Path;

use super::look::look;
use super::warnings::warnings;
use super::{Outcome, Want, dry, tell};
use crate::args::EditArgs;
use crate::error::ResultExt;
use crate::input::{Input, read_stdin};
use crate::output::Output;

pub(crate) fn filter(editing: &EditArgs, want: &Want<'_>, out: &mut Output) -> anyhow::Result<Outcome> {
    let path = Path::new("-");
    let look = look(&read_stdin()?, editing.dialect.of(&Input::Stdin), path, want).at(path)?;
    if !dry(editing) {
        out.edited_file(&look.bytes);
    }
    tell(path, &look, editing, &warnings(&look), out);
    Ok(match (look.changed, dry(editing)) {
        (true, true) => Outcome::WouldChange,
        (true, false) => Outcome::Changed,
        (false, _) => Outcome::AlreadyRight,
    })
}
