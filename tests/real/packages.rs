//! The packages that `contrib/package.sh` makes: each one is installed in an empty root, used there, and removed.
//!
//! `VMXEDIT_PACKAGES` names their folder. Programs for another processor run with `qemu-aarch64-static`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Scratch, isolated, repository_path};
use crate::suite::{Trial, require_root, second_tier, skip, skip_optional, test_list};

/// Returns the tests of this module.
pub(crate) fn tests() -> Vec<Trial> {
    second_tier(
        "needs packages",
        test_list![
            a_deb_is_installed_used_and_removed,
            an_rpm_is_installed_used_and_removed,
            an_apk_is_unpacked_and_used,
            an_apk_is_installed_used_and_removed,
            an_arch_package_is_installed_used_and_removed,
            a_tarball_is_installed_used_and_removed,
            the_checksums_name_every_file,
            the_bill_of_materials_names_the_program_and_its_libraries,
        ],
    )
}

/// A folder that is the root of a system with `busybox` alone.
struct Root {
    folder: Scratch,
    /// What is there before an installation.
    before: Vec<PathBuf>,
    /// The folder that the package's paths are relative to.
    prefix: &'static str,
    is_foreign: bool,
}

/// The folders of package databases and their logs.
const DATABASES: [&str; 9] = [
    "var/lib/dpkg",
    "var/lib/rpm",
    "usr/lib/sysimage",
    "var/lib/pacman",
    "lib/apk",
    "etc/apk",
    "var/cache",
    "var/log",
    "tmp",
];

impl Root {
    /// Prepares a root for a package. Its shell runs the program of another processor with an emulator.
    fn new(package: &Path, prefix: &'static str) -> Self {
        require_root();
        let folder = Scratch::new();
        for name in ["bin", "dev", "proc", "root", "tmp", "etc", "var/lib", "var/cache", "var/log"] {
            fs::create_dir_all(folder.path(name)).unwrap();
        }
        let is_foreign = name_of(package).contains("aarch64") || name_of(package).contains("arm64");
        let mut programs = vec!["busybox"];
        if is_foreign != cfg!(target_arch = "aarch64") {
            programs.push("qemu-aarch64-static");
        }
        for program in programs {
            copy_program(program, &folder);
        }
        run(isolated("chroot").arg(folder.path("")).args(["/bin/busybox", "--install", "-s", "/bin"]));
        let before = paths_below(&folder.path(""));
        Self { folder, before, prefix, is_foreign: is_foreign != cfg!(target_arch = "aarch64") }
    }

    fn path(&self) -> PathBuf {
        self.folder.path("")
    }

    fn has(&self, path: &str) -> bool {
        self.folder.path(path).exists()
    }

    /// Runs a command line in this root, in the folder of the documents, and returns what it prints.
    fn shell(&self, line: &str) -> String {
        let Self { prefix, .. } = self;
        let emulated = format!("vmxedit() {{ qemu-aarch64-static /{prefix}/bin/vmxedit \"$@\"; }}");
        let function = if self.is_foreign { emulated } else { ":".to_owned() };
        let script = format!("{function}; cd /{prefix}/share/doc/vmxedit; {{ {line}\n}} 2>&1");
        let mut command = isolated("unshare");
        command.args(["--mount", "--propagation=private", "sh", "-c"]);
        command.arg("mount -t proc proc \"$0/proc\" && exec chroot \"$0\" /bin/sh -c \"$1\"");
        command.arg(self.path()).arg(script);
        command.env("PATH", format!("/{prefix}/bin:/usr/sbin:/usr/bin:/sbin:/bin")).env("HOME", "/root");
        run(&mut command)
    }

