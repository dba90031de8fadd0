//! What the manual pages state about files, environment variables and related pages.

use super::{page_name, presets_page};

pub(super) const SECTION_OF_COMMANDS: &str = "1";
pub(super) const SECTION_OF_FORMATS: &str = "5";

/// A term, its meaning, and the pages that it is on.
pub(super) type Row = (&'static str, &'static str, Topic);

/// What a page has to be about to have a row. The main page has every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// Files of VMs.
    Files,
    /// Edits of these files.
    Edits,
    /// The state of VMs, which is also examined before an edit.
    Power,
    /// Looking presets up.
    Presets,
    /// The configuration files: edits, and looking presets up.
    Config,
    /// Files on other hosts.
    Remote,
    /// Colored output.
    Color,
    /// These commands.
    Pages(&'static [&'static str]),
}

pub(super) const FILES: &[Row] = &[
    ("X.vmx", "The configuration of a virtual machine", Topic::Files),
    (
        "X.vmx.lck/",
        "VMware's lock on it, a directory, held during an edit; on ESXi a file, which is only read",
        Topic::Edits,
    ),
    ("X.vmx.bak, X.vmx.bak.1, ...", "Backups, written by edits with --backup", Topic::Edits),
    ("X.vmx.bak, X.vmx.bak.1, ...", "Backups, written by edits with --backup", Topic::Pages(&["diff"])),
    (
        ".X.vmx.vmxedit-*",
        "The new file while it is written; after a crash the next edit removes it",
        Topic::Edits,
    ),
    (
        "$TMPDIR/vmxedit-edit-*/X.vmx",
        "The copy that the editor opens, readable only by its user; it is removed afterwards",
        Topic::Pages(&["edit"]),
    ),
    (
        "vmware.log, *.lck, *.vmss, *.vmem, *.vswp",
        "Files next to X.vmx that are evidence of the power state of the VM",
        Topic::Power,
    ),
    (
        "X.vmsd",
        "The snapshots of the VM; changed only if it is FILE",
        Topic::Pages(&["apply", "check", "diff", "preset-list", "preset-show", "show"]),
    ),
    (
        "*.vmdk",
        "The disks of the VM, of which only the descriptors are read",
        Topic::Pages(&["check", "show"]),
    ),
    (
        "~/.config/vmxedit/config.toml, /etc/vmxedit/config.toml",
        "Default values of options; see CONFIGURATION in vmxedit(1), and ENVIRONMENT for other files",
        Topic::Config,
    ),
    (
        "~/.config/vmxedit/presets/*.toml, /etc/vmxedit/presets/*.toml",
        "Presets of the user and of the host, ignored if another user could have written them; see ENVIRONMENT for other \
         directories",
        Topic::Presets,
    ),
];

pub(super) const ENVIRONMENT: &[Row] = &[
    (
        "VISUAL, EDITOR",
        "The editor: the first of these that is not empty, else, on a terminal, vi",
        Topic::Pages(&["edit"]),
    ),
    ("TMPDIR", "The directory for the copy that the editor opens. Default: /tmp", Topic::Pages(&["edit"])),
    (
        "VMXEDIT_PRESET_PATH",
        "Directories with presets, separated by colons, which are searched before all others",
        Topic::Presets,
    ),
    (
        "VMXEDIT_CONFIG",
        "The configuration file to read instead of those of the user and of the host; if it is empty, none is read",
        Topic::Config,
    ),
    (
        "VMXEDIT_SSH",
        "The command that connects to other hosts, unless --rsh is given. Default: ssh",
        Topic::Remote,
    ),
    (
        "XDG_CONFIG_HOME, HOME",
        "The configuration file and the presets of the user are in $XDG_CONFIG_HOME/vmxedit, by default \
         $HOME/.config/vmxedit",
        Topic::Config,
    ),
    (
        "PATH",
        "Where the programs vmrun, vim-cmd and esxcli are looked up, which report the power state of VMs. \
         Relative directories, and programs that another user can change, are ignored",
        Topic::Power,
    ),
    (
        "NO_COLOR",
        "If it is not empty, the output is not colored, unless --color=always is given",
        Topic::Color,
    ),
    (
        "CLICOLOR_FORCE",
        "If it is not empty, with any value, the output is colored wherever it goes, unless NO_COLOR is set or \
         --color=never is given",
        Topic::Color,
    ),
    (
        "CLICOLOR",
        "If it is 0, the output is not colored; with another value it is colored on every terminal, whatever TERM is. \
         NO_COLOR, CLICOLOR_FORCE and --color have priority",
        Topic::Color,
    ),
    (
        "TERM, CI",
        "If TERM is unset or dumb, the output is not colored on a terminal, unless CLICOLOR or CI is set",
        Topic::Color,
    ),
    ("COLUMNS", "The width of --help where it does not go to a terminal", Topic::Pages(&[])),
];

