//! How a file is edited.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::document::Dialect;
use crate::file::{OnLoss, SaveOptions};

/// How a file is edited.
///
/// ```
/// use vmxedit::Vm;
/// use vmxedit::transaction::Options;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let options = Options { backup: Some(".bak".into()), ..Options::default() };
/// let committed = Vm::open_with(&path, &options)?.set("memsize", "4096")?.save()?;
/// assert_eq!(committed.backup, Some(folder.path().join("vm.vmx.bak")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How long to wait until the VM is off and the lock is free. By default an edit fails at once.
    pub wait: Wait,
    /// What to do when the VM is not known to be off.
    pub power: PowerCheck,
    /// The format of the file. By default its name decides.
    pub dialect: Option<Dialect>,
    /// Keeps the old file under its name with this suffix. Later backups get `.1`, `.2`, ... appended.
    pub backup: Option<OsString>,
    /// What to do when the owner, the access control list or extended attributes cannot be kept.
    pub metadata: OnLoss,
    /// What to do when the file has other hard links, which would keep the old content.
    pub hard_links: OnLoss,
    /// When the new file is synced to disk.
    pub durability: Durability,
    /// Stops the edit before its next step when another thread or a signal handler sets it. The file is then unchanged.
    pub interrupt: Arc<AtomicBool>,
}

/// How long an edit waits until the VM is off and the lock is free.
///
/// ```
/// use std::time::Duration;
/// use vmxedit::transaction::{Options, Wait};
///
/// let options = Options { wait: Wait::UpTo(Duration::from_secs(60)), ..Options::default() };
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wait {
    /// Not at all.
    #[default]
    No,
    /// At most this long.
    UpTo(Duration),
    /// Until it is interrupted.
    Indefinitely,
}

/// What to do when a VM is not known to be off.
///
/// ```
/// use vmxedit::Vm;
/// use vmxedit::transaction::{Options, PowerCheck};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// // The VM is suspended.
/// std::fs::write(folder.path().join("vm.vmss"), "")?;
/// let options = Options { power: PowerCheck::Override, ..Options::default() };
/// Vm::open_with(&path, &options)?.set("memsize", "4096")?.save()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PowerCheck {
    /// Refuse the edit.
    #[default]
    Require,
    /// Edit all the same. A lock of another process is left in place.
    Override,
}

/// When a new file is synced to disk.
///
/// ```
/// use vmxedit::Vm;
/// use vmxedit::transaction::{Durability, Options};
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// let options = Options { durability: Durability::Deferred, ..Options::default() };
/// Vm::open_with(&path, &options)?.set("memsize", "4096")?.save()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// Its content before it replaces the old file, and its name before the commit returns.
    #[default]
    Immediate,
    /// When the caller or the system does it. Until then a power failure may lose the file.
    Deferred,
}

impl Options {
    pub(super) fn save_options(&self) -> SaveOptions {
        SaveOptions {
            modified: None,
            backup: self.backup.clone(),
            metadata: self.metadata,
            hard_links: self.hard_links,
        }
    }

    pub(super) fn dialect_of(&self, path: &Path) -> Dialect {
        self.dialect.unwrap_or_else(|| Dialect::of(path))
    }
}
