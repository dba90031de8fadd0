//! Findings as JSON and SARIF.

use serde_json::Value;

use super::{BAD, GOOD};
use crate::harness::{Scratch, read_fixture};

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn json_output_matches_the_documentation() {
    Scratch::with(BAD).run(&["check", "vm.vmx", "--json"]).exits(
        1,
        "{\"file\":\"vm.vmx\",\"findings\":[{\"code\":\"VMX062\",\"severity\":\"error\",\"line\":4,\"column\":12,\"key\":\"memsize\",\
         \"message\":\"255 MB of memory is not a multiple of 4\",\"help\":\"set memsize = \\\"252\\\" or \\\"256\\\"\",\"fixable\":false},\
         {\"code\":\"VMX028\",\"severity\":\"warning\",\"line\":5,\"column\":12,\"key\":\"numvcpus\",\
         \"message\":\"the value of 'numvcpus' has no quotes\",\"help\":\"put it in double quotes\",\"fixable\":true}]}\n",
    );
}

#[test]
fn a_finding_about_the_whole_file_has_no_line_in_json() {
    let shown = Scratch::with("x = \"1\"\n").run(&["check", "vm.vmx", "--format", "json"]).printed(0);
    assert_eq!(parse(&shown)["findings"][0]["line"], Value::Null);
}

#[test]
fn a_file_without_findings_has_an_empty_list_in_json() {
    Scratch::with(GOOD).run(&["check", "vm.vmx", "--json"]).prints("{\"file\":\"vm.vmx\",\"findings\":[]}\n");
}

#[test]
fn json_output_is_one_object_per_file() {
    let vm = Scratch::with(BAD);
    vm.write("good.vmx", GOOD);
    vm.write("disk.vmx", "KDMV\0\0");
    let result = vm.run(&["check", "--json", "vm.vmx", "disk.vmx", "good.vmx"]);
    let objects = result.json_lines();
    assert_eq!(objects.len(), 3, "there should be one object per file");
    assert_eq!(objects[1]["error"]["kind"], "not_vmx");
    assert_eq!(result.code, 4);
    result.says(&["disk.vmx: not a VMX file"]);
}

/// Returns the schema of SARIF.
fn sarif_schema() -> jsonschema::Validator {
    let schema = String::from_utf8(read_fixture("sarif-schema-2.1.0.json")).unwrap();
    // A pattern in the schema of 2020 has an extra bracket, which errata 01 removed.
    let schema = schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$");
    jsonschema::validator_for(&parse(&schema)).unwrap()
}

/// Asserts that a document matches the schema of SARIF and starts with the error in `BAD`.
#[track_caller]
fn assert_sarif_of_bad(document: &Value) {
    let errors: Vec<String> = sarif_schema().iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let run = &document["runs"][0];
    let first = &run["results"][0];
    assert_eq!((&first["ruleId"], &first["level"]), (&"VMX062".into(), &"error".into()));
    let index = usize::try_from(first["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "VMX062");
    let region = &first["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        (&region["startLine"], &region["startColumn"], &region["endColumn"]),
        (&4.into(), &12.into(), &15.into())
    );
}

#[test]
fn sarif_output_matches_its_schema() {
    let shown = Scratch::with(BAD).run(&["check", "--format", "sarif", "vm.vmx"]).printed(1);
    let document = parse(&shown);
    assert_sarif_of_bad(&document);
    assert_eq!(document["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn sarif_output_names_files_as_uris_and_those_that_were_not_checked() {
    let vm = Scratch::with(BAD);
    vm.write("a b%\u{E9}.vmx", "\u{FEFF}x = \"1\n\u{FEFF}y = \"1\"\nz");
    vm.write("disk.vmx", "KDMV");
    let absolute = vm.write("other.vmx", BAD);
    let absolute = absolute.to_str().unwrap();
    let files = ["vm.vmx", "a b%\u{E9}.vmx", "disk.vmx", "missing.vmx", absolute];
    let result = vm.run(&[&["check", "--format", "sarif"], &files[..]].concat());
    assert_eq!(result.code, 5, "{}", result.stderr);
    assert!(result.stdout.contains("\"a%20b%25%C3%A9.vmx\""), "{}", result.stdout);
    assert!(result.stdout.contains(&format!("\"file://{absolute}\"")), "{}", result.stdout);
    let document = parse(&result.stdout);
    assert_sarif_of_bad(&document);
    let invocation = &document["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(invocation["toolExecutionNotifications"][1]["descriptor"]["id"], "io");
}

#[test]
fn the_schema_of_sarif_rejects_an_unknown_level() {
    let shown = Scratch::with(BAD).run(&["check", "--format", "sarif", "vm.vmx"]).printed(1);
    let mut broken = parse(&shown);
    broken["runs"][0]["results"][0]["level"] = "bad".into();
    assert!(!sarif_schema().is_valid(&broken));
}