    /// Runs the quick start of the README, and checks the manual pages, completions, documents and licenses.
    fn assert_complete(&self, completions_of_zsh: &str, licenses: &str) {
        assert_eq!(self.shell("vmxedit --version"), format!("vmxedit {}\n", env!("CARGO_PKG_VERSION")));
        let commands = quick_start();
        assert!(!commands.is_empty(), "the quick start should have a console block");
        for (command, expected) in commands {
            assert_eq!(self.shell(&command), expected, "$ {command}");
        }
        let share = format!("{}/share", self.prefix);
        for page in fs::read_dir(repository_path("man")).unwrap() {
            let page = page.unwrap().path();
            let section = page.extension().unwrap().to_string_lossy().into_owned();
            let packed = self.folder.path(&format!("{share}/man/man{section}/{}.gz", name_of(&page)));
            let shown = isolated("gzip").arg("-dc").arg(&packed).output().unwrap().stdout;
            assert!(shown == fs::read(&page).unwrap(), "{}", packed.display());
        }
        for file in fs::read_dir(repository_path("completions")).unwrap() {
            let file = file.unwrap().path();
            let name = name_of(&file);
            let place = match file.extension().and_then(|extension| extension.to_str()) {
                None => format!("{share}/zsh/{completions_of_zsh}/_vmxedit"),
                Some("bash") => format!("{share}/bash-completion/completions/vmxedit"),
                Some("fish") => format!("{share}/fish/vendor_completions.d/{name}"),
                Some("elv") => format!("{share}/elvish/lib/{name}"),
                Some("nu") => format!("{share}/nushell/vendor/autoload/{name}"),
                Some("ps1") => format!("{share}/vmxedit/{name}"),
                Some(other) => panic!("no shell reads {other}"),
            };
            assert!(self.folder.read(&place) == fs::read(&file).unwrap(), "{place}");
        }
        for document in ["README.md", "SECURITY.md", "docs/limitations.md", "examples/snow-leopard.vmx"] {
            assert!(self.has(&format!("{share}/doc/vmxedit/{document}")), "{document}");
        }
        for license in licenses.split(' ').chain(["DEPENDENCIES.gz", "RUST-LIBRARY.html.gz"]) {
            let folder = if licenses == "copyright" { "doc" } else { "licenses" };
            assert!(self.has(&format!("{share}/{folder}/vmxedit/{license}")), "{license}");
        }
    }

    /// Checks that nothing is left but folders that other packages use as well.
    fn assert_removed(&self) {
        let is_database = |path: &PathBuf| DATABASES.iter().any(|folder| path.starts_with(folder));
        let is_shared = |path: &PathBuf| {
            self.folder.path("").join(path).is_dir() && !path.to_string_lossy().contains("vmxedit")
        };
        let mut left = paths_below(&self.path());
        left.retain(|path| !self.before.contains(path) && !is_database(path) && !is_shared(path));
        assert!(left.is_empty(), "{left:?}");
        assert!(!self.has(&format!("{}/bin/vmxedit", self.prefix)));
    }
}

/// Copies a program and its shared libraries into a root.
fn copy_program(name: &str, root: &Scratch) {
    let found = isolated("sh").args(["-c", &format!("command -v {name}")]).output().unwrap();
    let path = String::from_utf8(found.stdout).unwrap().trim().to_owned();
    if path.is_empty() {
        skip(format!("{name} is not installed"));
    }
    let copy = |from: &str, to: &str| {
        fs::create_dir_all(root.path(to).parent().unwrap()).unwrap();
        run(isolated("cp").arg("-L").arg(from).arg(root.path(to)));
    };
    copy(&path, &format!("bin/{name}"));
    let libraries = isolated("ldd").arg(&path).output().unwrap().stdout;
    let libraries = String::from_utf8(libraries).unwrap();
    for library in libraries.split_whitespace().filter(|word| word.starts_with('/')) {
        copy(library, library.trim_start_matches('/'));
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Runs a command that must succeed, and returns its standard output.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {stdout}{stderr}");
    stdout.into_owned()
}

/// Returns the paths of all files and folders, relative to the given one.
fn paths_below(folder: &Path) -> Vec<PathBuf> {
    let listed = run(isolated("find").args([".", "-mindepth", "1", "-printf", "%P\\n"]).current_dir(folder));
    listed.lines().map(PathBuf::from).collect()
}

/// Returns the packages whose names end like this, or skips the test.
fn packages(end: &str) -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os("VMXEDIT_PACKAGES") else {
        skip_optional("VMXEDIT_PACKAGES does not name a folder with packages");
    };
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let found: Vec<PathBuf> = files.filter(|file| name_of(file).ends_with(end)).collect();
    assert!(!found.is_empty(), "there should be a file *{end}");
    found
}

