//! Which keys hold secrets, and lines without the secrets in them.

/// Words in any place of a secret key, in lower case.
const WORDS: [&str; 5] = ["password", "token", "private_key", "api_key", "apikey"];

/// Patterns of other secret keys, in lower case; `*` is any text, also none.
///
/// Sources: packer-plugin-vmware (`RemoteDisplay.vnc.*`), dissect.hypervisor (`encryption.*`, `dataFileKey`),
/// cloud-init's `DataSourceVMware` and `DataSourceOVF`, Ignition and Talos (`guestinfo.*`), open-vm-tools (`machine.id`),
/// VMware's documentation of virtual TPMs (`vtpm.ek*`).
const PATTERNS: [&str; 18] = [
    "passwd",
    "*.passwd",
    "*.pwd",
    "passphrase",
    "*.passphrase",
    "secret",
    "*.secret",
    "remotedisplay.vnc.key",
    "encryption.*",
    "datafilekey",
    "guestinfo.*userdata*",
    "guestinfo.vendordata",
    "guestinfo.metadata",
    "guestinfo.*.config.data",
    "guestinfo.ovfenv",
    "guestinfo.talos.config",
    "machine.id",
    "vtpm.ek*",
];

/// Patterns of keys that look like secret ones and reveal nothing: the encoding of a document (`base64`), and what
/// VMware Tools can do (`verifiedSamlToken`).
const NOT_SECRET: [&str; 2] = ["guestinfo.*userdata.encoding", "tools.capability.*"];

/// What is printed in place of a secret value.
pub const MASK: &str = "****";

/// Returns whether the value of `key` is a secret, which is printed only on request. ASCII case is ignored.
pub fn is_secret(key: &str) -> bool {
    let key = key.as_bytes();
    let is = |pattern: &str| matches(pattern.as_bytes(), key);
    (has_secret_word(key) || PATTERNS.iter().any(|pattern| is(pattern)))
        && !NOT_SECRET.iter().any(|pattern| is(pattern))
}

/// Returns whether one of [`WORDS`] is in `key`. This runs for each line that `find` prints.
fn has_secret_word(key: &[u8]) -> bool {
    const STARTS: [bool; 256] = {
        let mut starts = [false; 256];
        let mut n = 0;
        while n < WORDS.len() {
            let first = WORDS[n].as_bytes()[0];
            starts[first as usize] = true;
            starts[first.to_ascii_uppercase() as usize] = true;
            n += 1;
        }
        starts
    };
    let is_at = |at: usize, word: &str| {
        key.get(at..at + word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word.as_bytes()))
    };
    (0..key.len()).any(|at| STARTS[usize::from(key[at])] && WORDS.iter().any(|word| is_at(at, word)))
}

/// Returns whether `key` matches `pattern`. Takes time in proportion to the length of `key`: no pattern has a second `*`
/// before its end, and no two are next to each other.
fn matches(pattern: &[u8], key: &[u8]) -> bool {
    match pattern {
        [] => key.is_empty(),
        [b'*'] => true,
        [b'*', suffix @ ..] if !suffix.contains(&b'*') => {
            key.len().checked_sub(suffix.len()).is_some_and(|at| key[at..].eq_ignore_ascii_case(suffix))
        }
        [b'*', first, rest @ ..] => {
            let may_start = |byte: &u8| byte.eq_ignore_ascii_case(first);
            key.iter().enumerate().any(|(at, byte)| may_start(byte) && matches(rest, &key[at + 1..]))
        }
        [expected, rest @ ..] => match key {
            [first, key @ ..] => first.eq_ignore_ascii_case(expected) && matches(rest, key),
            [] => false,
        },
    }
}

