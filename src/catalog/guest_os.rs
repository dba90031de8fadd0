//! The guest operating systems that `guestOS` can name.

use super::table;

const TABLE: &str = include_str!("guest_os.tsv");

/// A guest operating system as VMware knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GuestOs {
    /// The value of `guestOS`, as VMware spells it: `windows9-64`.
    pub id: &'static str,
    /// The name to display: `Windows 10 x64`.
    pub label: &'static str,
    /// The family of the system.
    pub family: GuestFamily,
    /// The width of a word: 32 or 64.
    pub bits: u32,
    /// The lowest hardware version that VMware offers the guest for, if known.
    pub since_hardware: Option<u32>,
    /// The id in the vSphere API, if it has one: `windows9_64Guest`.
    pub api_id: Option<&'static str>,
    sources: &'static str,
}

/// A family of guest operating systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GuestFamily {
    /// Windows, from 3.1 on.
    Windows,
    /// Linux.
    Linux,
    /// macOS, OS X and Mac OS X.
    Darwin,
    /// Novell `NetWare`.
    Netware,
    /// Solaris.
    Solaris,
    /// ESX and ESXi in a VM.
    Vmkernel,
    /// FreeBSD.
    FreeBsd,
    /// DOS, OS/2, SCO and unknown systems.
    Other,
}

impl GuestOs {
    fn from_row([id, label, family, bits, hardware, api_id, sources]: [&'static str; 7]) -> Self {
        Self {
            id,
            label,
            family: GuestFamily::parse(family),
            bits: table::number(bits).expect("every guest has its bits"),
            since_hardware: table::number(hardware),
            api_id: table::some(api_id),
            sources,
        }
    }

    /// Returns whether the guest is macOS, OS X or Mac OS X.
    pub fn is_macos(&self) -> bool {
        self.family == GuestFamily::Darwin
    }

    /// Returns the references for these facts.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> + use<> {
        table::sources(self.sources)
    }
}

/// Returns the guest with this id, ignoring ASCII case. Scans the table, and parses only the row it finds.
pub fn guest_os(id: &str) -> Option<GuestOs> {
    table::find(TABLE, |known| known.eq_ignore_ascii_case(id)).map(GuestOs::from_row)
}

/// Returns every guest, ordered by id.
pub fn guest_oses() -> impl Iterator<Item = GuestOs> {
    table::rows(TABLE).map(GuestOs::from_row)
}

impl GuestFamily {
    const ALL: [Self; 8] = [
        Self::Windows,
        Self::Linux,
        Self::Darwin,
        Self::Netware,
        Self::Solaris,
        Self::Vmkernel,
        Self::FreeBsd,
        Self::Other,
    ];

    /// Returns a stable word for programs: `freebsd`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Windows => "windows",
            Self::Linux => "linux",
            Self::Darwin => "darwin",
            Self::Netware => "netware",
            Self::Solaris => "solaris",
            Self::Vmkernel => "vmkernel",
            Self::FreeBsd => "freebsd",
            Self::Other => "other",
        }
    }

    fn parse(word: &str) -> Self {
        let family = Self::ALL.into_iter().find(|family| family.as_str() == word);
        family.expect("every family of the table is known")
    }
}

#[cfg(test)]
mod tests {
    use super::{GuestFamily, TABLE, guest_os, guest_oses};
    use crate::catalog::table;

    #[test]
    fn the_table_is_sorted_and_every_row_has_a_source() {
        table::tests::check::<7>(TABLE, 6);
        assert!(guest_oses().count() > 200);
    }

    #[test]
    fn guests_are_found_by_id_in_any_case() {
        let guest = guest_os("WINDOWS9-64").expect("a known guest");
        assert_eq!((guest.id, guest.label, guest.bits), ("windows9-64", "Windows 10 x64", 64));
        assert_eq!(guest.api_id, Some("windows9_64Guest"));
        assert!(guest.sources().any(|source| source.starts_with("open-vm-tools")));
        assert_eq!(guest_os("darwin19-64").and_then(|guest| guest.since_hardware), Some(16));
        assert_eq!(guest_os("vmkernel8").map(|guest| guest.family), Some(GuestFamily::Vmkernel));
        assert_eq!(guest_os("windows9_64Guest"), None, "ids of the API are not values of guestOS");
        assert_eq!(guest_os("darwin12"), None, "there was never a 32-bit one");
    }
}
