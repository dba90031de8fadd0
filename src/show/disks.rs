//! What the files of a virtual disk say about it.

use std::path::Path;

use crate::host::FolderView;
use crate::vm::disk::{ChainLink, chain};

/// A disk as its files describe it.
///
/// ```
/// use vmxedit::host::Host;
/// use vmxedit::show::Summary;
/// use vmxedit::vm::power::Power;
/// use vmxedit::{Document, file};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(
///     folder.path().join("a.vmdk"),
///     "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\nRW 4096 VMFS \"a-flat.vmdk\"\n",
/// )?;
/// let text = "virtualHW.version = \"19\"\nscsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\n";
/// std::fs::write(folder.path().join("vm.vmx"), text)?;
/// let (place, document) = (file::find(folder.path())?, Document::parse(text));
/// let power = Power::assess(&place, &document, &Host::default());
/// let vm = Summary::with_neighbors(&document, &**place.folder(), place.name(), power);
/// let image = vm.disks().next().and_then(|disk| disk.image.as_ref()).expect("a descriptor");
/// assert_eq!(image.capacity, Some(4096 * 512));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Image {
    /// The size that the guest sees, in bytes, if the disk or one of its parents records it.
    pub capacity: Option<u64>,
    /// How the disk is stored (`createType`).
    pub create_type: Option<String>,
    /// The parents of the disk, nearest first.
    pub parents: Vec<Backing>,
    /// Why the disk or one of its parents cannot be read or used.
    pub problem: Option<String>,
}

/// A parent: a disk that another disk is based on.
///
/// ```
/// use vmxedit::host::Host;
/// use vmxedit::show::Summary;
/// use vmxedit::vm::power::Power;
/// use vmxedit::{Document, file};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(
///     folder.path().join("a.vmdk"),
///     "# Disk DescriptorFile\nversion=1\nCID=1\nparentCID=ffffffff\ncreateType=\"vmfs\"\nRW 4096 VMFS \"a-flat.vmdk\"\n",
/// )?;
/// let text = "virtualHW.version = \"19\"\nscsi0.present = \"TRUE\"\nscsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"a.vmdk\"\n";
/// std::fs::write(folder.path().join("vm.vmx"), text)?;
/// let (place, document) = (file::find(folder.path())?, Document::parse(text));
/// let power = Power::assess(&place, &document, &Host::default());
/// let vm = Summary::with_neighbors(&document, &**place.folder(), place.name(), power);
/// // It has no parent.
/// let image = vm.disks().next().and_then(|disk| disk.image.as_ref()).expect("a descriptor");
/// assert!(image.parents.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backing {
    /// The file, as its child names it.
    pub file: String,
    /// How the disk is stored (`createType`).
    pub create_type: Option<String>,
}

/// Reads the descriptors of the hard disk that the VM in `folder` names `name`, and of its parents.
pub(super) fn image(folder: &dyn FolderView, name: &str) -> Image {
    let links = chain(folder, Path::new(name));
    let disks = || links.iter().filter_map(|link| link.disk.as_ref().ok());
    let names = disks().filter_map(|disk| disk.parent.clone());
    let parents = links.iter().skip(1).zip(names).map(|(link, file)| Backing {
        file,
        create_type: link.disk.as_ref().ok().and_then(|disk| disk.create_type.clone()),
    });
    Image {
        capacity: disks().find_map(|disk| disk.capacity),
        create_type: disks().next().and_then(|disk| disk.create_type.clone()),
        parents: parents.collect(),
        problem: problem(&links),
    }
}

fn problem(links: &[ChainLink]) -> Option<String> {
    let name = |link: &ChainLink| link.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let unreadable = links.iter().enumerate().find_map(|(at, link)| {
        let why = link.disk.as_ref().err()?;
        Some(if at == 0 { why.to_string() } else { format!("its parent {}: {why}", name(link)) })
    });
    let modified_parent = || {
        links.windows(2).find_map(|pair| {
            let (disk, parent) = (pair[0].disk.as_ref().ok()?, pair[1].disk.as_ref().ok()?);
            (!disk.belongs_on(parent)).then(|| {
                format!("{} was written to after {} was based on it", name(&pair[1]), name(&pair[0]))
            })
        })
    };
    unreadable.or_else(modified_parent)
}
