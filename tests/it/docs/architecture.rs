//! Rules about the source code: dependencies between modules, output, documentation and size.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::harness::repository_path;

/// The modules of the library, and which of them each one may use.
const LIBRARY_DEPENDENCIES: &[(&str, &[&str])] = &[
    ("host", &[]),
    ("diff", &[]),
    ("document", &["diff"]),
    ("edit", &["document"]),
    ("catalog", &[]),
    ("preset", &["edit", "document", "catalog", "host"]),
    ("check", &["document", "edit", "catalog", "preset", "vm", "file", "host"]),
    ("search", &["catalog", "document"]),
    ("show", &["document", "catalog", "vm", "host"]),
    ("vm", &["document", "host"]),
    ("file", &["vm", "host"]),
    ("remote", &["document", "file", "host", "vm"]),
    ("transaction", &["document", "edit", "file", "remote", "vm", "host"]),
];

/// The modules of the program, and which of them each one may use.
const PROGRAM_DEPENDENCIES: &[(&str, &[&str])] = &[
    (
        "main",
        &["args", "commands", "complete", "config", "error", "exit", "output", "remote", "signals", "words"],
    ),
    ("exit", &[]),
    ("signals", &[]),
    ("words", &[]),
    ("remote", &["signals", "words"]),
    ("error", &["exit", "remote", "words"]),
    ("config", &["error", "words"]),
    ("input", &["error", "remote"]),
    ("args", &["config", "input"]),
    ("output", &["args", "config", "error", "exit", "input", "words"]),
    ("batch", &["args", "config", "error", "exit", "input", "output", "remote", "signals"]),
    ("edit", &["args", "batch", "config", "error", "exit", "input", "output", "remote", "signals"]),
    (
        "commands",
        &[
            "args", "batch", "config", "edit", "error", "exit", "input", "output", "remote", "signals",
            "words",
        ],
    ),
    ("complete", &["args", "commands", "config", "exit", "input", "output", "remote", "words"]),
];

