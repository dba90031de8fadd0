//! The collection as a whole: its Python code, documentation, package and license.

use std::fs;
use std::path::Path;

use crate::harness::{Scratch, is_enabled, isolated};
use crate::parts::ansible::{Ansible, collection, succeed};
use crate::suite::{Trial, first_tier, second_tier, skip_optional, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    [
        first_tier(test_list![
            the_collection_has_the_version_of_the_program,
            every_python_file_has_the_license_of_ansible
        ]),
        second_tier(
            "takes seconds",
            test_list![
                functions_of_the_collection,
                every_module_is_documented,
                the_collection_can_be_built_and_installed,
                the_sanity_tests_of_ansible_find_nothing
            ],
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn the_collection_has_the_version_of_the_program() {
    let galaxy = fs::read_to_string(collection().join("galaxy.yml")).unwrap();
    let version = format!("version: {}", env!("CARGO_PKG_VERSION"));
    assert!(galaxy.lines().any(|line| line == version), "{galaxy}");
    let readme = fs::read_to_string(collection().join("README.md")).unwrap();
    assert!(readme.contains(&format!("vmxedit-vmx-{}.tar.gz", env!("CARGO_PKG_VERSION"))), "{readme}");
}

fn every_python_file_has_the_license_of_ansible() {
    let mut files = Vec::new();
    add_python_files(&collection(), &mut files);
    assert!(files.len() > 5, "{files:?}");
    for (name, text) in files {
        assert!(text.contains("\n# SPDX-License-Identifier: GPL-3.0-or-later\n"), "{name}");
        assert!(text.contains("# GNU General Public License v3.0+ (see COPYING or "), "{name}");
    }
}

fn add_python_files(folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            add_python_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn functions_of_the_collection() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    let mut command = ansible.python(&scratch);
    let printed =
        succeed(command.args(["-m", "unittest", "discover", "-s"]).arg(collection().join("tests/unit")));
    assert!(printed.contains("\nOK\n") && !printed.contains("Ran 0 tests"), "{printed}");
}

fn every_module_is_documented() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    let show = |kind: &str, names: &[&str]| {
        succeed(ansible.command("ansible-doc", &scratch).args(["--type", kind]).args(names))
    };
    let modules = show("module", &["vmxedit.vmx.setting", "vmxedit.vmx.info", "vmxedit.vmx.check"]);
    for part in ["updated_settings", "backup_file", "power_state", "vnc-console", "findings", "recursive"] {
        assert!(modules.contains(part), "{part}: {modules}");
    }
    assert_eq!(modules.matches("EXAMPLES:").count(), 3, "{modules}");
    assert_eq!(modules.matches("RETURN VALUES:").count(), 3, "{modules}");
    let inventory = show("inventory", &["vmxedit.vmx.vms"]);
    assert!(inventory.contains("ssh://root@esx1/") && inventory.contains("keyed_groups"), "{inventory}");
    let role = show("role", &["vmxedit.vmx.install"]);
    assert!(role.contains("vmxedit_install_sources"), "{role}");
}

fn the_collection_can_be_built_and_installed() {
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    let galaxy = |args: &[&str]| {
        let mut command = ansible.command("ansible-galaxy", &scratch);
        // Where the collection is already, it is not installed.
        command.env("ANSIBLE_COLLECTIONS_PATH", scratch.path("installed"));
        succeed(command.arg("collection").args(args))
    };
    galaxy(&["build", "--output-path", "built", &collection().display().to_string()]);
    let package = format!("built/vmxedit-vmx-{}.tar.gz", env!("CARGO_PKG_VERSION"));
    galaxy(&["install", "--offline", "--collections-path", "installed", &package]);
    let installed = scratch.path("installed/ansible_collections/vmxedit/vmx");
    for file in [
        "COPYING",
        "README.md",
        "plugins/modules/setting.py",
        "plugins/inventory/vms.py",
        "roles/install/tasks/main.yml",
    ] {
        assert_eq!(
            fs::read(installed.join(file)).unwrap(),
            fs::read(collection().join(file)).unwrap(),
            "{file}"
        );
    }
}

/// The tests of `ansible-test` install packages of Python in environments of their own.
fn the_sanity_tests_of_ansible_find_nothing() {
    if !is_enabled("VMXEDIT_ALL_STEPS") {
        skip_optional("it takes minutes: VMXEDIT_ALL_STEPS=1 runs it");
    }
    let ansible = Ansible::find();
    let scratch = Scratch::new();
    let copy = scratch.path("ansible_collections/vmxedit/vmx");
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    succeed(isolated("cp").arg("-r").arg(collection()).arg(&copy));
    // `ansible-test` tests the files that git knows.
    for args in [&["init", "--quiet"][..], &["add", "--all"]] {
        succeed(isolated("git").args(args).current_dir(&copy));
    }
    provide_pip(&ansible, &scratch);
    let mut sanity = ansible.command("ansible-test", &scratch);
    sanity.args(["sanity", "--color", "no", "--python", &python_version(&ansible, &scratch)]);
    let printed = succeed(sanity.current_dir(&copy));
    for test in ["ansible-doc", "import", "pep8", "pylint", "validate-modules", "yamllint"] {
        assert!(printed.contains(&format!("Running sanity test \"{test}\"")), "{printed}");
    }
    // The tests do find mistakes.
    let module = copy.join("plugins/modules/check.py");
    let broken = fs::read_to_string(&module).unwrap().replace("  recursive:\n", "  recursively:\n");
    fs::write(&module, broken).unwrap();
    let mut sanity = ansible.command("ansible-test", &scratch);
    sanity.args(["sanity", "--color", "no", "--test", "validate-modules", "--python"]);
    let output = sanity.arg(python_version(&ansible, &scratch)).current_dir(&copy).output().unwrap();
    assert!(!output.status.success(), "{output:?}");
}

/// Returns the version of the Python interpreter, such as `3.11`.
fn python_version(ansible: &Ansible, scratch: &Scratch) -> String {
    let print = "import sys; print('%d.%d' % sys.version_info[:2])";
    succeed(ansible.python(scratch).args(["-c", print])).trim().to_owned()
}

/// Puts pip where `ansible-test` keeps the installer of pip that it downloads: the tests run with a known version of it.
fn provide_pip(ansible: &Ansible, scratch: &Scratch) {
    const VERSION: &str = "24.2";
    let wheels = scratch.path("wheels");
    let mut download = ansible.python(scratch);
    download.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest"]);
    succeed(download.arg(&wheels).arg(format!("pip=={VERSION}")));
    let wheel = wheels.join(format!("pip-{VERSION}-py3-none-any.whl"));
    scratch.write(
        &format!(".ansible/test/cache/get_pip_{}.py", VERSION.replace('.', "_")),
        format!(
            "import runpy, sys\n\
             sys.path.insert(0, \"{}\")\n\
             left_out = (\"--no-setuptools\", \"--no-wheel\")\n\
             sys.argv = [\"pip\", \"install\"] + [word for word in sys.argv[1:] if word not in left_out]\n\
             runpy.run_module(\"pip\", run_name=\"__main__\")\n",
            wheel.display()
        ),
    );
}
