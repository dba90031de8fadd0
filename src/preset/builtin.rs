//! The presets that come with the program.

use super::{Condition, Preset};

/// All of them, by name.
pub const BUILTIN: &[Preset] = &[Preset {
    name: "macos-serial",
    title: "12-character serial number for Mac OS X guests before 10.9",
    reason: "Apple's caching service and iMessage accept a serial number of 12 characters. Up to Mac OS X 10.8, VMware \
             gives a guest a longer one unless told otherwise.",
    when: "guestOS is darwin, darwin10, darwin11 or darwin12, with or without -64 (Mac OS X 10.5 to 10.8), and \
           no serialNumber is set explicitly",
    unneeded_when: &[(
        Condition::GuestOs {
            any_of: &["darwin1[3-9]", "darwin1[3-9]-64", "darwin[2-9][0-9]", "darwin[2-9][0-9]-64"],
            words: "OS X 10.9 and later",
        },
        "OS X 10.9 and later have a 12-character serial number by default",
    )],
    requires: &[
        Condition::GuestOs {
            any_of: &[
                "darwin",
                "darwin-64",
                "darwin10",
                "darwin10-64",
                "darwin11",
                "darwin11-64",
                "darwin12",
                "darwin12-64",
            ],
            words: "Mac OS X 10.5 to 10.8 guests",
        },
        Condition::NoValue("serialNumber"),
        Condition::NotTrue("serialNumber.reflectHost"),
    ],
    sets: &[("SMBIOS.use12CharSerialNumber", "TRUE")],
    notes: &["The guest's serial number changes: sign in to Apple's services after it, not before."],
    sources: &[
        "chilcote/vfuse, pkgroot/usr/local/vfuse/bin/vfuse: writes this line for OS X 10.8 and earlier",
        "open-vm-tools, lib/include/guest_os_tables.h: guest OS ids and their releases",
    ],
}];
