//! Patterns of keys as the tables write them: `#` is a number, `{a,b}` one of the words, a final `*` whatever follows.

/// A pattern without its braces: one for each word between them.
pub(super) fn expand(pattern: &str) -> Vec<String> {
    let braces = pattern.split_once('{').and_then(|(head, rest)| Some((head, rest.split_once('}')?)));
    match braces {
        Some((head, (words, tail))) => words.split(',').map(|word| format!("{head}{word}{tail}")).collect(),
        None => vec![pattern.to_owned()],
    }
}

/// Whether `name` is a key of `pattern`, which has no braces. ASCII case does not count.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut name = name.as_bytes();
    for wanted in pattern.bytes() {
        name = match (wanted, name) {
            (b'*', _) => return !name.is_empty(),
            (b'#', [digit, ..]) if digit.is_ascii_digit() => after_digits(name),
            (_, [letter, rest @ ..]) if letter.eq_ignore_ascii_case(&wanted) => rest,
            _ => return false,
        };
    }
    name.is_empty()
}

/// What keys that differ in case and numbers alone have in common: lower case, `#` for each number.
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

/// The pattern's spelling with the numbers of `name`, whose shape is the pattern's or close to it, and its tail.
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
