//! Members of the JSON output that are rare, and the stream that it goes to.

use crate::harness::Scratch;

const PRESET: &str =
    "name = \"mine\"\ntitle = \"Mine\"\nreason = \"Because.\"\n[[steps]]\nset = \"a.b\"\nvalue = \"1\"\n";

#[test]
fn preset_check_prints_whether_a_file_is_valid() {
    let vm = Scratch::new();
    vm.write("mine.toml", PRESET);
    vm.run(&["preset", "check", "mine.toml", "--json"])
        .prints("{\"file\":\"mine.toml\",\"valid\":true,\"name\":\"mine\"}\n");
}

#[test]
fn preset_check_prints_the_line_of_an_error() {
    let vm = Scratch::new();
    vm.write("mine.toml", PRESET.replace("reason", "raison"));
    let result = vm.run(&["preset", "check", "mine.toml", "--json"]);
    let error = &result.json()["error"];
    assert_eq!(
        (result.code, &error["code"], &error["kind"], &error["line"]),
        (4, &4.into(), &"bad_preset".into(), &3.into())
    );
}

#[test]
fn preset_path_prints_the_folders() {
    let result = Scratch::new().run(&["preset", "path", "--json"]);
    result.prints("[\"/nonexistent/.config/vmxedit/presets\",\"/etc/vmxedit/presets\"]\n");
}

#[test]
fn preset_show_prints_what_the_preset_would_do_to_a_vm() {
    let vm = Scratch::with("guestOS = \"darwin10-64\"\n");
    vm.write("mine.toml", PRESET);
    let result = vm.run(&["preset", "show", "./mine.toml", "--json"]);
    let preset = result.json();
    assert_eq!(result.code, 0);
    assert_eq!((&preset["name"], &preset["sets"]["a.b"]), (&"mine".into(), &"1".into()));
    assert_eq!((&preset["origin"], &preset["for"]), (&"./mine.toml".into(), &"vmx".into()));
    assert_eq!((&preset["state"], &preset["here"]), (&serde_json::Value::Null, &serde_json::Value::Null));
    let preset = vm.run(&["preset", "show", "./mine.toml", "vm.vmx", "--json"]).json();
    assert_eq!(preset["state"], "applies");
    assert!(preset["here"].is_string(), "{preset}");
}

#[test]
fn each_documented_member_of_a_preset_exists() {
    let vm = Scratch::with("guestOS = \"darwin10-64\"\n");
    let preset = vm.run(&["preset", "show", "macos-serial", "vm.vmx", "--json"]).json();
    let page = std::fs::read_to_string(crate::harness::repository_path("docs/json.md")).unwrap();
    let section = page.split("\n## Presets\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| row.split(" | ").next().unwrap());
    let documented: Vec<&str> =
        cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).filter(|name| !name.is_empty()).collect();
    let mut printed: Vec<&String> = preset.as_object().unwrap().keys().collect();
    assert!(documented.len() > 15, "{documented:?}");
    printed.sort();
    let mut sorted = documented.clone();
    sorted.sort_unstable();
    assert_eq!(printed, sorted);
}

#[test]
fn a_skipped_file_has_the_reason_among_its_notes() {
    let vm = Scratch::with("guestOS = \"other\"\n");
    let result = vm.run(&["apply", "-p", "macos-serial", "--if-applicable", "-q", "--json", "vm.vmx"]);
    let edit = result.json();
    assert_eq!((result.code, &edit["changed"], &edit["skipped"]), (0, &false.into(), &true.into()));
    assert!(edit["notes"][0].as_str().unwrap().starts_with("file skipped: macos-serial does not apply"));
}

#[test]
fn a_rename_has_the_old_and_the_new_key() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.run(&["rename", "vm.vmx", "a", "b", "--json"]).prints(
        "{\"file\":\"vm.vmx\",\"changed\":true,\"dry_run\":false,\"changes\":[{\"op\":\"rename\",\"key\":\"a\",\
         \"before\":\"a\",\"after\":\"b\",\"line\":1}],\"warnings\":[],\"notes\":[],\"skipped\":false,\"backup\":null}\n",
    );
}

