//! The short way: open, edit, save.

use std::path::Path;

use super::error::at;
use super::{Committed, Error, ErrorKind, Locked, Options, Patience, Plan, Source, Wait, begin, read};
use crate::document::{Document, Key, Pattern};
use crate::edit::{self, Edit, IfAbsent};
use crate::file::{self, OpenError};
use crate::host::{Host, Place};
use crate::vm::owner;

/// A virtual machine's configuration, locked and ready to be edited. Dropping it releases the lock and changes nothing.
///
/// ```
/// use vmxedit::Vm;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("vm.vmx");
/// std::fs::write(&path, "memsize = \"2048\"\n")?;
/// Vm::open(&path)?.set("memsize", "4096")?.unset("serial1.*")?.save()?;
/// assert_eq!(std::fs::read(&path)?, b"memsize = \"4096\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "edits are written by `save`"]
pub struct Vm(Session);

/// A file that belongs to no VM (`*.properties`, VMware's preferences), locked and ready to be edited.
///
/// ```
/// use vmxedit::File;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("webclient.properties");
/// std::fs::write(&path, "show.allusers.tasks=false\n")?;
/// File::open(&path)?.set("show.allusers.tasks", "true")?.save()?;
/// assert_eq!(std::fs::read(&path)?, b"show.allusers.tasks=true\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "edits are written by `save`"]
pub struct File(Session);

#[derive(Debug)]
struct Session {
    locked: Locked,
    document: Document,
    edits: Vec<Edit>,
    host: Host,
}

impl Session {
    fn open(path: &Path, options: &Options) -> Result<Self, Error> {
        // A file of another type is refused before its lock directory is created.
        let (place, _) = read(path, options)?;
        let host = Host::with_interrupt(&options.interrupt);
        let mut patience = Patience::new(options.wait);
        loop {
            let result = Self::open_once(&place, options, &patience, &host.refreshed());
            match result {
                Err(Error { kind: ErrorKind::Blocked(power), .. })
                    if options.wait != Wait::No && patience.allows(&power) =>
                {
                    patience.pause(&options.interrupt).map_err(at(place.path()))?;
                }
                result => {
                    let (locked, document) = result?;
                    return Ok(Self { locked, document, edits: Vec::new(), host });
                }
            }
        }
    }

    fn open_once(
        place: &Place,
        options: &Options,
        patience: &Patience,
        host: &Host,
    ) -> Result<(Locked, Document), Error> {
        // Zero by default: another vmxedit is waited for only if the options say so.
        let peer_timeout = patience.time_left();
        let locked = begin(place, options, peer_timeout, host)?;
        let document = locked.ensure_editable(host)?;
        Ok((locked, document))
    }

    fn edit(mut self, edits: &[Edit]) -> Result<Self, Error> {
        let (after, _) = edit::apply(&self.document, edits).map_err(at(self.locked.place.path()))?;
        self.document = after;
        self.edits.extend_from_slice(edits);
        Ok(self)
    }

    fn set(self, key: &str, value: &str) -> Result<Self, Error> {
        let key = Key::parse_as(key, self.document.dialect()).map_err(at(self.locked.place.path()))?;
        self.edit(&[Edit::Set { key, value: value.to_owned() }])
    }

    fn unset(self, pattern: &str) -> Result<Self, Error> {
        let pattern =
            Pattern::parse_as(pattern, self.document.dialect()).map_err(at(self.locked.place.path()))?;
        self.edit(&[Edit::Unset { pattern, absent: IfAbsent::Ignore }])
    }

    fn save(self) -> Result<Committed, Error> {
        let Self { locked, edits, host, .. } = self;
        let planner = |_: &Document, _: &Source<'_>| Ok::<_, Error>(Plan::of_edits(edits.clone()));
        let mut committed = locked.stage(None, &planner, &host.refreshed())?.commit()?;
        match committed.incomplete.take() {
            Some(error) => Err(error),
            None => Ok(committed),
        }
    }
}

/// The editing methods of [`Vm`] and [`File`].
macro_rules! editing_methods {
    ($type:ident) => {
        impl $type {
            /// The content with all edits so far.
            pub fn document(&self) -> &Document {
                &self.0.document
            }

            /// Sets the value of a key. An entry that exists keeps its place, spelling, spacing and comment.
            ///
            /// # Errors
            /// The key is not valid or set more than once, or the value cannot be written in the file's encoding.
            pub fn set(self, key: &str, value: &str) -> Result<Self, Error> {
                self.0.set(key, value).map(Self)
            }

            /// Removes every entry whose key matches `pattern`: a key, or `*`, `?` and `[...]` over a whole key.
            ///
            /// # Errors
            /// The pattern is not valid, or an entry belongs to the encryption of the file.
            pub fn unset(self, pattern: &str) -> Result<Self, Error> {
                self.0.unset(pattern).map(Self)
            }

            /// Makes all of `edits`, or none.
            ///
            /// # Errors
            /// Those of [`edit::apply`].
            pub fn apply(self, edits: &[Edit]) -> Result<Self, Error> {
                self.0.edit(edits).map(Self)
            }

            /// Writes the edits: all of them or none, and on disk when this returns. A file that needs no change is not
            /// written. The lock is released.
            ///
            /// # Errors
            /// Another process saved the file in the meantime, or the system refused. The file on disk is unchanged unless the
            /// error is [`SaveError::NotConfirmed`](crate::file::SaveError::NotConfirmed),
            /// [`SaveError::OldFileKept`](crate::file::SaveError::OldFileKept), or that of releasing the lock.
            pub fn save(self) -> Result<Committed, Error> {
                self.0.save()
            }
        }
    };
}

editing_methods!(Vm);
editing_methods!(File);

impl Vm {
    /// Locks the VM's configuration, checks that the VM is off and reads the file. `path` is a `.vmx`, or a directory
    /// or Fusion bundle that contains exactly one.
    ///
    /// # Errors
    /// The file is not a VMX file, the VM is not off or its lock is held ([`ErrorKind::Blocked`]), or the file cannot be
    /// replaced.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, &Options::default())
    }

    /// Opens the VM's configuration as [`open`](Self::open) does, with options.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, options: &Options) -> Result<Self, Error> {
        Session::open(path.as_ref(), options).map(Self)
    }
}

impl File {
    /// Locks and reads a file that belongs to no VM. There is no power state to check.
    ///
    /// # Errors
    /// The file belongs to a VM, its lock is held, or it cannot be replaced.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, &Options::default())
    }

    /// Opens the file as [`open`](Self::open) does, with options.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, options: &Options) -> Result<Self, Error> {
        let path = path.as_ref();
        let place = file::find(path)?;
        let owners = owner::owning_vms(&**place.folder(), place.name())
            .map_err(|source| OpenError::Io { action: "list the directory", source })
            .map_err(at(path))?;
        if let Some(vm) = owners.first() {
            return Err(ErrorKind::BelongsToVm { vm: place.sibling(vm) }.at(path));
        }
        Session::open(path, options).map(Self)
    }
}