/// Returns whether a pattern of keys, with `*`, `?` and `[...]`, probably selects secret keys: it matches a typical one, or one
/// with which it has letters in common. `RemoteDisplay.vnc.k*` is such a pattern; `ethernet*.virtualDev`, in which `*` would
/// have to be `.password`, is not.
pub fn may_select_secret(pattern: &str) -> bool {
    let tokens = tokens(pattern);
    let is_typical = |secret: &str| common_letters(&tokens, secret.replace('*', "").as_bytes()).is_some();
    let is_similar = |secret: &str| common_letters(&tokens, secret.as_bytes()) == Some(ENOUGH_LETTERS);
    let is_possible = |secret: &str| is_typical(secret) || is_similar(secret);
    is_secret(pattern)
        || is_typical("remotedisplay.vnc.password")
        || WORDS.iter().any(|word| is_possible(&format!("*{word}*")))
        || PATTERNS.iter().any(|secret| is_possible(secret))
}

/// So many letters in common are not by chance.
const ENOUGH_LETTERS: usize = 2;

/// A part of a pattern of keys.
#[derive(Clone, Copy)]
enum Token {
    /// In lower case.
    Byte(u8),
    AnyByte,
    AnyText,
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut rest = pattern.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        tokens.push(match first {
            b'*' => Token::AnyText,
            b'?' => Token::AnyByte,
            b'[' => {
                // The first character in brackets may be the closing one.
                let end = after.iter().skip(1).position(|byte| *byte == b']');
                rest = end.map_or(&[], |end| &after[end + 2..]);
                Token::AnyByte
            }
            byte => Token::Byte(byte.to_ascii_lowercase()),
        });
    }
    tokens
}

/// Returns how many letters both patterns name in a text that matches both, up to [`ENOUGH_LETTERS`]; `None` if there is no
/// such text. `secret` has no wildcard but `*`.
fn common_letters(tokens: &[Token], secret: &[u8]) -> Option<usize> {
    // What is reached after the first tokens: the most letters in common, for each place in `secret`.
    let mut reached: Vec<Option<usize>> = vec![None; secret.len() + 1];
    reached[0] = Some(0);
    skip_stars(&mut reached, secret);
    for token in tokens {
        let mut next = vec![None; secret.len() + 1];
        for (at, count) in reached.iter().enumerate().filter(|(_, count)| count.is_some()) {
            match (token, secret.get(at)) {
                (Token::AnyText, _) => next[at..].iter_mut().for_each(|place| *place = (*place).max(*count)),
                (_, Some(b'*')) => next[at] = next[at].max(*count),
                (Token::AnyByte, Some(_)) => next[at + 1] = next[at + 1].max(*count),
                (Token::Byte(byte), Some(expected)) if byte == expected => {
                    let common = count.map(|count| count + usize::from(byte.is_ascii_alphabetic()));
                    next[at + 1] = next[at + 1].max(common.map(|common| common.min(ENOUGH_LETTERS)));
                }
                _ => {}
            }
        }
        skip_stars(&mut next, secret);
        reached = next;
    }
    reached[secret.len()]
}

/// Adds the places behind each `*`, which may be no text.
fn skip_stars(reached: &mut [Option<usize>], secret: &[u8]) {
    for at in 0..secret.len() {
        if secret[at] == b'*' {
            reached[at + 1] = reached[at + 1].max(reached[at]);
        }
    }
}

/// Returns a text that is not an entry, such as a comment or a malformed line, with everything after the first name of a
/// secret key replaced by [`MASK`]. Returns `None` if there is nothing to hide.
///
/// The name may be followed by anything: `RemoteDisplay.vnc.password "x"`, `guestinfo.userdata: x`. It is the text before
/// the first `=`, the first word, or any word with a dot.
pub fn mask_line(text: &str) -> Option<String> {
    let end = [end_before_equals(text), end_of_word(text)].into_iter().flatten().min()?;
    let rest = text[end..].trim_start_matches([' ', '\t', '=', ':']);
    let start = text.len() - rest.len();
    (!rest.trim().is_empty()).then(|| format!("{}{MASK}", &text[..start]))
}

/// Returns where the text before the first `=` ends, if that is the name of a secret key.
fn end_before_equals(text: &str) -> Option<usize> {
    let (name, _) = text.split_once('=')?;
    let name = name.trim_end();
    is_secret(name.trim_start_matches(['#', '/', ';', ' ', '\t', '\u{FEFF}'])).then_some(name.len())
}

