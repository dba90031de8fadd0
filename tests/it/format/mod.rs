//! Files as the library reads and changes them.

mod check_combinations;
mod check_fixes;
mod check_folders;
mod check_hosts;
mod check_other_files;
mod check_rules;
mod check_snapshots;
mod check_values;
mod descriptors;
mod edits;
mod escaping;
mod other_file_types;
mod text;