fn require_program(name: &str) {
    if isolated(name).arg("--version").output().is_err() {
        skip(format!("{name} is not installed"));
    }
}

/// Returns the commands of the README's quick start, with their output.
fn quick_start() -> Vec<(String, String)> {
    let readme = fs::read_to_string(repository_path("README.md")).unwrap();
    let section = readme.split("\n## Quick start\n").nth(1).expect("README.md should have a quick start");
    let section = section.split("\n## ").next().unwrap();
    let blocks = section.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    let commands = blocks.flat_map(|block| block.split("$ ").skip(1).collect::<Vec<_>>());
    let installed = |command: &str| command.replace("cargo run --release --quiet --", "vmxedit");
    commands
        .filter_map(|text| text.split_once('\n'))
        .map(|(command, output)| (installed(command), output.to_owned()))
        .collect()
}

/// Returns the command of `docs/packages.md` that starts with these words, for a file.
fn documented(words: &str, file: &Path) -> String {
    let page = fs::read_to_string(repository_path("docs/packages.md")).unwrap();
    let commands = page.split('`').skip(1).step_by(2);
    let mut found =
        commands.filter_map(|code| code.strip_prefix("sudo ")).filter(|code| code.starts_with(words));
    let command = found.next().unwrap_or_else(|| panic!("docs/packages.md should have: sudo {words}"));
    command.replace("\\|", "|").replace("FILE", &file.display().to_string())
}

/// Runs a documented command with options for an empty root after the name of the program.
fn run_with(root: &Root, words: &str, file: &Path, options: &[&str]) {
    let command = documented(words, file);
    let mut parts = command.split(' ');
    let mut process = isolated(parts.next().unwrap());
    let options = options.iter().map(|option| option.replace("ROOT", &root.path().display().to_string()));
    run(process.args(options).args(parts).current_dir("/"));
}

fn a_deb_is_installed_used_and_removed() {
    for package in packages(".deb") {
        require_program("dpkg");
        let root = Root::new(&package, "usr");
        root.folder.write("var/lib/dpkg/status", "");
        for name in ["info", "updates"] {
            fs::create_dir(root.folder.path("var/lib/dpkg").join(name)).unwrap();
        }
        let options = ["--root=ROOT", "--force-architecture", "--log=/dev/null"];
        run_with(&root, "dpkg -i", &package, &options);
        root.assert_complete("vendor-completions", "copyright");
        assert!(root.has("usr/share/doc/vmxedit/changelog.gz"));
        run_with(&root, "dpkg -P", &package, &options);
        root.assert_removed();
    }
}

fn an_rpm_is_installed_used_and_removed() {
    for package in packages(".rpm") {
        require_program("rpm");
        let root = Root::new(&package, "usr");
        // Debian's rpm asks to use dpkg instead unless it is told to use the database of the root.
        let options = ["--root=ROOT", "--dbpath=/var/lib/rpm", "--nosignature", "--ignorearch"];
        run_with(&root, "rpm -i", &package, &options);
        root.assert_complete("site-functions", "LICENSE-MIT LICENSE-APACHE");
        run_with(&root, "rpm -e", &package, &options[..2]);
        root.assert_removed();
    }
}

fn an_arch_package_is_installed_used_and_removed() {
    for package in packages(".pkg.tar.zst") {
        require_program("pacman");
        let root = Root::new(&package, "usr");
        fs::create_dir_all(root.folder.path("var/lib/pacman")).unwrap();
        let arch = if name_of(&package).contains("aarch64") { "--arch=aarch64" } else { "--arch=x86_64" };
        let config =
            root.folder.write("tmp/pacman.conf", "[options]\nLocalFileSigLevel = Optional TrustAll\n");
        let config = format!("--config={}", config.display());
        let options = ["--root=ROOT", &config, arch, "--noconfirm"];
        run_with(&root, "pacman -U", &package, &options);
        root.assert_complete("site-functions", "LICENSE-MIT LICENSE-APACHE");
        run_with(&root, "pacman -R", &package, &options);
        root.assert_removed();
    }
}