fn sources(folder: &str) -> BTreeMap<PathBuf, String> {
    let root = repository_path(folder);
    let mut found = BTreeMap::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.insert(path.clone(), fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn module_of<'a>(path: &'a Path, root: &str) -> &'a str {
    let root = repository_path(root);
    let relative = path.strip_prefix(root).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// Returns the modules that a file names after `crate::`.
fn used_modules(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    code.match_indices("crate::")
        .map(|(at, _)| {
            let rest = &code[at + "crate::".len()..];
            rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("").to_owned()
        })
        .filter(|word| word.chars().next().is_some_and(|c| c.is_ascii_lowercase()))
        .collect()
}

fn check_dependencies(root: &str, table: &[(&str, &[&str])], skip: &[&str]) {
    for (path, text) in sources(root) {
        let this = module_of(&path, root);
        if skip.contains(&this) {
            continue;
        }
        let Some((_, allowed)) = table.iter().find(|(name, _)| *name == this) else {
            panic!("{}: the module {this} is not in the table", path.display())
        };
        for used in used_modules(&text) {
            assert!(
                used == this || allowed.contains(&&*used),
                "{}: {this} may not use {used}",
                path.display()
            );
        }
    }
}

#[test]
fn modules_use_only_allowed_modules() {
    check_dependencies("src", LIBRARY_DEPENDENCIES, &["lib", "bin"]);
    check_dependencies("src/bin/vmxedit", PROGRAM_DEPENDENCIES, &[]);
}

/// Returns what a file uses of the operating system without the module `host`.
fn uses_of_the_system(text: &str) -> Vec<&str> {
    let direct =
        ["rustix", "libc::", "unsafe {", "std::os::", "process::Command", "process::Child", "cfg(target_os"];
    let mut found: Vec<&str> = direct.into_iter().filter(|word| text.contains(word)).collect();
    for (at, _) in text.match_indices("process::{") {
        let names = text[at..].split('}').next().unwrap_or_default();
        let words = names.split(|c: char| !c.is_ascii_alphanumeric());
        found.extend(words.filter(|word| word.starts_with("Command") || word.starts_with("Child")));
    }
    found
}

#[test]
fn only_the_module_host_reaches_the_system() {
    for (path, text) in sources("src") {
        // A file `tests.rs` is compiled for tests only.
        if !path.starts_with(repository_path("src/host")) && !path.ends_with("tests.rs") {
            let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
            let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            assert_eq!(uses_of_the_system(&code), [""; 0], "{}", path.display());
        }
    }
}

#[test]
fn only_one_line_of_host_selects_the_system() {
    let selecting: Vec<PathBuf> = sources("src")
        .into_iter()
        .filter(|(_, text)| text.contains("cfg(target_os"))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(selecting, [repository_path("src/host/mod.rs")]);
}

#[test]
fn every_way_to_reach_the_system_is_recognized() {
    for (text, found) in [
        ("use rustix::fs::stat;", &["rustix"][..]),
        ("use std::os::unix::fs::MetadataExt;", &["std::os::"]),
        ("use std::process::Command;", &["process::Command"]),
        ("let id = unsafe { libc::getpid() };", &["libc::", "unsafe {"]),
        ("let child: std::process::Child;", &["process::Child"]),
        ("use std::process::{\n    ChildStdout, Command, ExitCode,\n};", &["ChildStdout", "Command"]),
        ("#[cfg(target_os = \"linux\")]", &["cfg(target_os"]),
        ("use std::process::{ExitCode};\n#[cfg(target_env = \"musl\")]\nuse clap::Command;", &[]),
    ] {
        assert_eq!(uses_of_the_system(text), found, "{text}");
    }
}

#[test]
fn tests_start_only_isolated_processes() {
    for (path, text) in sources("tests") {
        let is_harness = path.starts_with(repository_path("tests/harness"));
        let starts = concat!("Command", "::new(");
        assert!(is_harness || !text.contains(starts), "{}: use harness::isolated", path.display());
    }
}

#[test]
fn no_test_of_the_program_real_has_the_attribute_that_only_libtest_reads() {
    for (path, text) in sources("tests/real") {
        assert!(!text.lines().any(|line| line.trim() == "#[test]"), "{}: list it in tests()", path.display());
    }
}

#[test]
fn the_library_does_not_print_or_parse_arguments() {
    for (path, text) in sources("src") {
        if path.components().any(|part| part.as_os_str() == "bin") {
            continue;
        }
        for word in ["println!", "eprintln!", "print!(", "clap", "std::process::exit", "anyhow"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn only_output_writes_to_standard_streams() {
    for (path, text) in sources("src") {
        let name = path.to_string_lossy();
        let is_output = name.contains("/vmxedit/output/");
        for stream in ["println!", "io::stdout()", "io::stderr()"] {
            assert!(is_output || !text.contains(stream), "{name}: {stream} is only allowed in output/");
        }
    }
}

#[test]
fn only_dialects_use_nom() {
    for (path, text) in sources("src") {
        let name = path.to_string_lossy();
        assert!(
            !text.contains("nom::") || name.contains("/document/dialect/"),
            "{name}: nom is only allowed in document/dialect/"
        );
    }
}

#[test]
fn what_show_and_check_read_goes_through_the_interface_to_a_folder() {
    let of_vm = ["descriptor.rs", "disk.rs", "snapshots.rs"].map(|name| Path::new("src/vm").join(name));
    let of_vm = of_vm.map(|path| (path.clone(), fs::read_to_string(repository_path(path)).unwrap()));
    for (path, text) in sources("src/show").into_iter().chain(sources("src/check")).chain(of_vm) {
        let code = text.split("#[cfg(test)]").next().unwrap_or(&text);
        // Examples in the documentation make files.
        let code: String = code.lines().filter(|line| !line.starts_with("///")).collect();
        for word in ["rustix", "std::os::", "std::fs", "File::", "regular_file", "canonicalize"] {
            assert!(!code.contains(word), "{}: {word}: use FolderView", path.display());
        }
    }
}

#[test]
fn every_module_has_documentation_and_at_most_400_lines() {
    for (path, text) in sources("src") {
        assert!(text.starts_with("//! "), "{}: the module has no documentation", path.display());
        assert!(text.lines().count() <= 400, "{}: the module has more than 400 lines", path.display());
    }
}

#[test]
fn no_module_unwraps_or_is_unfinished() {
    for (path, text) in sources("src") {
        for word in ["todo!", "unimplemented!", ".unwrap()", "FIXME", "dbg!"] {
            assert!(!text.contains(word), "{}: {word}", path.display());
        }
    }
}

#[test]
fn every_dependency_has_a_comment() {
    let manifest = fs::read_to_string(repository_path("Cargo.toml")).unwrap();
    let mut section = "";
    let mut before = "";
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]") && line.contains('=') && !line.starts_with('#') {
            assert!(before.starts_with("# "), "{line}: the dependency has no comment");
        }
        before = line;
    }
}

/// A file that no `mod` names is not compiled, and its tests do not run.
#[test]
fn every_source_file_is_a_module() {
    let mut checked = 0;
    for (path, _) in sources("src").into_iter().chain(sources("tests")) {
        let (folder, file) = (path.parent().unwrap(), path.file_stem().unwrap().to_str().unwrap());
        let (name, parent) = match file {
            "main" | "lib" => continue,
            "mod" => (folder.file_name().unwrap().to_str().unwrap(), folder.parent().unwrap()),
            file => (file, folder),
        };
        let roots = ["mod.rs", "main.rs", "lib.rs"].map(|root| parent.join(root));
        let declares = |root: &PathBuf| {
            let text = fs::read_to_string(root).unwrap_or_default();
            text.lines().any(|line| line.trim_end().ends_with(&format!("mod {name};")))
        };
        // Both test programs name the harness by its path.
        let is_declared = roots.iter().any(declares) || name == "harness";
        assert!(is_declared, "no module includes {}", path.display());
        checked += 1;
    }
    assert!(checked > 200, "{checked} files");
}
