//! The `sh` blocks of the documents: what needs a host, or time, or a folder of the reader. They are not run: a shell parses
//! them, and the program parses the command lines of theirs that name it.

use std::fs;

use crate::harness::pages::pages;
use crate::harness::{Scratch, isolated, repository_path};

/// Returns the `sh` blocks of a document, each with the number of its first line.
fn shell_blocks(text: &str) -> Vec<(usize, String)> {
    let mut blocks = Vec::new();
    let mut is_inside = false;
    for (at, line) in text.lines().enumerate() {
        match (is_inside, line) {
            (false, "```sh") => {
                is_inside = true;
                blocks.push((at + 2, String::new()));
            }
            (true, "```") => is_inside = false,
            (true, _) => {
                let (_, block) = blocks.last_mut().expect("a block has begun");
                block.push_str(line);
                block.push('\n');
            }
            _ => {}
        }
    }
    blocks
}

/// Returns the parts of a shell script that are separated by line ends and control operators outside of quotes. Comments are
/// left out.
fn simple_commands(script: &str) -> Vec<String> {
    let mut commands = vec![String::new()];
    let (mut quote, mut is_word_start) = (None, true);
    let joined = script.replace("\\\n", " ");
    let mut characters = joined.chars();
    while let Some(character) = characters.next() {
        let command = commands.last_mut().expect("it begins with one");
        match (quote, character) {
            (None, '#') if is_word_start => {
                characters.find(|character| *character == '\n');
                commands.push(String::new());
                continue;
            }
            (None, '\n' | ';' | '&' | '|' | '(' | ')') => commands.push(String::new()),
            (None | Some('"'), '\\') => {
                command.push(character);
                command.extend(characters.next());
            }
            _ => {
                command.push(character);
                match quote {
                    None if matches!(character, '\'' | '"') => quote = Some(character),
                    Some(open) if open == character => quote = None,
                    _ => {}
                }
            }
        }
        is_word_start = matches!(character, ' ' | '\t' | '\n' | ';' | '&' | '|' | '(');
    }
    commands
}

/// Returns the arguments of the program, if a simple command runs it, directly or through `sudo`, `xargs` and the like.
fn arguments(command: &str) -> Option<Vec<String>> {
    let words = shell_words::split(command).unwrap_or_else(|error| panic!("{command}: {error}"));
    let at = words.iter().position(|word| word == "vmxedit" || word.ends_with("/vmxedit"))?;
    let end = words.iter().position(|word| {
        let redirection = word.trim_start_matches(|character: char| character.is_ascii_digit());
        redirection.starts_with(['<', '>'])
    });
    let mut arguments: Vec<String> = words[at + 1..end.unwrap_or(words.len()).max(at + 1)].to_vec();
    // `find` ends its command with `;`, and puts a path in the place of `{}`.
    arguments.retain(|argument| argument != ";");
    // A variable is the name of a preset after its option.
    for at in 1..arguments.len() {
        if arguments[at - 1] == "-p" && arguments[at].starts_with('$') {
            "no-beep".clone_into(&mut arguments[at]);
        }
    }
    // So is `$@` of a script: in its place are assignments after one file, and files elsewhere.
    if arguments.iter().any(|argument| argument == "set") {
        for argument in arguments.iter_mut().filter(|argument| *argument == "$@") {
            "memsize=4096".clone_into(argument);
        }
    }
    // A path after the program's own is for `install` or `rm`.
    if !arguments.first()?.starts_with(|first: char| first.is_ascii_lowercase() || first == '-') {
        return None;
    }
    if ["xargs", "parallel"].iter().any(|program| words[..at].iter().any(|word| word == program)) {
        arguments.push("read-by-xargs.vmx".to_owned());
    }
    Some(arguments)
}

/// Returns the documents whose blocks are checked.
fn documents() -> Vec<String> {
    let mut documents = pages();
    documents.extend(["README.md", "CONTRIBUTING.md", "SECURITY.md"].map(str::to_owned));
    documents
}

#[test]
fn every_shell_block_of_the_documents_is_valid() {
    let mut checked = 0;
    for document in documents() {
        for (line, block) in shell_blocks(&fs::read_to_string(repository_path(&document)).unwrap()) {
            let parsed = isolated("sh").args(["-n", "-c", &block]).output().unwrap();
            assert!(
                parsed.status.success(),
                "{document}:{line}: {}",
                String::from_utf8_lossy(&parsed.stderr)
            );
            checked += 1;
        }
    }
    assert!(checked > 5, "{checked} blocks");
}

#[test]
fn every_command_line_of_the_shell_blocks_is_valid() {
    let mut checked = 0;
    for document in documents() {
        for (line, block) in shell_blocks(&fs::read_to_string(repository_path(&document)).unwrap()) {
            for arguments in simple_commands(&block).iter().filter_map(|command| arguments(command)) {
                let (code, printed) = outcome_without_files(&arguments);
                assert_ne!(code, 2, "{document}:{line}: vmxedit {}: {printed}", arguments.join(" "));
                checked += 1;
            }
        }
    }
    assert!(checked > 5, "{checked} command lines");
}

/// Runs the program in an empty folder, where no file of the command line exists and no host answers: only its arguments
/// are examined.
fn outcome_without_files(arguments: &[String]) -> (i32, String) {
    let scratch = Scratch::new();
    let arguments = arguments.iter().map(|argument| match argument.strip_prefix('/') {
        Some(path) => format!("absent/{path}"),
        None => argument.clone(),
    });
    let output = scratch.command().args(arguments).env("VMXEDIT_SSH", "false").output().unwrap();
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn an_invalid_command_line_is_found() {
    for (command, code) in [
        ("sudo /usr/bin/vmxedit set /vms/a.vmx memsize", 2),
        ("vmxedit status /vms/a.vmx", 5),
        ("xargs -0 vmxedit apply --set a=1", 5),
        ("xargs -0 vmxedit apply --sett a=1", 2),
        ("vmxedit apply -p no-such-preset root@esx1:/a.vmx", 2),
        ("vmxedit get root@esx1:/a.vmx a > /dev/null", 5),
    ] {
        let (found, printed) = outcome_without_files(&arguments(command).unwrap());
        assert_eq!(found, code, "{command}: {printed}");
    }
}

#[test]
fn command_lines_are_found_in_scripts() {
    let script = "# vmxedit no\nif vmxedit status \"$vm\" > /dev/null; then cp a b; fi\n\
                  find . -print0 | xargs -0 vmxedit apply --set 'a=1; 2 | 3'\nrm -f /bin/vmxedit /usr/x\n\
                  VMXEDIT_SSH='ssh -i key' vmxedit get \\\n  h:/a.vmx key # comment\n";
    let found: Vec<Vec<String>> =
        simple_commands(script).iter().filter_map(|command| arguments(command)).collect();
    assert_eq!(
        found,
        [
            vec!["status", "$vm"],
            vec!["apply", "--set", "a=1; 2 | 3", "read-by-xargs.vmx"],
            vec!["get", "h:/a.vmx", "key"]
        ]
    );
}
