//! What `guestOS` may say: the ids of guest operating systems and what they stand for.

use super::table;

const TABLE: &str = include_str!("guest_os.tsv");

/// A guest operating system as VMware knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuestOs {
    /// What `guestOS` says, as VMware spells it.
    pub id: &'static str,
    /// The name for people: "Windows 10 x64".
    pub words: &'static str,
    /// What kind of system it is.
    pub family: Family,
    /// 32 or 64.
    pub bits: u32,
    /// The hardware version that it needs at least, where that is known.
    pub since_hardware: Option<u32>,
    /// The id in the vSphere API, where it has one.
    pub api_id: Option<&'static str>,
    sources: &'static str,
}

/// The kinds of guest operating systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
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
    /// DOS, OS/2, SCO and whatever VMware does not know.
    Other,
}

impl GuestOs {
    /// Whether the guest is macOS, OS X or Mac OS X.
    pub fn is_macos(&self) -> bool {
        self.family == Family::Darwin
    }

    /// Where the facts come from.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> + use<> {
        table::sources(self.sources)
    }
}

/// The guest of this id, without regard to ASCII case.
pub fn guest_os(id: &str) -> Option<GuestOs> {
    guest_oses().find(|guest| guest.id.eq_ignore_ascii_case(id))
}

/// Every guest, by id.
pub fn guest_oses() -> impl Iterator<Item = GuestOs> {
    table::rows(TABLE).map(|[id, words, family, bits, hardware, api_id, sources]| GuestOs {
        id,
        words,
        family: Family::of(family),
        bits: table::number(bits).expect("every guest has its bits"),
        since_hardware: table::number(hardware),
        api_id: table::some(api_id),
        sources,
    })
}

impl Family {
    fn of(word: &str) -> Self {
        match word {
            "windows" => Self::Windows,
            "linux" => Self::Linux,
            "darwin" => Self::Darwin,
            "netware" => Self::Netware,
            "solaris" => Self::Solaris,
            "vmkernel" => Self::Vmkernel,
            "freebsd" => Self::FreeBsd,
            "other" => Self::Other,
            _ => unreachable!("the table knows no other family: {word}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Family, TABLE, guest_os, guest_oses};
    use crate::catalog::table;

    #[test]
    fn the_table_is_sorted_and_every_row_has_a_source() {
        table::tests::check::<7>(TABLE, 6);
        assert!(guest_oses().count() > 200);
    }

    #[test]
    fn ids_are_found_in_any_case_and_say_what_they_are() {
        let guest = guest_os("WINDOWS9-64").expect("it is known");
        assert_eq!((guest.id, guest.words, guest.bits), ("windows9-64", "Windows 10 x64", 64));
        assert_eq!(guest.api_id, Some("windows9_64Guest"));
        assert!(guest.sources().any(|source| source.starts_with("open-vm-tools")));
        assert_eq!(guest_os("darwin19-64").and_then(|guest| guest.since_hardware), Some(16));
        assert_eq!(guest_os("vmkernel8").map(|guest| guest.family), Some(Family::Vmkernel));
        assert_eq!(guest_os("windows9_64Guest"), None, "the API's ids are others");
        assert_eq!(guest_os("darwin12"), None, "there was never a 32-bit one");
    }
}
