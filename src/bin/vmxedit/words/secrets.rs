//! Words of the command line without the secrets in them.

use std::ffi::OsStr;

use vmxedit::catalog::{self, MASK};

/// Returns a word with the value of a secret key replaced by [`MASK`]: `KEY=VALUE`, `KEY!=VALUE`, also behind `--set=` or
/// `-e`. The key may be a pattern. Returns `None` if there is nothing to hide.
fn masked(word: &str) -> Option<String> {
    let start = option_len(word);
    let assignment = &word[start..];
    let Some((key, value)) = assignment.split_once('=') else { return catalog::mask_line(word) };
    let name = key.strip_suffix('!').unwrap_or(key);
    let name = name.trim_start_matches(['#', '/', ';', ' ', '\t', '\u{FEFF}', '!']).trim_end();
    if catalog::mask_line(key).is_none() && !is_secret(name) {
        return None;
    }
    let end = word.len() - value.len();
    (!value.trim().is_empty()).then(|| format!("{}{MASK}", &word[..end]))
}

/// Returns the word without what is secret in it.
pub(crate) fn without_secret(word: &str) -> String {
    masked(word).unwrap_or_else(|| word.to_owned())
}

/// Returns whether the word has the value of a secret key.
pub(crate) fn has_secret(word: &str) -> bool {
    masked(word).is_some()
}

/// Returns whether a line has a secret: in a word, or in the one behind the name of a secret key, as in `set FILE KEY VALUE`.
pub(super) fn line_has_secret<W: AsRef<OsStr>>(words: &[W]) -> bool {
    let text = |word: &W| word.as_ref().to_str().unwrap_or_default().to_owned();
    let sets = words.get(1).is_some_and(|command| ["set", "apply"].contains(&&*text(command)));
    let is_name = |word: &str| !word.contains('=') && catalog::is_secret(word);
    let follows_name = |pair: &[W]| {
        let [name, value] = [text(&pair[0]), text(&pair[1])];
        sets && is_name(&name) && !value.starts_with('-')
    };
    words.iter().any(|word| has_secret(&text(word))) || words.windows(2).any(follows_name)
}

fn is_secret(key: &str) -> bool {
    if key.contains(['*', '?', '[']) { catalog::may_select_secret(key) } else { catalog::is_secret(key) }
}

/// Returns the length of an option that its value follows in the same word.
fn option_len(word: &str) -> usize {
    if word.starts_with("--") {
        return word.find('=').map_or(0, |end| end + 1);
    }
    if word.starts_with("-e") { 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{line_has_secret, masked};

    #[test]
    fn the_value_of_a_secret_key_is_masked_and_its_operator_stays() {
        for (word, shown) in [
            ("RemoteDisplay.vnc.key=abc", "RemoteDisplay.vnc.key=****"),
            ("RemoteDisplay.vnc.key!=abc", "RemoteDisplay.vnc.key!=****"),
            ("-eRemoteDisplay.vnc.key!=abc", "-eRemoteDisplay.vnc.key!=****"),
            ("--set=x.password=a=b", "--set=x.password=****"),
            ("--param=vnc.password=abc", "--param=vnc.password=****"),
            ("RemoteDisplay.vnc.k*=topsecret", "RemoteDisplay.vnc.k*=****"),
            ("*=topsecret", "*=****"),
            ("x.password = \"abc\"", "x.password =****"),
            ("guestinfo.userdata: x", "guestinfo.userdata: ****"),
        ] {
            assert_eq!(masked(word).as_deref(), Some(shown), "{word}");
        }
        for word in [
            "ethernet*.virtualDev!=vmxnet3",
            "memsize=4096",
            "x.password=",
            "!x.password",
            "displayName=my.password is x",
            "--wait=5",
            "password",
        ] {
            assert_eq!(masked(word), None, "{word}");
        }
    }

    #[test]
    fn the_word_behind_the_name_of_a_secret_key_may_be_its_value() {
        assert!(line_has_secret(&["x", "set", "vm.vmx", "x.password", "abc"]));
        assert!(!line_has_secret(&["x", "set", "vm.vmx", "x.password", "-n"]));
        assert!(!line_has_secret(&["x", "get", "vm.vmx", "x.password", "memsize"]));
    }
}
