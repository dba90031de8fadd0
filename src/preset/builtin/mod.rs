//! The preset files that come with the program: compiled in, parsed only when one is asked for.

/// Name and text of each, by name.
macro_rules! files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!($name, ".toml")))),*] };
}

pub(super) const FILES: &[(&str, &str)] = files!["macos-serial"];
