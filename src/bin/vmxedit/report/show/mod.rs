//! VMs at a glance: one as a tree, several as a table, or JSON.

mod json;
mod table;
mod tree;

use std::path::{Path, PathBuf};

use vmxedit::show::{Setting, Summary};

use super::{Failure, Report};

impl Report {
    /// One VM.
    pub(crate) fn vm(&mut self, file: &Path, vm: &Summary) -> Result<(), Failure> {
        if self.json {
            return self.document(&json::vm(file, vm));
        }
        for line in tree::lines(file, vm) {
            let line = self.safe_line(&line).into_owned();
            self.bytes(line.as_bytes(), "\n")?;
        }
        Ok(())
    }

    /// Several VMs, a line each, by name.
    pub(crate) fn vms(&mut self, mut vms: Vec<(PathBuf, Summary)>) -> Result<(), Failure> {
        vms.sort_by_cached_key(|(file, vm)| (title(file, vm).to_lowercase(), file.clone()));
        let rows =
            vms.iter().map(|(file, vm)| table::row(file, vm).map(|cell| self.safe_line(&cell).into_owned()));
        for line in table::aligned(rows.collect()) {
            self.bytes(line.as_bytes(), "\n")?;
        }
        Ok(())
    }
}

/// What people call the VM: its name, or that of its file.
fn title(file: &Path, vm: &Summary) -> String {
    let name = vm.name.clone().filter(|name| !name.is_empty());
    name.unwrap_or_else(|| file.file_stem().unwrap_or_default().to_string_lossy().into_owned())
}

/// The guest in words, or its id where nobody knows more.
fn guest(vm: &Summary) -> Option<String> {
    let guest = vm.guest.as_ref()?;
    Some(guest.known.map_or_else(|| format!("unknown ({})", guest.id), |known| known.label.to_owned()))
}

fn text<T: ToString>(setting: &Setting<T>) -> String {
    match setting {
        Setting::Set(value) | Setting::Default(value) => value.to_string(),
        Setting::Invalid(text) => format!("'{text}'"),
    }
}

/// A size as people say it, in the units of 1024 that VMware counts in.
fn size(bytes: u64) -> String {
    let units = [(40, "TB"), (30, "GB"), (20, "MB"), (10, "KB")];
    let (shift, unit) = units.into_iter().find(|(shift, _)| bytes >> shift > 0).unwrap_or((0, "bytes"));
    let (whole, rest) = (bytes >> shift, bytes & ((1 << shift) - 1));
    match (rest * 10) >> shift {
        0 => format!("{whole} {unit}"),
        tenth => format!("{whole}.{tenth} {unit}"),
    }
}

/// Memory to the MB: it is set in MB, and a part of one GB matters.
fn memory(mb: &Setting<u32>) -> String {
    match mb.value() {
        Some(mb) if mb % 1024 == 0 && *mb > 0 => size(u64::from(*mb) << 20),
        Some(mb) => format!("{mb} MB"),
        None => text(mb),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_said_in_the_largest_unit_that_fits() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(4 << 30), "4 GB");
        assert_eq!(size(1536 << 20), "1.5 GB");
        assert_eq!(size(62 << 40), "62 TB");
        assert_eq!(size(u64::MAX), "16777215.9 TB");
    }
}
