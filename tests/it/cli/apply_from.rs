//! `apply --from`: entries of another file.

use crate::harness::Scratch;

const SOURCE: &str = ".encoding = \"UTF-8\"\n# a template\nconfig.version = \"8\"\nEthernet1.present = \"TRUE\"\n\
                      ethernet1.networkName = \"@home |22lan|22\"\nethernet1.virtualDev = vmxnet3\nmemsize = \"4096\"\n\
                      RemoteDisplay.vnc.password = \"hunter2\"\n";
const VM: &str = "config.version = \"8\"\nmemsize = \"1024\"\nethernet1.present = \"FALSE\"\n";

fn vm() -> Scratch {
    let vm = Scratch::with(VM);
    vm.write("web/web.vmx", SOURCE);
    vm
}

const CARD: &str = "config.version = \"8\"\nmemsize = \"1024\"\nethernet1.present = \"TRUE\"\n\
                    ethernet1.networkName = \"@home |22lan|22\"\nethernet1.virtualDev = \"vmxnet3\"\n";

#[test]
fn a_network_card_is_copied_from_vm_to_vm() {
    for source in ["web/web.vmx", "web"] {
        let vm = vm();
        let result = vm.run(&["apply", "--from", source, "--only", "ethernet1.*", "vm.vmx"]);
        assert_eq!(result.code, 0, "{}", result.stderr);
        assert_eq!(vm.read("vm.vmx"), CARD.as_bytes());
        vm.run(&["apply", "--from", source, "--only", "ethernet1.*", "vm.vmx"]).exits(0, "");
    }
}

#[test]
fn a_copied_address_is_reported() {
    const ADDRESSES: &str = "Ethernet0.generatedAddress = \"00:0c:29:1a:68:09\"\nethernet1.address = \"00:50:56:00:00:01\"\n\
                             ethernet0.addressType = \"generated\"\nuuid.bios = \"56 4d\"\n";
    let warning = |key: &str, value: &str| {
        format!(
            "vmxedit: vm.vmx: warning: {key} is that of the source: two VMs with {value} conflict; add --unset '{key}' to remove it\n"
        )
    };
    let card = warning("Ethernet0.generatedAddress", "00:0c:29:1a:68:09");
    let fixed = warning("ethernet1.address", "00:50:56:00:00:01");
    let id = warning("uuid.bios", "56 4d");
    for (options, expected) in [
        (&[][..], format!("{card}{fixed}{id}")),
        (&["--only", "ethernet0.*"], card.clone()),
        (&["--unset", "ethernet?.*ddress", "--set", "uuid.bios=other"], String::new()),
    ] {
        let vm = vm();
        vm.write("web/web.vmx", ADDRESSES);
        let line = [&["apply", "--from", "web", "vm.vmx"], options].concat();
        // The second time, it is there already.
        for expected in [&*expected, ""] {
            let result = vm.run(&line);
            let warnings = result.stderr.lines().filter(|line| line.contains("conflict;"));
            let warnings: String = warnings.map(|line| format!("{line}\n")).collect();
            assert_eq!((result.code, &*warnings), (0, expected), "{options:?}");
        }
    }
}

#[test]
fn what_list_and_get_print_is_read_as_text_and_as_json() {
    for list in [&["list"][..], &["list", "--json"], &["get", "--json"]] {
        let vm = vm();
        let keys = ["ethernet1.present", "ethernet1.networkName", "ethernet1.virtualDev"];
        let line = [list, &["web/web.vmx"], &keys].concat();
        let printed = vm.run(&line).printed(0);
        let result = vm.pipe(printed.as_bytes(), &["apply", "--from", "-", "vm.vmx"]);
        assert_eq!(result.code, 0, "{list:?}: {}", result.stderr);
        assert_eq!(vm.read("vm.vmx"), CARD.as_bytes(), "{list:?}");
    }
}

#[test]
fn a_whole_template_is_applied_but_for_its_encoding() {
    let vm = vm();
    vm.run(&["apply", "--from", "web", "vm.vmx", "-q"]).printed(0);
    vm.run(&["get", "vm.vmx", "memsize", "RemoteDisplay.vnc.password"]).prints("4096\nhunter2\n");
    vm.run(&["get", "vm.vmx", ".encoding", "--default", "none"]).prints("none\n");
}

#[test]
fn unset_and_set_come_after_it() {
    let vm = vm();
    let result = vm.run(&[
        "apply",
        "--from",
        "web",
        "--only",
        "*e*",
        "--unset",
        "ethernet1.*",
        "--set",
        "memsize=512",
        "vm.vmx",
    ]);
    assert_eq!(result.code, 0, "{}", result.stderr);
    vm.run(&["get", "vm.vmx", "memsize"]).prints("512\n");
    let left = vm.run(&["list", "vm.vmx", "--keys", "*thernet*"]);
    assert_eq!((left.code, &*left.stdout), (1, ""), "{}", left.stderr);
}

#[test]
fn a_masked_secret_is_refused() {
    let vm = vm();
    let masked = "[{\"key\": \"memsize\", \"value\": \"1\"}, {\"key\": \"RemoteDisplay.vnc.password\", \"value\": \"****\"}]";
    for source in [masked, "memsize = \"1\"\nremotedisplay.vnc.password = \"****\"\n"] {
        vm.pipe(source.as_bytes(), &["apply", "--from", "-", "vm.vmx"])
            .refuses(4, &["emote", "is masked", "hint: make the source with `vmxedit list`"]);
    }
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    vm.pipe(b"annotation = \"****\"\n", &["apply", "--from", "-", "vm.vmx"])
        .exits(0, "+ annotation = \"****\"\n");
}

