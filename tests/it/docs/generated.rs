//! Completions that the program contains, and documentation that it generates. `VMXEDIT_UPDATE=1` updates them.

use std::fs;

use vmxedit::check;

use crate::harness::{Scratch, assert_checked_in, repository_path};

const COMPLETIONS: [(&str, &str); 6] = [
    ("bash", "vmxedit.bash"),
    ("zsh", "_vmxedit"),
    ("fish", "vmxedit.fish"),
    ("powershell", "_vmxedit.ps1"),
    ("elvish", "vmxedit.elv"),
    ("nushell", "vmxedit.nu"),
];

const RULES: &str = "\
# The rules of `vmxedit check`

An **error**: VMware refuses something, or loses it. A **warning**: a setting does not do what it appears to do, or some
products refuse it. A **note**: information that may be useful. A finding may be less severe than its rule.

`vmxedit check` exits with 1 if it finds an error. `--deny warnings` treats warnings as errors, and `--deny CODE` the findings
of one rule. `--allow CODE` turns a rule off, and so does a comment in the file, on a separate line:

```
# vmxedit: allow VMX028, VMX133
```

It applies to the whole file. Separate several codes with commas or spaces; the text after the last code is free.

A column is a character of the line as decoded in the file's encoding, counted from 1. A byte that is invalid in the encoding
counts as the three characters `|XX`.

| code | name | severity | what VMware does |
| --- | --- | --- | --- |
";

#[test]
fn completions_are_printed_as_they_are_checked_in() {
    let scratch = Scratch::new();
    for (shell, file) in COMPLETIONS {
        let script = scratch.run(&["completions", shell]).printed(0);
        assert_eq!(script, fs::read_to_string(repository_path(format!("completions/{file}"))).unwrap());
    }
}

#[test]
fn rules_page_is_up_to_date() {
    let row = |rule: &check::Rule| {
        let (code, anchor) = (rule.code, rule.code.to_lowercase());
        let (name, title) = (rule.text().name, rule.text().title.replace('|', "\\|"));
        format!("| [{code}](#{anchor}) | {name} | {} | {title} |\n", rule.severity)
    };
    let section = |rule: &check::Rule| {
        let (code, severity) = (rule.code, rule.severity);
        let check::RuleText { name, title, explanation, source, .. } = rule.text();
        format!("\n## {code}\n\n**{name}** ({severity}): {title}.\n\n{explanation}\n\nSource: {source}.\n")
    };
    let text: String = [RULES.to_owned()]
        .into_iter()
        .chain(check::rules().map(row))
        .chain(check::rules().map(section))
        .collect();
    assert_checked_in("docs/rules.md", &text);
}

#[test]
fn every_rule_is_in_the_manual_page_of_check() {
    let page = Scratch::new().run(&["man", "check"]).printed(0).replace('\\', "");
    for rule in check::rules() {
        let term = format!("{} {} ({})", rule.code, rule.text().name, rule.severity);
        assert!(page.contains(&term), "{term} is not in the manual page");
    }
}
