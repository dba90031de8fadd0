//! Patterns of keys in the tables: `#` is a number, `{a,b}` is one of the words, a final `*` is any non-empty rest.
//!
//! The library has three small pattern languages, because each serves a different reader:
//! - here, for the authors of the tables: `ethernet#.virtualDev` must match `ethernet10` and not `ethernetX`, and must
//!   yield the key in VMware's spelling, which a glob cannot do;
//! - `document::Pattern`, a shell glob (`ethernet*.present`), for users who select entries of a file;
//! - `preset::Template` (`{port}`), for authors of presets: it is filled in with parameters and never matched.

/// Expands the braces of a pattern: one pattern for each word in them.
pub(super) fn expand(pattern: &str) -> Vec<String> {
    let braces = pattern.split_once('{').and_then(|(head, rest)| Some((head, rest.split_once('}')?)));
    match braces {
        Some((head, (words, tail))) => words.split(',').map(|word| format!("{head}{word}{tail}")).collect(),
        None => vec![pattern.to_owned()],
    }
}

/// Returns whether `name` matches `pattern`, which has no braces. ASCII case is ignored.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    after(pattern, name.as_bytes()).is_some_and(<[u8]>::is_empty)
}

/// Returns whether `name` matches one of the patterns that [`expand`] makes of `pattern`. Allocates nothing.
pub(super) fn matches_with_words(pattern: &str, name: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('{') else { return matches(pattern, name) };
    let (Some((words, tail)), Some(name)) = (rest.split_once('}'), after(head, name.as_bytes())) else {
        return false;
    };
    let rests = words.split(',').filter_map(|word| after(word, name));
    rests.filter_map(|rest| after(tail, rest)).any(<[u8]>::is_empty)
}

/// Returns what follows in `name` after `pattern`, which has no braces.
fn after<'n>(pattern: &str, mut name: &'n [u8]) -> Option<&'n [u8]> {
    for expected in pattern.bytes() {
        name = match (expected, name) {
            (b'*', [_, ..]) => &[],
            (b'#', [digit, ..]) if digit.is_ascii_digit() => after_digits(name),
            (_, [letter, rest @ ..]) if letter.eq_ignore_ascii_case(&expected) => rest,
            _ => return None,
        };
    }
    Some(name)
}

/// Returns the name that matches `pattern`, which has no braces, and starts with `start`, in the spelling of the pattern. A number
/// that `start` does not have is 0; a final `*` is left out. Returns `None` if no such name exists. ASCII case is ignored.
pub(super) fn starting_with(pattern: &str, start: &str) -> Option<String> {
    let mut left = start.as_bytes();
    let mut name = String::with_capacity(pattern.len());
    for letter in pattern.chars() {
        match (letter, left) {
            ('*', _) => break,
            ('#', []) => name.push('0'),
            ('#', [digit, ..]) if digit.is_ascii_digit() => {
                let rest = after_digits(left);
                name.extend(left[..left.len() - rest.len()].iter().map(|digit| char::from(*digit)));
                left = rest;
            }
            (letter, []) => name.push(letter),
            (letter, [first, rest @ ..]) if char::from(*first).eq_ignore_ascii_case(&letter) => {
                name.push(letter);
                left = rest;
            }
            _ => return None,
        }
    }
    left.is_empty().then_some(name)
}

/// Returns `name` in lower case with `#` in place of each number. Keys that differ only in case and numbers share it.
pub(super) fn shape(name: &str) -> String {
    let mut shape = String::with_capacity(name.len());
    for letter in name.chars() {
        if !letter.is_ascii_digit() {
            shape.push(letter.to_ascii_lowercase());
        } else if !shape.ends_with('#') {
            shape.push('#');
        }
    }
    shape
}

/// Returns the pattern with the numbers and the rest of `name`: VMware's spelling of the key. The shapes of the two
/// must be equal or similar.
pub(super) fn fill(pattern: &str, name: &str) -> String {
    let mut numbers = name.split(|letter: char| !letter.is_ascii_digit()).filter(|run| !run.is_empty());
    let mut filled = String::with_capacity(name.len());
    let mut in_digits = false;
    for letter in pattern.chars() {
        match letter {
            '#' => filled.push_str(numbers.next().unwrap_or("0")),
            '*' => filled.push_str(name.get(filled.len()..).unwrap_or_default()),
            digit if digit.is_ascii_digit() && !in_digits => {
                numbers.next();
                filled.push(digit);
            }
            other => filled.push(other),
        }
        in_digits = letter.is_ascii_digit();
    }
    filled
}

fn after_digits(name: &[u8]) -> &[u8] {
    let end = name.iter().position(|letter| !letter.is_ascii_digit()).unwrap_or(name.len());
    &name[end..]
}

#[cfg(test)]
mod tests {
    use super::{expand, fill, matches, shape, starting_with};

    #[test]
    fn numbers_words_and_tails_match_whole_keys_in_any_case() {
        assert!(matches("ethernet#.virtualDev", "Ethernet10.VIRTUALDEV"));
        assert!(!matches("ethernet#.virtualDev", "ethernet.virtualDev"));
        assert!(!matches("ethernet#.virtualDev", "ethernet0.virtualDev.x"));
        assert!(matches("guestinfo.*", "guestInfo.a.b"));
        assert!(!matches("guestinfo.*", "guestinfo."));
        assert!(matches("hpet0.present", "hpet0.present") && !matches("hpet0.present", "hpet1.present"));
        assert_eq!(expand("{usb,ehci}.present"), ["usb.present", "ehci.present"]);
        assert_eq!(shape("SCSI10:2.fileName"), "scsi#:#.filename");
    }

    #[test]
    fn the_start_of_a_name_gets_the_rest_of_the_pattern() {
        let name = |pattern: &str, start: &str| starting_with(pattern, start);
        assert_eq!(name("scsi#:#.fileName", "SC").as_deref(), Some("scsi0:0.fileName"));
        assert_eq!(name("scsi#:#.fileName", "scsi12:3").as_deref(), Some("scsi12:3.fileName"));
        assert_eq!(name("scsi#:#.fileName", "scsi1:.").as_deref(), None);
        assert_eq!(name("guestinfo.*", "Guest").as_deref(), Some("guestinfo."));
        assert_eq!(name("guestinfo.*", "guestinfo.x"), None);
        assert_eq!(name("memsize", "memsizes"), None);
        assert_eq!(name("memsize", "\u{e9}"), None);
    }

    #[test]
    fn spellings_keep_the_numbers_and_the_tail() {
        assert_eq!(fill("scsi#:#.fileName", "SCSI0:12.filename"), "scsi0:12.fileName");
        assert_eq!(fill("ich7m.present", "ICH7M.PRESENT"), "ich7m.present");
        assert_eq!(fill("guestinfo.*", "GUESTINFO.My.Thing2"), "guestinfo.My.Thing2");
    }
}