#[test]
fn a_source_that_is_wrong_is_refused() {
    let vm = vm();
    let from = |source: &[u8], only: &[&str], code: u8, message: &str| {
        let line = [&["apply", "vm.vmx", "--from", "-"], only].concat();
        vm.pipe(source, &line).refuses(code.into(), &[message]);
        assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
    };
    from(b"a = \"1\"\nA = \"2\"\n", &[], 4, "-:1: 'a' is set on lines 1 and 2");
    from(b"{\"a\": \"1\"}{\"A\": \"2\"}", &[], 4, "-: 'A' has several values");
    from(b"a = \"\xFF\"\n", &[], 4, "line 1: the value of 'a' is not valid in the encoding");
    from(b"a = \"1\"\n", &["--only", "a", "--only", "b.*"], 1, "-: no entry matches 'b.*'");
    from(b"[{\"key\": \"a\"}]", &[], 4, "cannot take entries from it: an entry has no key or no value");
    from(b"[1]", &[], 4, "cannot take entries from it");
    from(b"{\"a\": 1}", &[], 4, "a value is not a string");
    from(b"{\"a\": ", &[], 4, "cannot take entries from it");
    from(b"[{\"key\": \"a b\", \"value\": \"1\"}]", &[], 4, "a b");
    // Broken JSON has lines that VMware would read as entries.
    from(b"[{\"key\":\"a\",\"value\":\"YQ==\",\"line\":1},{\"key\"", &[], 4, "cannot take entries from it");
    from(b"{\"memsize\": \"4096\"}\nx = \"1\"\n", &[], 4, "cannot take entries from it");
    from(b"[[a=b]\n]", &[], 4, "cannot take entries from it");
    vm.pipe(b"", &["apply", "--from", "-", "-"]).refuses(2, &["standard input can be used only once"]);
    vm.run(&["apply", "--only", "a", "vm.vmx"]).refuses(2, &["--from"]);
    vm.run(&["apply", "--from", "gone.vmx", "vm.vmx"]).refuses(5, &["gone.vmx: cannot open"]);
}

#[test]
fn keys_of_properties_are_compared_with_their_case_and_a_line_in_brackets_is_not_json() {
    let vm = vm();
    vm.write("s.properties", "A.b=1\na.b=2\nencoding=x\n");
    vm.write("t.properties", "c=1\n");
    vm.run(&["apply", "--from", "s.properties", "--only", "a.b", "--only", "encoding", "t.properties"])
        .prints("+ a.b = \"2\"\n+ encoding = \"x\"\n");
    vm.write("ini.vmx", "[General]\nmemsize = \"8\"\n");
    vm.run(&["apply", "--from", "ini.vmx", "vm.vmx"]).prints("~ memsize = \"1024\" -> \"8\"\n");
    vm.pipe(b"\xEF\xBB\xBF{\"memsize\": \"12\"}", &["apply", "--from", "-", "vm.vmx"])
        .exits(0, "~ memsize = \"8\" -> \"12\"\n");
    vm.pipe(b"[]", &["apply", "--from", "-", "vm.vmx"]).refuses(4, &["it is empty"]);
}

#[test]
fn every_file_of_a_batch_gets_the_entries() {
    let vm = vm();
    vm.write("a/a.vmx", VM);
    vm.write("b/b.vmx", VM);
    let result = vm.run(&["apply", "--from", "web", "--only", "memsize", "a", "b"]);
    let changes = "a/a.vmx: ~ memsize = \"1024\" -> \"4096\"\nb/b.vmx: ~ memsize = \"1024\" -> \"4096\"\n";
    result.reports(0, changes, &["2 files: 2 changed"]);
}

#[test]
fn what_from_sets_can_be_removed_and_replaced_in_the_same_run() {
    let vm = Scratch::with("memsize = \"4\"\n");
    vm.write("other.vmx", "guestOS = \"other\"\nx.a = \"1\"\nx.b = \"2\"\n");
    vm.run(&["apply", "--from", "other.vmx", "--only", "x.*", "--unset", "x.a", "--set", "x.?=3", "vm.vmx"])
        .prints("+ x.b = \"3\"\n");
    vm.run(&["apply", "--from", "other.vmx", "--unset", "*", "vm.vmx"])
        .refuses(4, &["vm.vmx: nothing was changed: '*' matches guestOS, which every VM needs"]);
}

#[test]
fn members_that_occur_twice_in_an_object_are_refused() {
    for source in [
        r#"{"memsize": "1", "memsize": "2"}"#,
        r#"[{"key": "memsize", "value": "1"}, {"key": "memsize", "value": "2"}]"#,
    ] {
        let vm = vm();
        vm.write("source", source);
        vm.run(&["apply", "--from", "source", "vm.vmx"]).refuses(4, &["memsize"]);
    }
    let vm = vm();
    vm.write("source", r#"[{"key": "memsize", "value": "1", "key": "numvcpus"}]"#);
    vm.run(&["apply", "--from", "source", "vm.vmx"]).refuses(4, &["an entry has two keys or two values"]);
    vm.write("source", r#"{"memsize": "512", "memsize": "512"}"#);
    vm.run(&["apply", "-q", "--from", "source", "vm.vmx"]).printed(0);
}

#[test]
fn a_source_without_usable_entries_is_unsuitable() {
    for (source, part) in [
        ("[]", "it is empty"),
        ("{}", "it is empty"),
        (r#"{"display Name": "x"}"#, "'display Name' is not a key"),
        (r#"{"": "x"}"#, "'' is not a key"),
    ] {
        let vm = vm();
        vm.write("source", source);
        vm.run(&["apply", "--from", "source", "vm.vmx"]).refuses(4, &[part]);
    }
}
