//! Parses and writes the text of a lock member: 512 bytes, padded with NUL,
//! `machine-id pid-start(program) lamport X|S time lc=checksum`.
//!
//! A member that vmxedit writes in a container also has `ns=`, the number of the PID namespace in which the process has
//! this id. VMware accepts properties that it does not know.
//!
//! Source: open-vm-tools `lib/file/fileLockPrimitive.c` (`FileLockMemberValues`, `FileLockCreateMemberFile`).

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use crate::host::{self, FolderView};

/// The exact size of a member, in bytes.
pub(super) const SIZE: usize = 512;
/// Maximum number of words in a member.
const MAX_WORDS: usize = 16;

/// The content of a member: which process wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) machine: String,
    /// `pid-start(program)`.
    pub(super) execution: String,
    pub(super) pid: Option<u32>,
    /// The start time, field 22 of `/proc/PID/stat`. 0 where it is not known.
    pub(super) start: u64,
    /// The Lamport number. The process with the lowest one holds the lock.
    pub(super) lamport: u32,
    pub(super) exclusive: bool,
    /// The PID namespace of the process, where the member names one.
    pub(super) namespace: Option<u64>,
}

impl Member {
    /// Returns an exclusive member of this process with the lowest Lamport number.
    pub(super) fn of_this_process() -> Self {
        let this = host::execution_id();
        Self {
            machine: host::machine_id().to_owned(),
            execution: this.text.clone(),
            pid: Some(this.pid),
            start: this.start,
            lamport: 1,
            exclusive: true,
            namespace: host::pid_namespace(),
        }
    }

    /// Reads the content of a member file: at most one byte more than a valid member has.
    ///
    /// # Errors
    /// The system's; [`io::ErrorKind::InvalidInput`] for anything but a regular file, a symlink included.
    pub(super) fn read(directory: &dyn FolderView, name: &OsStr) -> io::Result<Vec<u8>> {
        directory.read_entry(name, SIZE + 1)
    }

    /// Parses a member. Returns `None` for content that VMware discards as corrupt.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != SIZE {
            return None;
        }
        let text = String::from_utf8_lossy(bytes.split(|byte| *byte == 0).next()?);
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let [machine, execution, lamport, kind, created, properties @ ..] = &words[..] else { return None };
        let lamport = lamport.trim_start().trim_start_matches('+');
        let lamport = leading_number(lamport).0.and_then(|number| u32::try_from(number).ok())?;
        let well_formed = words.len() <= MAX_WORDS
            && matches!(*kind, "X" | "S")
            && properties.iter().all(|word| word.contains('='));
        if !well_formed {
            return None;
        }
        let (pid, rest) = leading_number(execution);
        // Before VMware wrote `pid-start`, only the fifth word had the start time.
        let start = match rest.strip_prefix('-') {
            Some(rest) => leading_number(rest).0.unwrap_or(0),
            None if rest.is_empty() && words.len() == 6 => leading_number(created).0.unwrap_or(0),
            None => 0,
        };
        Some(Self {
            machine: (*machine).to_owned(),
            execution: (*execution).to_owned(),
            pid: pid.and_then(|pid| u32::try_from(pid).ok()),
            start,
            lamport,
            exclusive: *kind == "X",
            namespace: properties.iter().find_map(|word| word.strip_prefix("ns=")?.parse().ok()),
        })
    }

    /// Returns the content of this member for the lock directory `directory`.
    pub(super) fn to_bytes(&self, directory: &Path) -> [u8; SIZE] {
        let kind = if self.exclusive { 'X' } else { 'S' };
        let checksum = host::djb2(directory.as_os_str().as_encoded_bytes());
        let namespace = self.namespace.map(|number| format!(" ns={number}")).unwrap_or_default();
        let text = format!(
            "{} {} {} {kind} {} lc={checksum}{namespace}",
            self.machine, self.execution, self.lamport, self.start
        );
        let mut bytes = [0; SIZE];
        let len = text.len().min(SIZE - 1);
        bytes[..len].copy_from_slice(&text.as_bytes()[..len]);
        bytes
    }
}

fn leading_number(text: &str) -> (Option<u64>, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (text[..end].parse().ok(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::{Member, SIZE};
    use std::path::Path;

    fn padded(text: &str) -> Vec<u8> {
        let mut bytes = text.as_bytes().to_vec();
        bytes.resize(SIZE, 0);
        bytes
    }

    #[test]
    fn a_written_member_parses_to_the_original() {
        for namespace in [None, Some(4_026_532_178)] {
            let mine = Member { lamport: 7, namespace, ..Member::of_this_process() };
            assert_eq!(Member::parse(&mine.to_bytes(Path::new("/x/vm.vmx.lck"))), Some(mine));
        }
    }

    #[test]
    fn members_of_workstation_are_parsed() {
        let text = "uuid=94-02-de-03 7872-131916111637104847(vmware.exe) 1 X 131916111637104847 lc=437754592";
        let member = Member::parse(&padded(text)).expect("it is well-formed");
        assert_eq!((&*member.machine, member.pid, member.lamport), ("uuid=94-02-de-03", Some(7872), 1));
        let old = Member::parse(&padded("host 55 3 S 77 lc=1")).expect("the old form");
        assert_eq!((old.pid, old.start, old.exclusive), (Some(55), 77, false));
    }

    #[test]
    fn content_that_vmware_calls_corrupt_is_rejected() {
        assert_eq!(Member::parse(b"here 1-1(x) 1 X 1"), None);
        for text in
            ["", "here 1-1(x) 1 X", "here 1-1(x) one X 1", "here 1-1(x) 1 Q 1", "here 1-1(x) 1 X 1 lc"]
        {
            assert_eq!(Member::parse(&padded(text)), None, "{text}");
        }
    }
}
