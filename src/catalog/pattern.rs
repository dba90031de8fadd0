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
    use super::{expand, fill, matches, shape};

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
    fn spellings_keep_the_numbers_and_the_tail() {
        assert_eq!(fill("scsi#:#.fileName", "SCSI0:12.filename"), "scsi0:12.fileName");
        assert_eq!(fill("ich7m.present", "ICH7M.PRESENT"), "ich7m.present");
        assert_eq!(fill("guestinfo.*", "GUESTINFO.My.Thing2"), "guestinfo.My.Thing2");
    }
}
