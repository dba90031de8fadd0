//! Names and metadata in the answers of a host.

use std::ffi::OsString;

use super::frame::Frame;
use crate::host::{self, FileKind, Stat};

/// Returns the name of an entry of a folder. `None` for one that would lead elsewhere: no honest host sends that.
pub(super) fn component(name: &[u8]) -> Option<OsString> {
    let is_component = !matches!(name, b"" | b"." | b"..") && memchr::memchr2(b'/', 0, name).is_none();
    is_component.then(|| host::path_of_bytes(name).into_os_string())
}

/// Splits the body of a frame whose header ends with the length of the name at its start.
pub(super) fn split_name(frame: &Frame) -> Option<(OsString, Vec<u8>)> {
    let len = frame.header.rsplit(' ').next()?.parse().ok()?;
    let (name, content) = frame.body.split_at_checked(len)?;
    Some((component(name)?, content.to_vec()))
}

/// Returns the name in a frame with metadata, which the host writes with `./`.
pub(super) fn entry_name(frame: &Frame) -> Option<OsString> {
    let name = frame.line();
    component(name.strip_prefix(b"./").unwrap_or(name))
}

/// Parses the metadata in the header of a frame: the mode in hexadecimal, device, inode, size, user, group, links, times
/// of the content and the metadata; or `ls`, the mode as `ls` prints it, inode, size, user, group, links.
pub(super) fn parse_stat(frame: &Frame, kind: &str) -> Option<Stat> {
    let words = frame.words(kind)?;
    if let ["ls", mode, inode, len, owner, group, links] = words[..] {
        let (kind, mode) = parse_mode(mode)?;
        return Some(Stat {
            kind,
            device: 0,
            inode: inode.parse().ok()?,
            len: len.parse().ok()?,
            mode,
            owner: owner.parse().ok()?,
            group: group.parse().ok()?,
            links: links.parse().ok()?,
            modified: (0, 0),
            changed: (0, 0),
            is_immutable: None,
        });
    }
    let [mode, device, inode, len, owner, group, links, modified, changed] = words[..] else { return None };
    let mode = u32::from_str_radix(mode, 16).ok()?;
    Some(Stat {
        kind: kind_of(mode)?,
        device: device.parse().ok()?,
        inode: inode.parse().ok()?,
        len: len.parse().ok()?,
        mode: mode & 0o7777,
        owner: owner.parse().ok()?,
        group: group.parse().ok()?,
        links: links.parse().ok()?,
        modified: (modified.parse().ok()?, 0),
        changed: (changed.parse().ok()?, 0),
        is_immutable: None,
    })
}

fn kind_of(mode: u32) -> Option<FileKind> {
    Some(match mode & 0o17_0000 {
        0o10_0000 => FileKind::Regular,
        0o04_0000 => FileKind::Folder,
        0o12_0000 => FileKind::Symlink,
        0o01_0000 => FileKind::Pipe,
        0o14_0000 => FileKind::Socket,
        0o02_0000 | 0o06_0000 => FileKind::Device,
        _ => return None,
    })
}

/// Parses a mode as `ls` prints it: `-rw-r--r--`.
fn parse_mode(text: &str) -> Option<(FileKind, u32)> {
    let mut letters = text.chars();
    let kind = match letters.next()? {
        '-' => FileKind::Regular,
        'd' => FileKind::Folder,
        'l' => FileKind::Symlink,
        'p' => FileKind::Pipe,
        's' => FileKind::Socket,
        'b' | 'c' => FileKind::Device,
        _ => return None,
    };
    let bits: Vec<char> = letters.take(9).collect();
    let mode = bits.iter().fold(0, |mode, letter| mode << 1 | u32::from(!matches!(letter, '-' | 'S' | 'T')));
    let special = [(2, 0o4000), (5, 0o2000), (8, 0o1000)];
    let is_set = |at: &usize| bits.get(*at).is_some_and(|letter| "sStT".contains(*letter));
    let special = special.iter().filter(|(at, _)| is_set(at)).fold(0, |mode, (_, bit)| mode | bit);
    (bits.len() == 9).then_some((kind, mode | special))
}

/// Returns the mode of a regular file as `ls` prints it.
pub(super) fn mode_text(mode: u32) -> String {
    let mut text = String::from("-");
    for (shift, special, set, unset) in [(6, 0o4000, 's', 'S'), (3, 0o2000, 's', 'S'), (0, 0o1000, 't', 'T')]
    {
        let bits = mode >> shift;
        text.push(if bits & 4 == 0 { '-' } else { 'r' });
        text.push(if bits & 2 == 0 { '-' } else { 'w' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => set,
            (true, false) => unset,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::frame::Frame;
    use super::{component, mode_text, parse_mode, parse_stat, split_name};
    use crate::host::FileKind;

    #[test]
    fn metadata_of_each_tool_are_parsed() {
        let frame = |header: &str| Frame { header: header.to_owned(), body: Vec::new() };
        let stat =
            parse_stat(&frame("entry 81ed 2 3 4 5 6 1 1700000000 1700000001"), "entry").expect("metadata");
        assert_eq!((stat.kind, stat.mode, stat.inode, stat.len), (FileKind::Regular, 0o755, 3, 4));
        assert_eq!(stat.modified, (1_700_000_000, 0));
        let stat = parse_stat(&frame("target ls drwxrwxrwt 3 4 5 6 7"), "target").expect("metadata");
        assert_eq!((stat.kind, stat.mode, stat.owner, stat.links), (FileKind::Folder, 0o1777, 5, 7));
        assert!(parse_stat(&frame("entry 81ed 2"), "entry").is_none());
    }

    #[test]
    fn names_that_lead_elsewhere_are_not_names_of_entries() {
        for name in [&b"a/b"[..], b"..", b".", b"", b"a\0b", b"/a"] {
            assert_eq!(component(name), None, "{name:?}");
        }
        assert_eq!(component(b"..a b\n").expect("a name"), "..a b\n");
        let frame = |body: &[u8]| Frame { header: "head 4".to_owned(), body: body.to_vec() };
        assert_eq!(split_name(&frame(b"../xcontent")), None);
        assert_eq!(split_name(&frame(b"a.vmx")).expect("a name"), ("a.vm".into(), b"x".to_vec()));
    }

    #[test]
    fn modes_of_ls_are_parsed() {
        assert_eq!(parse_mode("-rwsr-S--t+"), Some((FileKind::Regular, 0o7741)));
        assert_eq!(parse_mode("lrwxrwxrwx"), Some((FileKind::Symlink, 0o777)));
        assert_eq!(parse_mode("-rw"), None);
        for mode in 0..=0o7777 {
            assert_eq!(parse_mode(&mode_text(mode)), Some((FileKind::Regular, mode)));
        }
        assert_eq!(mode_text(0o4754), "-rwsr-xr--");
    }
}
