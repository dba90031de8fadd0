//! What the commands print, and their exit codes.

mod apply;
mod apply_from;
mod apply_presets;
mod backup;
mod bad_input;
mod batch_options;
mod check;
mod color;
mod color_environment;
mod config;
mod diff;
mod diff_many;
mod diff_sides;
mod editing_options;
mod encoding;
mod environment;
mod file_arguments;
mod find;
mod folders;
mod get;
mod help;
mod json_members;
mod list;
mod preset;
mod quiet;
mod rename;
mod restore;
mod secrets;
mod set;
mod set_review;
mod show;
mod standard_streams;
mod unset;
mod usage;
mod working_dir;

/// A VM with a comment, an encoding and an escaped value.
const VM: &str = "#!/usr/bin/vmware\n.encoding = \"UTF-8\"\nmemSize = \"1024\"   # MB\nguestOS = \"darwin12-64\"\n\
                  annotation = \"two|0Alines\"\nethernet0.present = \"TRUE\"\nfloppy0.present = \"FALSE\"\n";