/// Packages for apk are archives, one after the other: the last one has the files. Debian does not have apk itself.
fn an_apk_is_unpacked_and_used() {
    for package in packages(".apk") {
        let root = Root::new(&package, "usr");
        run(isolated("tar").args(["--ignore-zeros", "-xzf"]).arg(&package).arg("-C").arg(root.path()));
        let info = String::from_utf8(root.folder.read(".PKGINFO")).unwrap();
        let arch = if name_of(&package).contains("aarch64") { "aarch64" } else { "x86_64" };
        for line in [
            "pkgname = vmxedit",
            &format!("pkgver = {}-r1", env!("CARGO_PKG_VERSION")),
            &format!("arch = {arch}"),
        ] {
            assert!(info.lines().any(|found| found == line), "{line}: {info}");
        }
        root.assert_complete("site-functions", "LICENSE-MIT LICENSE-APACHE");
    }
}

fn an_apk_is_installed_used_and_removed() {
    for package in packages(".apk") {
        if isolated("apk").arg("--version").output().is_err() {
            skip_optional("apk is not installed");
        }
        let root = Root::new(&package, "usr");
        let arch = if name_of(&package).contains("aarch64") { "--arch=aarch64" } else { "--arch=x86_64" };
        let options = ["--root=ROOT", arch, "--no-network", "--no-scripts", "--no-logfile", "--initdb"];
        run_with(&root, "apk add", &package, &options);
        root.assert_complete("site-functions", "LICENSE-MIT LICENSE-APACHE");
        run_with(&root, "apk del", &package, &options[..5]);
        root.assert_removed();
    }
}

fn a_tarball_is_installed_used_and_removed() {
    for package in packages("-linux-musl.tar.gz") {
        let root = Root::new(&package, "usr/local");
        fs::create_dir_all(root.folder.path("usr/local/bin")).unwrap();
        root.folder.set_mode("usr/local/bin", 0o711);
        let in_root =
            |command: String| command.replace("/usr/local", &format!("{}usr/local", root.path().display()));
        run(isolated("sh").args(["-c", &in_root(documented("tar -xzf", &package))]));
        root.assert_complete("site-functions", "LICENSE-MIT LICENSE-APACHE");
        let mode = run(isolated("stat").args(["-c", "%a"]).arg(root.folder.path("usr/local/bin")));
        assert_eq!(mode, "711\n", "folders of the system keep their modes");
        run(isolated("sh").args(["-c", &in_root(documented("sh -c", &package))]));
        root.assert_removed();
    }
}

fn the_checksums_name_every_file() {
    let sums = packages("SHA256SUMS").remove(0);
    let folder = sums.parent().unwrap();
    let checked = run(isolated("sha256sum").args(["--strict", "-c"]).arg(&sums).current_dir(folder));
    let files = fs::read_dir(folder).unwrap().count();
    assert_eq!(checked.lines().filter(|line| line.ends_with(": OK")).count(), files - 1, "{checked}");
}

fn the_bill_of_materials_names_the_program_and_its_libraries() {
    for file in packages(".cdx.json") {
        let document: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        let tarball = file.display().to_string().replace(".cdx.json", ".tar.gz");
        let contained = format!("{}/bin/vmxedit", name_of(Path::new(&tarball)).trim_end_matches(".tar.gz"));
        let extract = "tar -xzOf \"$0\" \"$1\" | sha256sum";
        let sum = run(isolated("sh").args(["-c", extract, &tarball, &contained]));
        let described = &document["metadata"]["component"]["hashes"][0]["content"];
        assert_eq!(sum.split(' ').next(), described.as_str(), "{}", file.display());
        let components = document["components"].as_array().unwrap();
        let names: Vec<&str> = components.iter().filter_map(|component| component["name"].as_str()).collect();
        for name in ["clap", "nom", "rust-std", "musl"] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
        // Only tests use the first one. The second one runs in the compiler.
        for name in ["proptest", "thiserror-impl"] {
            assert!(!names.contains(&name), "{name}: {names:?}");
        }
    }
}