/// The keys of the configuration file, on the main page.
pub(super) const CONFIGURATION: &[(&str, &str)] = &[
    (
        "backup",
        "Keep the old file of every edit, as --backup does: true, false, or a suffix such as \".old\". --no-backup \
         overrides it",
    ),
    (
        "wait",
        "Wait for a VM that is not off, as --wait does: true, false, or a number of seconds. --wait=0 does not wait",
    ),
    ("jobs", "The number of files to process in parallel, as --jobs does"),
    ("color", "When to color the output, as --color does: \"auto\", \"always\" or \"never\""),
    (
        "preset-folders",
        "An array of folders with presets, which are searched before those of the user and of the host",
    ),
];

/// How the configuration file is read, on the main page.
pub(super) const ABOUT_CONFIGURATION: &str = "Commands that edit files, look presets up or look for backups read default values of options from TOML files with these keys. An \
     option takes precedence over the environment, the environment over the file of the user, and that over the file of \
     the host. A file that other users can write is ignored with a warning; one that is not valid is an error.";

/// How files on other hosts are named, on the main page.
pub(super) const OTHER_HOSTS: &[(&str, &str)] = &[
    (
        "[USER@]HOST:/PATH",
        "A file or directory on another host. The path is absolute and taken as it is. A local file whose name contains \
         :/ needs ./ in front",
    ),
    ("ssh://[USER@]HOST[:PORT]/PATH", "The same; %XX in the path is decoded, as in URLs"),
    (
        "ssh://[USER@]HOST[:PORT]/",
        "All VMs that an ESXi host has registered, in commands that accept several files",
    ),
];

/// How other hosts are reached, on the main page.
pub(super) const ABOUT_OTHER_HOSTS: &str = "Where a command accepts a file, it accepts one on another host. vmxedit starts ssh, with its configuration, and \
     sends a shell script that reads and replaces files: nothing is installed there. --rsh and VMXEDIT_SSH name another \
     program. An edit checks there that the VM is off, and holds the lock.";

/// Commands whose pages refer to each other.
const RELATED: &[&[&str]] = &[
    &["get", "list", "set", "unset", "rename"],
    &["set", "unset", "rename", "apply", "edit"],
    &["edit", "diff", "restore"],
    &["apply", "diff", "preset", presets_page::NAME],
    &["check", "show", "status"],
    &["get", "list", "find", "show", "diff"],
    &["completions", "man"],
];

/// Returns the terms and meanings of a topic.
pub(super) fn of_topic(rows: &[Row], topic: Topic) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_on = move |other: Topic| other == topic || (topic == Topic::Presets && other == Topic::Config);
    rows.iter().filter(move |(.., other)| is_on(*other)).map(|(term, meaning, _)| (*term, *meaning))
}

/// Returns the terms and meanings for the page of a command.
pub(super) fn of_command(rows: &[Row], command: &clap::Command) -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for (term, meaning, topic) in rows {
        if topic.is_on(command) && !found.iter().any(|(other, _)| other == term) {
            found.push((term, meaning));
        }
    }
    found
}

/// Returns the names of the commands that are related to one, and of the page about presets.
pub(super) fn related_to(command: &str) -> impl Iterator<Item = &'static str> {
    let groups = RELATED.iter().filter(move |group| group.contains(&command));
    groups.flat_map(|group| group.iter().copied())
}

/// Returns the name of a command without that of the program: `preset-show`, and nothing for the program.
pub(super) fn short_name(command: &clap::Command) -> &str {
    page_name(command).strip_prefix("vmxedit-").unwrap_or_default()
}

impl Topic {
    fn is_on(self, command: &clap::Command) -> bool {
        let name = short_name(command);
        let has = |id: &str| command.get_arguments().any(|argument| argument.get_id() == id);
        let edits = has("no_sync");
        let finds_presets =
            name.starts_with("preset") && name != "preset-check" || ["apply", "diff"].contains(&name);
        name.is_empty()
            || match self {
                Self::Files => (has("file") || has("files") || has("a")) && name != "preset-check",
                Self::Edits => edits,
                Self::Power => edits || ["show", "status"].contains(&name),
                Self::Presets => finds_presets,
                Self::Config => edits || finds_presets,
                Self::Remote => has("rsh"),
                Self::Color => has("color"),
                Self::Pages(pages) => pages.contains(&name),
            }
    }
}
