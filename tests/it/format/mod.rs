//! Files as the library reads and changes them.

mod check_combinations;
mod check_fixes;
mod check_folders;
mod check_rules;
mod check_snapshots;
mod descriptors;
mod edits;
mod escaping;
mod other_file_types;
mod text;
