//! Files as the library reads and changes them.

mod check_folders;
mod check_rules;
mod edits;
mod escaping;
mod other_file_types;
