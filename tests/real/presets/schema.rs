//! `docs/preset.schema.json` accepts and refuses the same preset files as the program.

use std::fs;

use jsonschema::Validator;
use serde_json::Value;
use vmxedit::preset::{Origin, parse};

use crate::harness::repository_path;
use crate::suite::{Trial, first_tier, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        schema_accepts_every_built_in_preset_and_the_example_in_the_guide,
        schema_and_program_accept_the_same_files,
        schema_and_program_refuse_the_same_mistakes
    ])
}

fn read(path: &str) -> String {
    fs::read_to_string(repository_path(path)).unwrap()
}

fn schema() -> Validator {
    let schema: Value = serde_json::from_str(&read("docs/preset.schema.json")).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    jsonschema::draft202012::new(&schema).unwrap()
}

fn value(text: &str) -> Value {
    toml::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn schema_accepts_every_built_in_preset_and_the_example_in_the_guide() {
    let schema = schema();
    for preset in super::builtin() {
        let value = value(&read(&format!("src/preset/builtin/{}.toml", preset.name)));
        let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", preset.name);
    }
    let guide = read("docs/writing-presets.md");
    let example = guide
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("the guide should have an example");
    assert!(schema.is_valid(&value(example)));
    assert!(parse(example.as_bytes(), Origin::Elsewhere).is_ok());
}

const HEAD: &str = "name = \"mine\"\ntitle = \"Mine\"\nreason = \"Because.\"\n";

const STEP: &str = "[[steps]]\nset = \"a.b\"\nvalue = \"1\"\n";

fn schema_and_program_accept_the_same_files() {
    let schema = schema();
    for body in [
        STEP,
        "file = \"properties\"\nproducts = []\n[[steps]]\nensure_absent = \"a.*\"\n",
        "[[steps]]\nset_if_absent = \"ethernet*.virtualDev\"\nvalue = \"\"\nunless = [\"e1000e\"]\n",
        "[[requires]]\nhardware = { min = 9 }\n[[requires]]\nencrypted = false\nwhy = \"x\"\n[[steps]]\nensure_absent = \"a\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"choice\"\nchoices = [\"a\"]\ndefault = \"a\"\n[[steps]]\nset = \"{p}.b\"\nvalue = \"{p}\"\n",
        "[[requires]]\nfirmware = \"efi\"\npresent = \"x\"\nwhy = \"y\"\n[[steps]]\nset = \"a\"\nvalue_of = \"b\"\nwhen = { guest_os = [\"x\"] }\n",
        "[[requires]]\nstatic_mac = \"{p}\"\nunless = { p = \"x\" }\n[[requires]]\nnumber = { key = \"a\", max = 9 }\n[[requires]]\ndisk = \"scsi0:{p}\"\n[parameters.p]\nhelp = \"x\"\ntype = \"list\"\nchoices = [\"a\"]\ndefault = \"a\"\n[[steps]]\nset = \"{p}.b\"\nvalue = \"{p}\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"boolean\"\ndefault = true\n[[steps]]\nset = \"b\"\nvalue = \"{p}\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"password\"\noptional = true\n[[steps]]\nset = \"b\"\nvalue = \"c\"\nwith = \"p\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"file\"\nencoding = \"gzip+base64\"\n[[steps]]\nset = \"b\"\nvalue = \"{p}\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"free_slot\"\nfamilies = [\"sata\", \"ide\"]\nsame = { key = \"fileName\", value = \"a\" }\n[[steps]]\nset = \"{p}.b\"\nvalue = \"{p.new_controller}\"\n",
        "[[requires]]\nsupported = { key = \"a\", value = \"b\" }\n[[requires]]\npcie_slots = false\n[[requires]]\nexisting_file = \"x\"\n[[steps]]\nset = \"a\"\nvalue = \"1\"\nwhen = { pcie_slots = false }\n",
    ] {
        let text = format!("{HEAD}{body}");
        assert!(schema.is_valid(&value(&text)), "the schema refuses it: {body}");
        assert!(parse(text.as_bytes(), Origin::Elsewhere).is_ok(), "the program refuses it: {body}");
    }
}

fn schema_and_program_refuse_the_same_mistakes() {
    let schema = schema();
    let with_step = |body: &str| format!("{HEAD}{body}{STEP}");
    let mut files: Vec<String> = [
        "speed = 3\n",
        "notes = \"one\"\n",
        "sources = [1]\n",
        "file = \"vmsd\"\n",
        "irreversible = true\n",
        "conflicts = [\"Not A Name\"]\n",
        "conflicts = [\"x\", \"x\"]\n",
        "[requires]\nfirmware = \"efi\"\n",
        "[[requires]]\nwhy = \"x\"\n",
        "[[requires]]\nfirmware = \"uefi\"\n",
        "[[requires]]\nfirmware = \"efi\"\npresences = \"x\"\n",
        "[[requires]]\nnumber = { key = \"a\" }\n",
        "[[requires]]\nnumber = { key = \"a\", min = -1 }\n",
        "[[requires]]\nnumber = { key = \"a*\", min = 1 }\n",
        "[[requires]]\ndisk = 3\n",
        "[[requires]]\nfirmware = \"efi\"\nunless = \"x\"\n",
        "[[requires]]\nguest_os = []\n",
        "[[requires]]\nguest_os = \"darwin\"\n",
        "[[requires]]\nhardware = { minimum = 9 }\n",
        "[[requires]]\nhardware = { min = \"9\" }\n",
        "[[requires]]\nsnapshots = true\n",
        "[[requires]]\nencrypted = true\n",
        "[[requires]]\npcie_slots = true\n",
        "[[requires]]\nsupported = \"a\"\n",
        "[[requires]]\nexisting_file = true\n",
        "[[unneeded_when]]\nexisting_file = \"a\"\nwhy = \"x\"\n",
        "[[requires]]\nequal = { key = \"a\" }\n",
        "[[requires]]\nnot_equal = \"a\"\n",
        "[[unneeded_when]]\nfirmware = \"efi\"\n",
        "[parameters.p]\nhelp = \"x\"\n",
        "[parameters.p]\ntype = \"text\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"colour\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"text\"\nmin = 1\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"mac\"\npattern = \"x\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"choice\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"choice\"\nchoices = []\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"list\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"text\"\nchoices = [\"a\"]\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"integer\"\ndefault = \"ten\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"password\"\ndefault = \"p\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"text\"\ndefault = \"p\"\noptional = true\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"file\"\nencoding = \"rot13\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"free_slot\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"free_slot\"\nfamilies = []\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"free_slot\"\nfamilies = [\"ide\"]\ndefault = \"ide0:0\"\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"free_slot\"\nfamilies = [\"ide\"]\noptional = true\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"text\"\nfamilies = [\"ide\"]\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"mac\"\nsame = { key = \"a\", value = \"b\" }\n",
        "[parameters.p]\nhelp = \"x\"\ntype = \"text\"\nmeaning = \"y\"\n",
        "[parameters.\"a b\"]\nhelp = \"x\"\ntype = \"text\"\n",
        "[[steps]]\nset = \"a\"\n",
        "[[steps]]\nset = \"a\"\nvalue = 1\n",
        "[[steps]]\nset = \"a\"\nvalue = \"1\\n2\"\n",
        "[[steps]]\nset = \"a b\"\nvalue = \"1\"\n",
        "[[steps]]\nset = \"\"\nvalue = \"1\"\n",
        "[[steps]]\nset = \"a\"\nset_if_absent = \"b\"\nvalue = \"1\"\n",
        "[[steps]]\nensure_absent = \"a\"\nvalue = \"1\"\n",
        "[[steps]]\nensure_absent = \"a\"\nunless = [\"1\"]\n",
        "[[steps]]\nvalue = \"1\"\n",
        "[[steps]]\nset = \"a\"\nvalue = \"1\"\nvalue_of = \"b\"\n",
        "[[steps]]\nensure_absent = \"a\"\nvalue_of = \"b\"\n",
        "[[steps]]\nset = \"a\"\nvalue_of = \"b.*\"\n",
        "[[steps]]\nset = \"a\"\nvalue_of = \"{b}\"\n",
        "[[steps]]\nset = \"a\"\nvalue = \"1\"\nwhen = { snapshots = false }\n",
        "[[steps]]\nset = \"a\"\nvalue = \"1\"\nwhen = { existing_file = \"a\" }\n",
        "[[steps]]\nset = \"a\"\nvalue = \"1\"\nwhen = { firmware = \"efi\", why = \"x\" }\n",
        "[[steps]]\nset = \"a\"\nvalue = \"1\"\nwhen = { }\n",
        "[[steps]]\nset = \"a\"\nvalue = \"1\"\nwith = 1\n",
    ]
    .map(with_step)
    .into();
    files.extend([
        HEAD.to_owned(),
        format!("steps = []\n{HEAD}"),
        format!("{}{STEP}", HEAD.replace("mine", "Mine")),
        format!("{}{STEP}", HEAD.replace("\"Mine\"", "\"\"")),
        format!("{}{STEP}", HEAD.replace("\"Mine\"", "\"Two\\nlines\"")),
        format!("{}{STEP}", HEAD.replace("reason = \"Because.\"\n", "")),
        format!("{}{STEP}", HEAD.replace("title = \"Mine\"\n", "")),
    ]);
    for text in files {
        assert!(!schema.is_valid(&value(&text)), "the schema accepts it: {text}");
        assert!(parse(text.as_bytes(), Origin::Elsewhere).is_err(), "the program accepts it: {text}");
    }
}
