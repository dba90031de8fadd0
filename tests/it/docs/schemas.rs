//! The schemas of the JSON output describe what the program prints.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::harness::{RunResult, Scratch, repository_path};

fn schema(name: &str) -> jsonschema::Validator {
    let text = fs::read_to_string(repository_path(format!("docs/schemas/{name}.schema.json"))).unwrap();
    let mut schema: Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema), "{name}");
    forbid_others(&mut schema);
    jsonschema::validator_for(&schema).unwrap()
}

/// Makes a schema reject members that it does not name. Published, it accepts those of later versions.
fn forbid_others(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.contains_key("properties") && object.get("type") == Some(&json!("object")) {
                object.insert("additionalProperties".to_owned(), json!(false));
            }
            object.values_mut().for_each(forbid_others);
        }
        Value::Array(array) => array.iter_mut().for_each(forbid_others),
        _ => {}
    }
}

#[track_caller]
fn assert_valid(name: &str, result: &RunResult) {
    let schema = schema(name);
    let documents = result.json_lines();
    assert!(!documents.is_empty(), "{}", result.stderr);
    for document in documents {
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {document}: {errors:?}");
    }
}

const VM: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"ubuntu-64\"\nmemsize = 255\nMEM = \"1\"\n\
                  RemoteDisplay.vnc.enabled = \"TRUE\"\nRemoteDisplay.vnc.password = \"x\"\ncleanShutdown = \"FALSE\"\n";

#[test]
fn every_command_prints_json_that_matches_its_schema() {
    let vm = Scratch::with(VM);
    vm.write("other.vmx", format!("{VM}numvcpus = \"2\"\n"));
    vm.write("own.toml", "name = \"own\"\ntitle = \"Own\"\nreason = \"x\"\n[[steps]]\nset = \"a.b\"\nvalue = \"{n}\"\n[parameters.n]\nhelp = \"a number\"\ntype = \"integer\"\ndefault = \"1\"\n");
    for (name, line) in [
        ("get", &["get", "vm.vmx", "memsize", "nope", "--json"][..]),
        ("get", &["get", "vm.vmx", "memsize", "--all", "--json"]),
        ("list", &["list", "vm.vmx", "--json"]),
        ("status", &["status", "vm.vmx", "other.vmx", "--json"]),
        ("check", &["check", "vm.vmx", "other.vmx", "--json"]),
        ("diff", &["diff", "vm.vmx", "other.vmx", "--json"]),
        ("diff", &["diff", "vm.vmx", "vm.vmx", "--json", "--unified"]),
        ("preset", &["preset", "list", "--json"]),
        ("preset", &["preset", "list", "--for", "vm.vmx", "--json"]),
        ("preset", &["preset", "show", "./own.toml", "vm.vmx", "--json"]),
        ("edit", &["set", "vm.vmx", "memsize=4GB", "x.y=1", "--json", "--diff", "--backup"]),
        ("edit", &["rename", "vm.vmx", "x.y", "x.z", "--json"]),
        ("edit", &["unset", "vm.vmx", "x.*", "--json", "-n"]),
        ("edit", &["apply", "-p", "macos-serial", "--if-applicable", "vm.vmx", "other.vmx", "--json"]),
        ("backups", &["restore", "vm.vmx", "--list", "--json"]),
        ("edit", &["restore", "vm.vmx", "--json"]),
        ("backups", &["restore", "vm.vmx", "--list", "--json"]),
        ("edit", &["apply", "-p", "./own.toml", "vm.vmx", "--json"]),
        ("edit", &["preset", "revert", "./own.toml", "vm.vmx", "--json"]),
        ("error", &["set", "gone.vmx", "a=1", "--json"]),
        ("error", &["set", "vm.vmx", "a", "--json"]),
        ("error", &["rename", "vm.vmx", "gone", "a", "--json"]),
    ] {
        assert_valid(name, &vm.run(line));
    }
}

#[test]
fn schemas_reject_other_documents() {
    let edit = json!({"file": "a", "changed": true, "dry_run": false, "changes": [], "warnings": [], "notes": [],
                      "skipped": false, "backup": null});
    assert!(schema("edit").is_valid(&edit));
    for (member, value) in [
        ("changed", json!(1)),
        ("changes", json!([{"op": "add", "key": "a", "before": "1", "after": "2", "line": 1}])),
        ("changes", json!([{"op": "move", "key": "a", "before": null, "after": "2", "line": 1}])),
        ("warnings", json!(null)),
        ("backup", json!(1)),
        ("more", json!(1)),
    ] {
        let mut other = edit.clone();
        other[member] = value;
        assert!(!schema("edit").is_valid(&other), "{other}");
    }
    for (name, document) in [
        ("get", json!({"a": 1})),
        ("list", json!([{"key": "a", "value": "1", "line": 0}])),
        ("status", json!({"file": "a", "state": "on", "evidence": []})),
        ("check", json!({"file": "a", "findings": [{"code": "X"}]})),
        ("diff", json!({"a": "a", "b": "b", "equal": 1, "changes": []})),
        ("preset", json!({"name": "a"})),
        ("backups", json!([{"path": "a", "number": -1, "size": 1, "modified": null, "current": true}])),
        ("error", json!({"file": "a", "error": {"code": 6}})),
    ] {
        assert!(!schema(name).is_valid(&document), "{name}");
    }
}

#[test]
fn every_schema_is_named_in_the_documentation() {
    let text = fs::read_to_string(repository_path("docs/json.md")).unwrap();
    let files = fs::read_dir(repository_path("docs/schemas")).unwrap();
    let names: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        assert!(text.contains(&format!("](schemas/{name})")), "{name}");
    }
}
