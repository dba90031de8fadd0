//! Ansible: the one on `PATH`, or the one that `.ci/run` installs.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::harness::{Scratch, isolated, program, repository_path};
use crate::suite::skip;

/// The folder in which Ansible finds the collection.
const COLLECTIONS: &str = "contrib/ansible";

/// Ansible's programs.
pub(crate) struct Ansible {
    programs: PathBuf,
}

impl Ansible {
    /// Finds the programs, or skips the test.
    pub(crate) fn find() -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let installed_by_ci = repository_path("target/ci/venv/bin");
        let mut folders = std::iter::once(installed_by_ci).chain(std::env::split_paths(&path));
        let programs = folders.find(|folder| folder.join("ansible-playbook").is_file());
        Self { programs: programs.unwrap_or_else(|| skip("ansible-core is not installed")) }
    }

    /// Returns a command for one of the programs, which knows nothing but the collection, keeps its files in the scratch
    /// folder and finds vmxedit on `PATH`.
    pub(crate) fn command(&self, name: &str, scratch: &Scratch) -> Command {
        let mut command = isolated(self.programs.join(name));
        let path = std::env::var_os("PATH").unwrap_or_default();
        let first = [program().parent().expect("a folder").to_owned(), self.programs.clone()];
        let path = std::env::join_paths(first.into_iter().chain(std::env::split_paths(&path))).unwrap();
        command
            .env("PATH", path)
            .env("HOME", scratch.path(""))
            .env("LC_ALL", "C.UTF-8")
            .env("ANSIBLE_CONFIG", scratch.write("ansible.cfg", ""))
            .env("ANSIBLE_COLLECTIONS_PATH", repository_path(COLLECTIONS))
            .env("ANSIBLE_PIPELINING", "1")
            .env("ANSIBLE_LOCALHOST_WARNING", "0")
            .env("ANSIBLE_INVENTORY_UNPARSED_WARNING", "0")
            // No compiled files among the sources.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .current_dir(scratch.path(""))
            .stdin(Stdio::null());
        command
    }

    /// Returns a command that runs a playbook of `tests/real/ansible` on this machine. The playbook gets the scratch folder
    /// as the variable `folder`.
    pub(crate) fn playbook(&self, name: &str, scratch: &Scratch) -> Command {
        let mut command = self.command("ansible-playbook", scratch);
        command
            .arg(repository_path("tests/real/ansible").join(name))
            .arg("--extra-vars")
            .arg(format!("folder={}", folder(scratch)));
        command
    }

    /// Returns a command for the Python interpreter of Ansible.
    pub(crate) fn python(&self, scratch: &Scratch) -> Command {
        let mut command = self.command("python3", scratch);
        command.env("PYTHONPATH", repository_path(COLLECTIONS));
        command
    }
}

/// Returns the path of a scratch folder, without a slash at its end.
pub(crate) fn folder(scratch: &Scratch) -> String {
    scratch.path("").display().to_string().trim_end_matches('/').to_owned()
}

/// Returns the folder of the collection.
pub(crate) fn collection() -> PathBuf {
    repository_path(COLLECTIONS).join("ansible_collections/vmxedit/vmx")
}

/// Runs a command and returns what it prints, with standard error. Asserts that it succeeds.
#[track_caller]
pub(crate) fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}\n{}", output.status, text(&output));
    text(&output)
}

/// Returns what a program printed.
pub(crate) fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)).concat()
}

/// Returns the lines of the recap of a playbook, without superfluous spaces.
pub(crate) fn recap(printed: &str) -> Vec<String> {
    let lines = printed.lines().skip_while(|line| !line.starts_with("PLAY RECAP")).skip(1);
    let lines = lines.take_while(|line| !line.trim().is_empty());
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// Writes a stand-in for `vmrun`, which says for the first `calls` calls that the VM runs.
pub(crate) fn write_vmrun(folder: &Path, vm: impl AsRef<OsStr>, calls: u32) {
    fs::create_dir_all(folder).unwrap();
    let script = format!(
        "#!/bin/sh\necho >>'{0}/calls'\n\
         if [ \"$(wc -l <'{0}/calls')\" -le {calls} ]; then echo 'Total running VMs: 1'; echo '{1}'; else echo 'Total running VMs: 0'; fi\n",
        folder.display(),
        vm.as_ref().display()
    );
    let path = folder.join("vmrun");
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
}
