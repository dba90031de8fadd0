//! Other file systems and restricted systems: every edit is done, or refused before anything changes.

mod checks;
mod foreign_writers;
mod injected;
mod mounts;
mod names;
mod special_cases;