/// Returns where the first word ends that is the name of a secret key.
fn end_of_word(text: &str) -> Option<usize> {
    let is_separator = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | ':'));
    let mut is_first = true;
    let mut start = 0;
    for piece in text.split_inclusive(is_separator) {
        let word = piece.trim_end_matches(is_separator);
        let may_be_key = |name: &str| is_first || name.trim_end_matches('.').contains('.');
        // Keys of devices contain a colon: scsi0:0.fileName.
        let mut ends = word.match_indices(':').map(|(at, _)| at).take(2).chain([word.len()]);
        if let Some(end) = ends.find(|end| is_secret(&word[..*end]) && may_be_key(&word[..*end])) {
            return Some(start + end);
        }
        is_first &= word.is_empty();
        start += piece.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{is_secret, mask_line, may_select_secret};

    #[test]
    fn a_pattern_that_names_part_of_a_secret_key_may_select_it() {
        for pattern in [
            "RemoteDisplay.vnc.k*",
            "remotedisplay.VNC.?ey",
            "guestinfo.tok*",
            "*.[p]asswd",
            "machine.i[!x]",
            "*",
            "guestinfo.*",
            "x.password",
            "data*key",
            "e*",
            "*d",
            "*.*",
        ] {
            assert!(may_select_secret(pattern), "{pattern}");
        }
        for pattern in
            ["ethernet*.virtualDev", "memsize", "scsi?:*.fileName", "memsiz*", "*.virtualDev", "sched.*", ""]
        {
            assert!(!may_select_secret(pattern), "{pattern}");
        }
    }

    #[test]
    fn secrets_are_recognized_in_any_case() {
        for key in [
            "RemoteDisplay.VNC.Password",
            "password.hint",
            "guestinfo.AdminPasswordHash",
            "guestinfo.join_token",
            "x.private_key.pem",
            "remoteDisplay.vnc.key",
            "encryption.data",
            "dataFileKey",
            "guestinfo.userdata",
            "guestinfo.my.USERDATA.old",
            "guestinfo.ignition.config.data",
            "guestInfo.ovfEnv",
            "guestinfo.talos.config",
            "guestinfo.s3.api_key",
            "guestinfo.root.pwd",
            "machine.id",
            "vtpm.ekCSR",
            "vtpm.ekCRT",
        ] {
            assert!(is_secret(key), "{key}");
        }
        for key in [
            "",
            "memsize",
            "encryptionx.data",
            "encryption",
            "machine.id2",
            "vtpm.present",
            "guestinfo.userdata.encoding",
            "tools.capability.verifiedSamlToken",
        ] {
            assert!(!is_secret(key), "{key}");
        }
    }

    #[test]
    fn text_after_the_name_of_a_secret_is_masked() {
        for (line, masked) in [
            ("RemoteDisplay.vnc.password \"x\"", "RemoteDisplay.vnc.password ****"),
            ("RemoteDisplay.vnc.password\"x==\"", "RemoteDisplay.vnc.password****"),
            ("guestinfo.userdata: x", "guestinfo.userdata: ****"),
            ("guestinfo.userdata:x = y", "guestinfo.userdata:****"),
            ("scsi0:0.password x", "scsi0:0.password ****"),
            ("# x.password = \"x\"", "# x.password = ****"),
            ("y.password = \"x", "y.password = ****"),
            ("the password = x", "the password = ****"),
            ("set machine.id to x", "set machine.id ****"),
            ("\u{E9} {{ machine.id }}x", "\u{E9} {{ machine.id ****"),
        ] {
            assert_eq!(mask_line(line).as_deref(), Some(masked), "{line}");
        }
        for line in
            ["", "# memsize = \"1\"", "password", "y.password = ", "# see the password below", "a \"token\""]
        {
            assert_eq!(mask_line(line), None, "{line}");
        }
    }
}
