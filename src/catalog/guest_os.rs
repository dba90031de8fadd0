//! The guest operating systems that `guestOS` can name.

use std::sync::OnceLock;

use super::table;

const TABLE: &str = include_str!("guest_os.tsv");

/// A guest operating system as VMware knows it.
///
/// ```
/// use vmxedit::catalog::guest_os;
///
/// let guest = guest_os("darwin10-64").expect("a known guest");
/// assert!(guest.is_macos() && guest.bits == 64);
/// ```
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
///
/// ```
/// use vmxedit::catalog::{GuestFamily, guest_os};
///
/// assert_eq!(guest_os("debian12-64").map(|guest| guest.family), Some(GuestFamily::Linux));
/// ```
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

/// Returns the guest with this id, ignoring ASCII case. Parses only the row that it finds.
pub fn guest_os(id: &str) -> Option<GuestOs> {
    let (_, line) = rows().iter().find(|(known, _)| known.eq_ignore_ascii_case(id))?;
    Some(GuestOs::from_row(table::cells(line)))
}

/// Returns every guest, ordered by id.
pub fn guest_oses() -> impl Iterator<Item = GuestOs> {
    rows().iter().map(|(_, line)| GuestOs::from_row(table::cells(line)))
}

/// Returns the id and the line of each row. The table is split once.
fn rows() -> &'static [(&'static str, &'static str)] {
    static ROWS: OnceLock<Vec<(&str, &str)>> = OnceLock::new();
    ROWS.get_or_init(|| table::first_cells(TABLE).collect())
}

/// Returns the guest that the unknown `id` most likely means: the one with this id in the vSphere API, also without
/// `Guest` at its end, else the first whose id differs only in punctuation or in `64` at the end, else the only one whose
/// id differs in a prefix or in one or two letters.
///
/// Names that users know are not always ids: Windows 10 is `windows9`, and Mac OS X 10.5 `darwin`.
pub fn suggest_guest_os(id: &str) -> Option<GuestOs> {
    let id = id.trim();
    if id.is_empty() || id.len() > MAX_ID_LEN {
        return None;
    }
    let given = plain(id);
    if let Some((_, meant)) = COMMON_NAMES.iter().find(|(name, _)| *name == without_64(&given)) {
        let with_64 = format!("{meant}-64");
        return guest_os(if given.ends_with("64") { &with_64 } else { meant }).or_else(|| guest_os(&with_64));
    }
    let is_api_id = |known: &str| known == given || known.strip_suffix("guest") == Some(&given);
    guest_oses()
        .find(|guest| guest.api_id.is_some_and(|known| is_api_id(&plain(known))))
        .or_else(|| guest_oses().find(|guest| plain(guest.id) == given))
        .or_else(|| guest_oses().find(|guest| without_64(&plain(guest.id)) == without_64(&given)))
        .or_else(|| only(|guest| !guest.id.starts_with("arm-") && ends_with_part(guest.id, &given)))
        .or_else(|| similar(&given))
}

/// Names that are not ids, without punctuation and 64, and the ids that are meant.
///
/// VMware counts versions of Windows from 9 on as Microsoft does internally, and those of Mac OS X from Darwin 10 on.
const COMMON_NAMES: [(&str, &str); 8] = [
    ("darwin9", "darwin"),
    ("win10", "windows9"),
    ("win11", "windows11"),
    ("windows10", "windows9"),
    ("windows2016", "windows9srv"),
    ("windows2016srv", "windows9srv"),
    ("windows2019", "windows2019srv"),
    ("windows2022", "windows2019srvNext"),
];

/// Returns whether the parts of an id after one of its hyphens are `given`, without punctuation.
fn ends_with_part(id: &str, given: &str) -> bool {
    id.match_indices('-').any(|(at, _)| plain(&id[at + 1..]) == given)
}

/// The length of the longest id, doubled.
const MAX_ID_LEN: usize = 80;

/// Returns the id in lower case without punctuation.
fn plain(id: &str) -> String {
    id.to_ascii_lowercase().replace(['-', '_'], "")
}

fn without_64(plain: &str) -> &str {
    plain.trim_end_matches("64")
}

/// Returns the guest that satisfies `is_meant`, if it is the only one.
fn only(is_meant: impl Fn(&GuestOs) -> bool) -> Option<GuestOs> {
    let mut found = guest_oses().filter(is_meant);
    found.next().filter(|_| found.next().is_none())
}

/// Returns the guest whose id is one or two typing errors away, if no other is as close. Ids that differ in a number name
/// different guests.
fn similar(given: &str) -> Option<GuestOs> {
    const MIN_LEN: usize = 5;
    const MAX_DISTANCE: usize = 2;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let expected = digits(given);
    if given.len() < MIN_LEN {
        return None;
    }
    let mut near: Vec<(usize, GuestOs)> = guest_oses()
        .filter(|guest| digits(guest.id) == expected)
        .map(|guest| (strsim::osa_distance(&plain(guest.id), given), guest))
        .filter(|(distance, _)| *distance <= MAX_DISTANCE)
        .collect();
    near.sort_by_key(|(distance, _)| *distance);
    match near[..] {
        [(best, _), (second, _), ..] if best == second => None,
        [(_, guest), ..] => Some(guest),
        [] => None,
    }
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
    use super::{GuestFamily, TABLE, guest_os, guest_oses, suggest_guest_os};
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
        assert_eq!(guest_os("darwin16-64").and_then(|guest| guest.since_hardware), Some(12));
        assert_eq!(
            guest_os("darwin19-64").and_then(|guest| guest.since_hardware),
            None,
            "16 is not for ESXi"
        );
        assert_eq!(guest_os("vmkernel8").map(|guest| guest.family), Some(GuestFamily::Vmkernel));
        assert_eq!(guest_os("windows9_64Guest"), None, "ids of the API are not values of guestOS");
        assert_eq!(guest_os("darwin12"), None, "there was never a 32-bit one");
    }

    #[test]
    fn ids_that_are_inferred_say_so() {
        for id in ["arm-windows9-64", "arm-vmkernel8", "arm-CRXSys2-64", "CRXSys2-64"] {
            let guest = guest_os(id).expect("a known guest");
            assert!(guest.sources().all(|source| source.contains("inferred")), "{id}");
        }
    }

    #[test]
    fn an_unknown_id_gets_the_guest_that_it_means() {
        for (id, meant) in [
            ("windows9_64Guest", "windows9-64"),
            ("windows8Server64", "windows8srv-64"),
            ("windows8Server64Guest", "windows8srv-64"),
            ("ubuntu64Guest", "ubuntu-64"),
            ("photon-64", "vmware-photon-64"),
            ("darwin9", "darwin"),
            ("Darwin9-64", "darwin-64"),
            ("Windows_9_64", "windows9-64"),
            ("darwin12", "darwin12-64"),
            ("ubunut-64", "ubuntu-64"),
            ("win11", "windows11-64"),
            ("Windows10", "windows9"),
            ("windows10-64", "windows9-64"),
            ("windows2016-64", "windows9srv-64"),
            ("windows2022", "windows2019srvNext-64"),
            (" rhel9-64 ", "rhel9-64"),
        ] {
            assert_eq!(suggest_guest_os(id).map(|guest| guest.id), Some(meant), "{id}");
        }
    }

    #[test]
    fn an_id_that_could_mean_several_guests_or_none_gets_no_suggestion() {
        for id in ["", " ", "64", "x", "my-server", "nothing like a guest", "debian77-64", &"x".repeat(1000)]
        {
            assert_eq!(suggest_guest_os(id), None, "{id}");
        }
    }
}
