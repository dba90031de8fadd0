//! What `show` takes.

use std::path::PathBuf;

use clap::Args;

use super::{Many, Output};

/// Shows VMs at a glance: guest, hardware, disks, network cards, snapshots, power state
///
/// One VM is shown as a tree of its devices, several as a table. What the file does not say is shown as VMware
/// assumes it. Of disks the descriptors alone are read. The power state is that of the command status.
#[derive(Args, Debug)]
pub(crate) struct Show {
    /// .vmx files, directories that hold one, Fusion bundles, or - for standard input
    #[arg(required = true, value_name = "FILES")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) many: Many,
    #[command(flatten)]
    pub(crate) output: Output,
}
