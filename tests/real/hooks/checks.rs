//! pre-commit, GitHub Actions and GitLab CI/CD.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::page::{VM, block, blocks, command, folder, run, search_path};
use crate::harness::{Scratch, isolated, repository_path};
use crate::suite::{Trial, first_tier, skip, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    first_tier(test_list![
        the_hooks_of_this_repository_are_valid,
        pre_commit_refuses_a_file_with_a_warning,
        a_local_hook_of_pre_commit_refuses_a_file_with_a_warning,
        the_workflow_is_valid_for_github,
        the_steps_of_the_workflow_install_the_program_and_write_the_findings,
        the_job_is_valid_for_gitlab,
        the_scripts_of_the_job_install_the_program_and_check
    ])
}

/// A file with a warning and no error.
const WITH_A_WARNING: &str = "debian12-65";

/// Returns a program that `.ci/run` installs, or skips the test.
fn installed(name: &str) -> PathBuf {
    let path = repository_path("target/ci/venv/bin").join(name);
    if !path.exists() {
        skip(format!("{name} is not installed in target/ci/venv"));
    }
    path
}

/// Reads YAML.
fn yaml(text: &str) -> Value {
    use std::io::Write;
    let script =
        "import sys, json, ruamel.yaml as y; json.dump(y.YAML(typ='safe').load(sys.stdin), sys.stdout)";
    let mut python = isolated(installed("python"));
    let mut child = python.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap()
}

/// Checks a file with a schema that `check-jsonschema` has.
fn assert_valid(text: &str, file: &str, schema: &str) {
    let folder = folder();
    let check = |text: &str| {
        folder.write(file, text);
        let mut check = command(&folder, installed("check-jsonschema").to_str().unwrap());
        run(check.args(["--builtin-schema", schema, file]))
    };
    let (code, output) = check(text);
    assert_eq!(code, 0, "{output}");
    let (code, _) = check(&text.replace("script:", "scripts:").replace("runs-on:", "runs:"));
    assert_eq!(code, 1, "the schema should refuse a misspelled key");
}

// --- pre-commit

fn pre_commit(folder: &Scratch) -> Command {
    let mut pre_commit = command(folder, installed("pre-commit").to_str().unwrap());
    pre_commit.env("PRE_COMMIT_HOME", folder.path("cache"));
    pre_commit
}

/// Runs `git`, as a user with a name.
fn git(folder: &Scratch, repository: &str, args: &[&str]) -> String {
    let mut git = command(folder, "git");
    git.current_dir(folder.path(repository)).env("GIT_CONFIG_GLOBAL", "/dev/null");
    git.args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]);
    let (code, output) = run(git.args(args));
    assert_eq!(code, 0, "{args:?}: {output}");
    output
}

fn the_hooks_of_this_repository_are_valid() {
    let folder = folder();
    let mut validate = pre_commit(&folder);
    validate.arg("validate-manifest").arg(repository_path(".pre-commit-hooks.yaml"));
    assert_eq!(run(&mut validate), (0, String::new()));
    let hooks = fs::read_to_string(repository_path(".pre-commit-hooks.yaml")).unwrap();
    for hook in yaml(&hooks).as_array().unwrap() {
        assert_eq!(hook["entry"], "env VMXEDIT_SSH=/bin/false vmxedit check --deny warnings");
        // The name of a file may look like an option.
        assert_eq!(hook["args"], serde_json::json!(["--"]));
    }
}

/// Commits files with a configuration of pre-commit, and asserts that only the clean one passes.
fn assert_refuses_a_warning(folder: &Scratch, configuration: &str) {
    folder.write("vms/.pre-commit-config.yaml", configuration);
    folder.write("vms/web/web.vmx", VM);
    folder.write("vms/notes.txt", "memsize = \"abc\"\n");
    git(folder, "vms", &["init", "-q"]);
    git(folder, "vms", &["add", "-A"]);
    let check = || run(pre_commit(folder).args(["run", "--all-files"]).current_dir(folder.path("vms")));
    let (code, output) = check();
    assert!(code == 0 && output.contains("Passed"), "{code}: {output}");
    folder.write("vms/web/web.vmx", VM.replace("debian12-64", WITH_A_WARNING));
    let (code, output) = check();
    assert!(code == 1 && output.contains("web/web.vmx:4:12"), "{code}: {output}");
    let only_check = run(command(folder, "vmxedit").args(["check", "vms/web/web.vmx"]));
    assert_eq!(only_check.0, 0, "{}", only_check.1);
}

