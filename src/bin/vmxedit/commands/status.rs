//! `status`: whether VMs are off, and what that rests on.

use std::path::{Path, PathBuf};

use vmxedit::document::Dialect;
use vmxedit::file::{self, VmxFile};
use vmxedit::vm::host::Host;
use vmxedit::vm::power::{Power, PowerState};
use vmxedit::{Cause, Error};

use crate::change;
use crate::cli::Status;
use crate::report::{Failure, Report, To};

pub(crate) fn run(args: &Status) -> Result<u8, Failure> {
    let mut report = Report::new(&args.output, To::Stdout);
    let mut code = 0;
    for file in &args.files {
        let one = match power(file) {
            Ok((path, power)) => {
                report.power(&path, &power)?;
                u8::from(power.state != PowerState::Off)
            }
            Err(error) => report.error(Some(file), &error)?,
        };
        code = code.max(one);
    }
    report.finish(code)
}

fn power(file: &Path) -> Result<(PathBuf, Power), Error> {
    if file.as_os_str() == "-" {
        return Err(Cause::Usage("status needs a file: standard input has no VM".to_owned()).into());
    }
    let path = file::resolve(file)?;
    let bytes = VmxFile::read(&path)?.into_bytes();
    let document = change::parse(bytes, Dialect::of(&path)).map_err(|cause| cause.at(&path))?;
    let power = Power::of(&path, &document, &Host::default());
    Ok((path, power))
}
