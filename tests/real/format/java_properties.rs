//! Java properties: compares the parser and edits with `java.util.Properties`, and runs the program on such files.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use vmxedit::document::Dialect;
use vmxedit::edit::{self, EditError, IfAbsent};
use vmxedit::{Document, Edit, Key, Pattern};

use crate::harness::{Scratch, deterministic_runner, isolated, repository_path};
use crate::suite::{Trial, first_tier, second_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            lines_parse_as_in_java,
            a_malformed_escape_is_not_an_entry_and_is_preserved,
            an_edit_preserves_separator_indent_and_other_lines,
            a_new_entry_uses_the_most_common_separator,
            a_new_entry_is_not_joined_to_a_last_line_that_ends_in_a_backslash,
            special_characters_are_escaped,
            unset_removes_whole_logical_lines_and_every_copy,
            rename_accepts_an_entry_or_a_family,
            entries_have_physical_line_numbers,
            the_dialect_follows_the_file_name_or_the_option,
            the_last_duplicate_wins_and_causes_a_warning,
            a_diff_shows_continuation_lines_and_masks_secrets
        ]),
        second_tier(
            "takes seconds",
            test_list![
                agrees_with_java_on_thousands_of_generated_files,
                java_reads_back_edits_and_all_other_entries
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

pub(crate) fn parse(bytes: impl Into<Vec<u8>>) -> Document {
    Document::parse_as(bytes, Dialect::Properties)
}

fn key(text: &str) -> Key {
    Key::parse_as(text, Dialect::Properties).unwrap()
}

fn set(document: &Document, name: &str, value: &str) -> Result<(Document, usize), EditError> {
    let edit = Edit::Set { key: key(name), value: value.to_owned() };
    let (after, changes) = edit::apply(document, &[edit])?;
    Ok((after, changes.len()))
}

/// Asserts that setting an entry results in these bytes and reads back.
#[track_caller]
fn assert_set(before: impl AsRef<[u8]>, name: &str, value: &str, after: impl AsRef<[u8]>) {
    let before = parse(before.as_ref());
    let bytes = set(&before, name, value).expect("the entry should be set").0.to_bytes();
    assert_eq!(bytes.escape_ascii().to_string(), after.as_ref().escape_ascii().to_string());
    let again = parse(bytes);
    assert_eq!(
        again
            .get(&key(name))
            .expect("the key should not be a duplicate")
            .expect("the key should exist")
            .value(),
        value
    );
}

#[track_caller]
fn assert_entries(bytes: impl AsRef<[u8]>, entries: &[(&str, &str)]) {
    let document = parse(bytes.as_ref());
    let found: Vec<(String, String)> =
        document.entries().map(|entry| (entry.key().into_owned(), entry.value().into_owned())).collect();
    let found: Vec<(&str, &str)> = found.iter().map(|(key, value)| (&**key, &**value)).collect();
    assert_eq!(found, entries);
}

/// Generates files from the tokens of the grammar of `java.util.Properties`.
pub(crate) fn arbitrary_properties_file() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => prop::sample::select(&[
            "a", "b", "html.console.port", "=", " = ", ":", " : ", "==", " ", "  ", "\t", "\u{C}", "#", "!", "# c", "\\", "\\\\",
            "\\\\\\", "\\=", "\\:", "\\ ", "\\#", "\\t", "\\n", "\\q", "\\u0041", "\\u00e9", "\\uD83D\\uDE00", "\\uDC00", "\\u000A",
            "\\u0000", "\\u005C", "u", "0041", "1",
        ][..]).prop_map(|text| text.as_bytes().to_vec()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
        3 => prop::sample::select(&["\n", "\r\n", "\r", "\r\r\n", "\n\r", "\\\n", "\\\r\n", "\\\r", "\\\n  ", "\\\n\\\n"][..])
            .prop_map(|end| end.as_bytes().to_vec()),
        1 => prop::sample::select(vec![b"\0".to_vec(), b"\\u12".to_vec()]),
        2 => Just(b"key = value\n".to_vec()),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// The entries of a file, in hex. A final `None` means that Java refuses the file after these entries.
type Loaded = Vec<Option<(String, String)>>;

fn load_with_java(files: &[Vec<u8>]) -> Vec<Loaded> {
    if isolated("java").arg("-version").output().is_err() {
        skip("java is not installed");
    }
    let scratch = Scratch::new();
    for (number, bytes) in files.iter().enumerate() {
        scratch.write(&format!("{number}.properties"), bytes);
    }
    let source = repository_path("tests/fixtures/ReadProperties.java");
    let output = isolated("java").arg(source).arg(scratch.path("")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut loaded: Vec<Loaded> = Vec::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        if line == "file" {
            loaded.push(Vec::new());
            continue;
        }
        let entry = line.split_once(' ').map(|(key, value)| (key.to_owned(), value.to_owned()));
        loaded.last_mut().expect("a file should precede its entries").push(entry);
    }
    assert_eq!(loaded.len(), files.len());
    loaded
}

fn hex(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04X}")).collect()
}

/// Loads a file with vmxedit, with the same result as `load_with_java`.
fn load(bytes: &[u8]) -> Loaded {
    let document = parse(bytes);
    let refused = document.lines_malformed().first().copied();
    let before = |number: usize| refused.is_none_or(|refused| number < refused);
    let entries = document.entries().filter(|entry| before(entry.line_number()));
    let mut loaded: Loaded = entries.map(|entry| Some((hex(&entry.key()), hex(&entry.value())))).collect();
    loaded.extend(refused.map(|_| None));
    loaded
}

fn generate<T>(count: usize, strategy: &impl Strategy<Value = T>) -> Vec<T> {
    let mut runner = deterministic_runner();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn agrees_with_java_on_thousands_of_generated_files() {
    let files = generate(8000, &arbitrary_properties_file());
    let loaded = load_with_java(&files);
    let (mut entries, mut refused) = (0, 0);
    for (bytes, by_java) in files.iter().zip(loaded) {
        entries += by_java.iter().flatten().count();
        refused += by_java.iter().filter(|entry| entry.is_none()).count();
        assert_eq!(load(bytes), by_java, "{}", bytes.escape_ascii());
    }
    assert!(
        entries > 20_000 && refused > 100,
        "too few generated files: {entries} entries, {refused} refused"
    );
    println!("{} files, {entries} entries, {refused} refused by Java, 0 disagreements", files.len());
}

fn java_reads_back_edits_and_all_other_entries() {
    let names =
        prop_oneof![Just("key".to_owned()), Just("a".to_owned()), "[ -~\\t\u{0}\u{C}é\u{20AC}😀]{1,6}"];
    let values = prop_oneof!["[ -~]{0,12}", "[ =:#!\\\\\\t\\r\\n\u{0}\u{C}\u{7F}é\u{20AC}😀x]{0,8}"];
    let mut cases = Vec::new();
    for (bytes, name, value) in generate(6000, &(arbitrary_properties_file(), names, values)) {
        let before = parse(&bytes[..]);
        let (after, _) = set(&before, &name, &value).unwrap();
        cases.push((bytes, name, value, after.to_bytes()));
    }
    let files: Vec<Vec<u8>> = cases.iter().flat_map(|case| [case.0.clone(), case.3.clone()]).collect();
    let loaded = load_with_java(&files);
    for ((bytes, name, value, after), read) in cases.iter().zip(loaded.chunks(2)) {
        let context = format!("{} -> {}: {name:?} = {value:?}", bytes.escape_ascii(), after.escape_ascii());
        let [old, new] = read else { unreachable!("chunks have two files") };
        if new.contains(&None) {
            assert!(old.contains(&None), "{context}");
            continue;
        }
        let edited = Some((hex(name), hex(value)));
        let last = new.iter().flatten().rfind(|(key, _)| *key == hex(name)).cloned();
        assert_eq!(last, edited, "{context}");
        let mut expected = old.clone();
        let has_key =
            |entry: &Option<(String, String)>| entry.as_ref().is_some_and(|(key, _)| *key == hex(name));
        if let Some(at) = expected.iter().rposition(has_key) {
            expected[at] = edited;
        } else {
            let at =
                new.iter().rposition(|entry| *entry == edited).expect("Java should read the edited entry");
            expected.insert(at, edited);
        }
        assert_eq!(*new, expected, "{context}");
    }
}

fn lines_parse_as_in_java() {
    assert_entries("a=1\nb:2\nc 3\nd\t=\x0C4\n", &[("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]);
    assert_entries("# a=1\n  ! b=2\n\x0C\nA=1\na=2\n", &[("A", "1"), ("a", "2")]);
    assert_entries("a = one, \\\n    two\\\r\n\tthree\n", &[("a", "one, twothree")]);
    assert_entries("a\\ b\\=c\\:\\#\\!=x = y", &[("a b=c:#!", "x = y")]);
    assert_entries(b"caf\xE9=\\u20ac \\uD83D\\uDE00\\tx\\q", &[("caf\u{E9}", "\u{20AC} \u{1F600}\txq")]);
    assert_entries("a=\\uD800x\n", &[("a", "\\uD800x")]);
    assert_entries("# one \\\na=1\n", &[("a", "1")]);
    assert_entries(b"\xEF\xBB\xBFa=1\n", &[("\u{EF}\u{BB}\u{BF}a", "1")]);
}

fn a_malformed_escape_is_not_an_entry_and_is_preserved() {
    let document = parse("a=1\nb=\\u12\nc=\\uzzzz\nd=2\n");
    assert_eq!(document.lines_malformed(), [2, 3]);
    assert_set("a=1\nb=\\u12\nd=2\n", "d", "3", "a=1\nb=\\u12\nd=3\n");
}

fn an_edit_preserves_separator_indent_and_other_lines() {
    assert_set("# c\n  a  :  1\r\nb=2", "a", "3", "# c\n  a  :  3\r\nb=2");
    assert_set("a \\\n  = \\\n  1\nb=2\n", "a", "3", "a \\\n  = \\\n  3\nb=2\n");
    assert_set("a=one\\\n  two\nb=2\n", "a", "3", "a=3\nb=2\n");
    assert_set("a\nb=2\n", "a", "1", "a=1\nb=2\n");
    assert_set("a = \nb=2\n", "a", "1", "a = 1\nb=2\n");
    assert_set("a=1\na=2\n", "a", "3", "a=1\na=3\n");
    assert_set("A=1\n", "a", "2", "A=1\na=2\n");
}

fn a_new_entry_uses_the_most_common_separator() {
    assert_set("a = 1\nb   = 2\nc=3\n", "d", "4", "a = 1\nb   = 2\nc=3\nd = 4\n");
    assert_set("a=1\r\nb=2\r\nc = 3\r\n", "d", "4", "a=1\r\nb=2\r\nc = 3\r\nd=4\r\n");
    assert_set("a: 1\nb: 2\nc = 3\n", "d", "4", "a: 1\nb: 2\nc = 3\nd: 4\n");
    assert_set("a 1\n", "d", "=4", "a 1\nd \\=4\n");
    assert_set("", "d", "4", "d=4\n");
}

fn a_new_entry_is_not_joined_to_a_last_line_that_ends_in_a_backslash() {
    assert_set("a=1\\", "d", "4", "a=1\nd=4\n");
    assert_set("a=1\\\n", "d", "4", "a=1\nd=4\n");
    assert_set("# c\\\n", "d", "4", "# c\\\nd=4\n");
    assert_set("\\", "d", "4", "=\nd=4\n");
}

fn special_characters_are_escaped() {
    assert_set("", "a b=c:d#e!", "1", "a\\ b\\=c\\:d\\#e\\!=1\n");
    assert_set("a=1\n", "a", "  x ", "a=\\  x \n");
    assert_set("a=1\n", "a", "C:\\x\ty\nz\r\x0C\0", "a=C:\\\\x\\ty\\nz\\r\\f\\u0000\n");
    assert_set("a=1\n", "a", "\u{E9}\u{20AC}\u{1F600}", "a=\\u00E9\\u20AC\\uD83D\\uDE00\n");
    assert_set("a=1\n", "a", "http://h:1/?q=1#f", "a=http://h:1/?q=1#f\n");
}

fn unset_removes_whole_logical_lines_and_every_copy() {
    let document = parse("a=1\nb=2\\\n  3\\\n  4\nA=5\na=6\n");
    let unset = |pattern: &str| {
        let pattern = Pattern::parse_as(pattern, Dialect::Properties).unwrap();
        let edit = Edit::Unset { pattern, absent: IfAbsent::Ignore };
        edit::apply(&document, &[edit]).unwrap().0.to_bytes()
    };
    assert_eq!(unset("a"), b"b=2\\\n  3\\\n  4\nA=5\n");
    assert_eq!(unset("b"), b"a=1\nA=5\na=6\n");
    assert_eq!(unset("[ab]"), b"A=5\n");
}

fn rename_accepts_an_entry_or_a_family() {
    let document = parse("x\\ y.a=1\nx\\u0020y.b : 2\nc=3\nc=4\n");
    let rename = |edit: Edit| edit::apply(&document, &[edit]).map(|(after, _)| after.to_bytes());
    let family = rename(Edit::RenamePrefix { from: key("x y"), to: key("z") }).unwrap();
    assert_eq!(family, b"z.a=1\nz.b : 2\nc=3\nc=4\n");
    let copies = rename(Edit::Rename { from: key("c"), to: key("d") }).expect_err("the key is a duplicate");
    assert_eq!(copies.to_string(), "'c' is set on lines 3 and 4: which one is meant?");
}

fn entries_have_physical_line_numbers() {
    let document = parse("a=1\\\n\n# c\nb=2\\\r\n3\nc=4\n");
    let numbers: Vec<usize> = document.entries().map(|entry| entry.line_number()).collect();
    assert_eq!(numbers, [1, 4, 6]);
}

const WEBCLIENT: &str =
    "# The vSphere Client\nsession.timeout = 120\nshow.allusers.tasks = true\nlog\\:level: warn\n";

fn the_dialect_follows_the_file_name_or_the_option() {
    let files = Scratch::new();
    files.write("webclient.properties", WEBCLIENT);
    files.run(&["get", "webclient.properties", "session.timeout", "log:level"]).prints("120\nwarn\n");
    files
        .run(&["get", "webclient.properties", "Session.Timeout"])
        .refuses(1, &["no entry matches 'Session.Timeout'"]);
    files
        .run(&["list", "webclient.properties", "s*"])
        .prints("session.timeout = 120\nshow.allusers.tasks = true\n");
    files
        .run(&["set", "webclient.properties", "session.timeout=60", "html.console.port=9443"])
        .prints("~ session.timeout = \"120\" -> \"60\"\n+ html.console.port = \"9443\"\n");
    files.run(&["unset", "webclient.properties", "show.*", "Log:level", "-q"]).printed(0);
    files.run(&["rename", "webclient.properties", "log:level", "log level", "-q"]).printed(0);
    let after = "# The vSphere Client\nsession.timeout = 60\nlog\\ level: warn\nhtml.console.port = 9443\n";
    assert_eq!(files.read("webclient.properties"), after.as_bytes());
    assert_eq!(files.names(), ["webclient.properties"]);
    files.write("x.conf", "a: 1\n");
    files.run(&["get", "x.conf", "a"]).refuses(4, &["no line has the form"]);
    files.run(&["get", "x.conf", "a", "--dialect", "properties"]).prints("1\n");
    files
        .run(&["list", "x.conf", "--json", "--dialect=properties"])
        .prints("[{\"key\":\"a\",\"value\":\"1\",\"line\":1}]\n");
    files.run(&["apply", "--set", "a b=2", "--dialect=properties", "x.conf", "-q"]).printed(0);
    assert_eq!(files.read("x.conf"), b"a: 1\na\\ b: 2\n");
    files.run(&["get", "webclient.properties", "SESSION.timeout", "--dialect=vmx"]).prints("60\n");
    files.pipe(b"a: 1\n", &["set", "-", "a=2", "--dialect=properties", "-q"]).prints("a: 2\n");
}

fn the_last_duplicate_wins_and_causes_a_warning() {
    let files = Scratch::new();
    files.write("x.properties", "a=1\nb=\\u12\na=2\n");
    files.run(&["get", "x.properties", "a"]).prints("2\n");
    files.run(&["get", "x.properties", "a", "--all"]).prints("1\n2\n");
    let result = files.run(&["set", "x.properties", "a=3"]);
    result.says(&[
        "'a' is set on lines 1, 3: Java uses the last one",
        "line 2 has a \\u without four hex digits: Java refuses the whole file",
    ]);
    assert_eq!((result.code, &*result.stdout), (0, "~ a = \"2\" -> \"3\"\n"));
    assert_eq!(files.read("x.properties"), b"a=1\nb=\\u12\na=3\n");
    files.run(&["rename", "x.properties", "a", "c"]).refuses(4, &["lines 1 and 3: which one is meant?"]);
}

fn a_diff_shows_continuation_lines_and_masks_secrets() {
    let files = Scratch::new();
    files.write("x.properties", "a=1\ndb.password=se\\\n  cret\nb=one\\\n  two\n");
    files.run(&["set", "x.properties", "b=3", "--diff", "-n"]).says(&[]);
    let shown = files.run(&["set", "x.properties", "b=3", "--diff", "-n"]).stdout;
    assert!(shown.contains("@@ -1,5 +1,4 @@\n a=1\n"), "{shown}");
    assert!(shown.ends_with("-b=one\\\n-  two\n+b=3\n"), "{shown}");
    assert!(!shown.contains("cret") && !shown.contains("se\\"), "{shown}");
}
