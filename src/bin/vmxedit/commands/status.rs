//! `status`: whether VMs are off, and what that rests on.

use std::path::{Path, PathBuf};

use vmxedit::document::Dialect;
use vmxedit::file::VmxFile;
use vmxedit::vm::host::Host;
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Cause, Error};

use crate::bulk;
use crate::change;
use crate::cli::Status;
use crate::report::Failure;

pub(crate) fn run(args: &Status) -> Result<u8, Failure> {
    bulk::each(&args.files, &args.many, &args.output, &|file, host, report| match power(file, host) {
        Ok((path, power)) => {
            report.power(&path, &power)?;
            Ok(u8::from(power.state != PowerState::Off))
        }
        Err(error) => report.error(Some(file), &error),
    })
}

fn power(file: &Path, host: &Host) -> Result<(PathBuf, Power), Error> {
    if file.as_os_str() == "-" {
        return Err(Cause::Usage("status needs a file: standard input has no VM".to_owned()).into());
    }
    let file = VmxFile::find(file)?;
    let path = file.path().to_owned();
    let document = change::parse(file.into_bytes(), Dialect::of(&path)).map_err(|cause| cause.at(&path))?;
    let power = Power::assess(&path, &document, host);
    Ok((path, power))
}