#[test]
fn apply_with_a_dash_prints_json_to_standard_error() {
    let result = Scratch::new().pipe(b"a = \"1\"\n", &["apply", "--set", "a=2", "-", "--json"]);
    assert_eq!((result.code, &*result.stdout), (0, "a = \"2\"\n"));
    assert_eq!(
        result.stderr,
        "{\"file\":\"-\",\"changed\":true,\"dry_run\":false,\"changes\":[{\"op\":\"set\",\"key\":\"a\",\"before\":\"1\",\
         \"after\":\"2\",\"line\":1}],\"warnings\":[],\"notes\":[],\"skipped\":false,\"backup\":null}\n"
    );
}

#[test]
fn check_with_a_dash_prints_json_to_standard_output() {
    let input = b"config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = 256\n";
    let result = Scratch::new().pipe(input, &["check", "-", "--json"]);
    let checked = result.json();
    assert_eq!((result.code, &*result.stderr), (0, ""));
    assert_eq!((&checked["file"], &checked["findings"][0]["code"]), (&"-".into(), &"VMX028".into()));
}

#[test]
fn check_that_fixes_standard_input_prints_json_to_standard_error() {
    let input = b"config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = 256\n";
    let result = Scratch::new().pipe(input, &["check", "--fix", "-", "--json"]);
    let fixed = String::from_utf8_lossy(input).replace("256", "\"256\"");
    assert_eq!((result.code, &*result.stdout), (0, &*fixed));
    let lines: Vec<serde_json::Value> =
        result.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["changed"], &lines[1]["findings"]), (&true.into(), &serde_json::json!([])));
}

#[test]
fn completions_and_man_have_no_json() {
    let scratch = Scratch::new();
    for args in [["completions", "bash", "--json"], ["man", "get", "--json"]] {
        let result = scratch.run(&args);
        assert_eq!(result.code, 2, "{args:?}");
        result.says(&["unexpected argument '--json' found"]);
    }
}

#[test]
fn an_edit_names_its_backup() {
    let vm = Scratch::with("a = \"1\"\n");
    let edit = vm.run(&["set", "vm.vmx", "a=2", "--backup", "--json", "-q"]).json();
    assert_eq!(edit["backup"], "vm.vmx.bak");
    let edit = vm.run(&["set", "vm.vmx", "a=3", "--backup=.old", "--json", "-q"]).json();
    assert_eq!(edit["backup"], "vm.vmx.old");
}

#[test]
fn a_forced_edit_has_what_was_overridden_among_its_warnings() {
    let vm = Scratch::with("a = \"1\"\n");
    vm.write("vm.vmss", "state");
    let result = vm.run(&["set", "vm.vmx", "a=2", "--force", "--json"]);
    let edit = result.json();
    let warning = edit["warnings"][0].as_str().unwrap();
    assert!(warning.starts_with("--force: edited although "), "{edit}");
    result.says(&[&format!("vm.vmx: warning: {warning}")]);
}

#[test]
fn an_error_in_a_preset_file_has_a_line_and_a_column() {
    let folder = Scratch::new();
    folder.write("p.toml", "name = \"p\"\ntitle = 5\n");
    let result = folder.run(&["preset", "check", "p.toml", "--json"]);
    let error = result.json_lines().remove(0);
    assert_eq!((&error["error"]["line"], &error["error"]["column"]), (&2.into(), &9.into()), "{error}");
    result.says(&["p.toml:2:9: not a preset: "]);
}

#[test]
fn each_edit_of_a_batch_has_the_notes_of_the_preset() {
    let vm = Scratch::with("guestOS = \"darwin10-64\"\n");
    vm.write("b.vmx", "guestOS = \"darwin11-64\"\n");
    let result = vm.run(&["apply", "-p", "macos-serial", "--json", "vm.vmx", "b.vmx"]);
    for edit in result.json_lines() {
        let note = edit["notes"][0].as_str().unwrap();
        assert!(note.starts_with("macos-serial: Sign in to Apple's services after the change"), "{edit}");
    }
    assert_eq!(result.stderr.matches("Sign in to Apple's services").count(), 1, "{}", result.stderr);
}