fn pre_commit_refuses_a_file_with_a_warning() {
    let folder = folder();
    let hooks = fs::read(repository_path(".pre-commit-hooks.yaml")).unwrap();
    folder.write("hooks/.pre-commit-hooks.yaml", hooks);
    git(&folder, "hooks", &["init", "-q"]);
    git(&folder, "hooks", &["add", "-A"]);
    git(&folder, "hooks", &["commit", "-q", "-m", "hooks"]);
    git(&folder, "hooks", &["tag", concat!("v", env!("CARGO_PKG_VERSION"))]);
    let here = folder.path("hooks").display().to_string();
    let configuration = blocks("pre-commit", "yaml")[0].replace("https://git.example.com/vmxedit", &here);
    assert_refuses_a_warning(&folder, &configuration);
}

fn a_local_hook_of_pre_commit_refuses_a_file_with_a_warning() {
    assert_refuses_a_warning(&folder(), &blocks("pre-commit", "yaml")[1]);
}

// --- Services that run checks

/// Returns a folder with a checked-out repository, and an archive with the program. It is not on the search path.
fn checked_out() -> Scratch {
    let folder = folder();
    folder.copy_program("vmxedit");
    fs::create_dir_all(folder.path("archive/bin")).unwrap();
    fs::rename(folder.path("vmxedit"), folder.path("archive/bin/vmxedit")).unwrap();
    fs::remove_file(folder.path("bin/vmxedit")).unwrap();
    assert_eq!(run(command(&folder, "tar").args(["-czf", "archive.tar.gz", "archive"])).0, 0);
    folder.write("repository/web/web.vmx", VM);
    folder.write("github-path", "");
    folder
}

/// Runs a script as both services do, and returns the exit code and the output.
fn run_script(folder: &Scratch, script: &str) -> (i32, String) {
    let added = String::from_utf8(folder.read("github-path")).unwrap();
    let mut path = added.lines().map(|line| format!("{line}:")).collect::<String>();
    path.push_str(search_path(folder).to_str().unwrap());
    let mut bash = command(folder, "bash");
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).env("PATH", path);
    bash.env("ARCHIVE", format!("file://{}", folder.path("archive.tar.gz").display()));
    bash.env("GITHUB_PATH", folder.path("github-path")).current_dir(folder.path("repository"));
    run(&mut bash)
}

fn assert_sarif(folder: &Scratch, findings: usize) {
    let sarif: Value = serde_json::from_slice(&folder.read("repository/vmxedit.sarif")).unwrap();
    let schema = fs::read_to_string(repository_path("tests/fixtures/sarif-schema-2.1.0.json")).unwrap();
    // A pattern in the schema of 2020 has an extra bracket, which errata 01 removed.
    let schema: Value = serde_json::from_str(&schema.replace("-[a-zA-Z]{2}]?$", "-[a-zA-Z]{2}$")).unwrap();
    jsonschema::validate(&schema, &sarif).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), findings, "{results:?}");
    for result in results {
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "web/web.vmx");
    }
}

fn the_workflow_is_valid_for_github() {
    assert_valid(&block("github-actions", "yaml"), "vmx.yml", "vendor.github-workflows");
}

fn the_steps_of_the_workflow_install_the_program_and_write_the_findings() {
    let workflow = yaml(&block("github-actions", "yaml"));
    let steps = workflow["jobs"]["check"]["steps"].as_array().unwrap();
    let scripts: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
    let [install, check] = scripts[..] else { panic!("{scripts:?}") };
    let folder = checked_out();
    assert_eq!(run_script(&folder, "vmxedit --version").0, 127);
    assert_eq!(run_script(&folder, install), (0, String::new()));
    assert_eq!(run_script(&folder, check).0, 0);
    assert_sarif(&folder, 0);
    folder.write("repository/web/web.vmx", VM.replace("debian12-64", WITH_A_WARNING));
    assert_eq!(run_script(&folder, check).0, 1);
    assert_sarif(&folder, 1);
    let upload = steps.iter().find(|step| step["with"]["sarif_file"] == "vmxedit.sarif").unwrap();
    assert_eq!(upload["if"], "success() || failure()");
}

fn the_job_is_valid_for_gitlab() {
    assert_valid(&block("gitlab-ci", "yaml"), ".gitlab-ci.yml", "vendor.gitlab-ci");
}

fn the_scripts_of_the_job_install_the_program_and_check() {
    let job = yaml(&block("gitlab-ci", "yaml"));
    // Both lists are one script on GitLab.
    let lines = |list: &str| -> Vec<String> {
        let list = job["check-vmx"][list].as_array().unwrap();
        list.iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    };
    let script = [lines("before_script"), lines("script")].concat().join("\n");
    let folder = checked_out();
    let (code, output) = run_script(&folder, &script);
    assert_eq!(code, 0, "{output}");
    assert_sarif(&folder, 0);
    folder.write("repository/web/web.vmx", VM.replace("debian12-64", WITH_A_WARNING));
    let (code, output) = run_script(&folder, &script);
    assert!(code == 1 && output.contains("web/web.vmx:4:12"), "{code}: {output}");
    assert_sarif(&folder, 1);
}
