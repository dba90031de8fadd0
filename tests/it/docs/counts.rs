//! The numbers in the documents.

use vmxedit::check;

use crate::harness::{Scratch, repository_path};

fn document(name: &str) -> String {
    std::fs::read_to_string(repository_path(name)).unwrap()
}

#[test]
fn there_are_as_many_rules_as_the_documents_say() {
    let count = check::rules().count();
    assert!((101..150).contains(&count), "{count} rules: the documents say more than 100");
    assert!(document("README.md").contains("[more than 100 rules](docs/rules.md)"));
    assert!(document("CHANGELOG.md").contains("more than 100 rules ([docs/rules.md](docs/rules.md)"));
}

#[test]
fn there_are_as_many_presets_as_the_documents_say() {
    let presets = Scratch::new().run(&["preset", "list", "--json"]).json_lines();
    let built_in = presets.iter().filter(|preset| preset["origin"] == "built-in").count();
    // One of them is named apart from the others.
    assert!((62..70).contains(&built_in), "{built_in} presets: the documents say more than 60");
    assert!(document("README.md").contains("More than 60 [are built"));
    assert!(document("CHANGELOG.md").contains("More than 60 other presets"));
}

/// Names of release files have the version of the program.
#[test]
fn the_versions_in_the_documents_are_that_of_the_program() {
    let mut documents = crate::harness::pages::pages();
    documents.extend(
        ["README.md", "RELEASING.md", "contrib/ansible/ansible_collections/vmxedit/vmx/README.md"]
            .map(str::to_owned),
    );
    let mut seen = 0;
    for document in documents {
        let text = std::fs::read_to_string(repository_path(&document)).unwrap();
        for start in ["vmxedit-", "vmxedit_", "vmxedit-vmx-", "rev: v"] {
            for rest in text
                .split(start)
                .skip(1)
                .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
            {
                assert!(
                    rest.starts_with(env!("CARGO_PKG_VERSION")),
                    "{document}: {start}{}",
                    rest.chars().take(12).collect::<String>()
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "{seen}");
}
