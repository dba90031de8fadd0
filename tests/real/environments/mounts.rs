//! File systems that are mounted for a test.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::file_systems::run_tool;
use crate::harness::{Scratch, isolated};
use crate::suite::{require_root, skip};

/// How the file systems are named here.
pub(super) const LOCAL: [&str; 5] = ["ext4", "xfs", "btrfs", "tmpfs", "overlay"];

/// A mounted file system, unmounted on drop.
pub(super) struct Mounted {
    pub(super) kind: &'static str,
    scratch: Scratch,
    /// What to unmount, the last one first.
    mount_points: Vec<PathBuf>,
    servers: Vec<Child>,
    /// The loop device of the image, if it is not detached on unmounting.
    device: Option<String>,
}

impl Mounted {
    /// Mounts a new file system, or skips the test.
    pub(super) fn new(kind: &'static str) -> Self {
        require_root();
        let mut mounted = Self {
            kind,
            scratch: Scratch::new(),
            mount_points: Vec::new(),
            servers: Vec::new(),
            device: None,
        };
        mounted.scratch.set_mode("", 0o755);
        fs::create_dir(mounted.scratch.path("disk")).unwrap();
        match mounted.mount() {
            Ok(()) => mounted,
            Err(why) => skip(format!("the file system {kind}: {why}")),
        }
    }

    /// Returns whether the file system is a local one of the kernel, where no edit may be refused.
    pub(super) fn is_local(&self) -> bool {
        LOCAL.contains(&self.kind)
    }

    /// Returns the folder to work in.
    pub(super) fn folder(&self) -> PathBuf {
        match self.kind {
            "smbnetfs" => self.scratch.path("disk/127.0.0.1/share"),
            _ => self.scratch.path("disk"),
        }
    }

    /// Returns the same folder as the server has it.
    pub(super) fn on_server(&self) -> PathBuf {
        self.scratch.path("server")
    }

    /// Returns the lower layer of the overlay.
    pub(super) fn lower_layer(&self) -> PathBuf {
        self.scratch.path("layers/lower")
    }

    fn mount(&mut self) -> Result<(), String> {
        let (disk, image) = (self.scratch.path("disk"), self.scratch.path("image"));
        let (disk_name, image_name) = (disk.to_str().unwrap(), image.to_str().unwrap());
        match self.kind {
            "tmpfs" => run_tool(&["mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", disk_name])?,
            "overlay" => return self.mount_overlay(),
            "sshfs" => self.mount_sshfs()?,
            "smbnetfs" => self.mount_smbnetfs()?,
            kind => {
                run_tool(&["truncate", "-s", "400M", image_name])?;
                match kind {
                    "ntfs-3g" => {
                        run_tool(&["mkntfs", "-F", "-Q", "-q", image_name])?;
                        let options = "streams_interface=xattr,permissions,acl";
                        run_tool(&["ntfs-3g", "-o", options, image_name, disk_name])?;
                    }
                    "exfat-fuse" => {
                        run_tool(&["mkfs.exfat", image_name])?;
                        let device = attach(image_name)?;
                        self.device = Some(device.clone());
                        run_tool(&["mount.exfat-fuse", &device, disk_name])?;
                    }
                    kind => {
                        run_tool(&[&format!("mkfs.{kind}"), "-q", image_name])?;
                        run_tool(&["mount", "-o", "loop", image_name, disk_name])?;
                    }
                }
            }
        }
        self.mount_points.push(disk);
        Ok(())
    }

    /// Mounts an overlay, with a file in the lower layer that has two names.
    fn mount_overlay(&mut self) -> Result<(), String> {
        let layers = self.scratch.path("layers");
        fs::create_dir(&layers).unwrap();
        // The upper layer must not be an overlay itself.
        run_tool(&["mount", "-t", "tmpfs", "tmpfs", layers.to_str().unwrap()])?;
        self.mount_points.push(layers.clone());
        for layer in ["lower", "upper", "work"] {
            fs::create_dir(layers.join(layer)).unwrap();
        }
        fs::write(layers.join("lower/vm.vmx"), "a = \"1\"\nmemsize = \"1024\"\n").unwrap();
        fs::hard_link(layers.join("lower/vm.vmx"), layers.join("lower/other.vmx")).unwrap();
        let at = layers.display();
        let options = format!("lowerdir={at}/lower,upperdir={at}/upper,workdir={at}/work");
        let disk = self.scratch.path("disk");
        run_tool(&["mount", "-t", "overlay", "-o", &options, "overlay", disk.to_str().unwrap()])?;
        self.mount_points.push(disk);
        Ok(())
    }

    /// Mounts a folder through the server of OpenSSH, without a network in between.
    fn mount_sshfs(&self) -> Result<(), String> {
        const SERVER: &str = "/usr/lib/openssh/sftp-server";
        if !Path::new(SERVER).exists() {
            return Err(format!("{SERVER} (package openssh-sftp-server) is not installed"));
        }
        let server = self.on_server();
        fs::create_dir(&server).unwrap();
        let connect = self.scratch.write_script("connect", &format!("exec {SERVER}"));
        let (server, disk) = (format!("local:{}", server.display()), self.scratch.path("disk"));
        let options = format!("ssh_command={}", connect.display());
        run_tool(&["sshfs", "-o", &options, &server, disk.to_str().unwrap()])
    }

    /// Starts Samba on the loopback interface, and mounts its network.
    fn mount_smbnetfs(&mut self) -> Result<(), String> {
        const PORT: u16 = 445;
        if std::net::TcpStream::connect(("127.0.0.1", PORT)).is_ok() {
            return Err(format!("another server listens on port {PORT}"));
        }
        for folder in ["server", "samba", "home", "home/.smb"] {
            fs::create_dir(self.scratch.path(folder)).unwrap();
        }
        self.scratch.set_mode("server", 0o777);
        let (samba, server) = (self.scratch.path("samba"), self.on_server());
        let (samba, server) = (samba.display(), server.display());
        let settings = self.scratch.write(
            "smb.conf",
            format!(
                "[global]\nserver role = standalone server\nmap to guest = Bad User\nguest account = root\n\
                 interfaces = 127.0.0.1\nbind interfaces only = yes\nsmb ports = {PORT}\ndisable netbios = yes\n\
                 load printers = no\nprivate dir = {samba}\nstate directory = {samba}\ncache directory = {samba}\n\
                 lock directory = {samba}\npid directory = {samba}\nncalrpc dir = {samba}/ncalrpc\n\
                 log file = {samba}/log\n\
                 [share]\npath = {server}\nread only = no\nguest ok = yes\nforce user = root\n"
            ),
        );
        let (log, errors) = (self.scratch.path("samba.out"), self.scratch.path("samba.err"));
        let start = |program: &str, args: &[&str]| {
            isolated(program)
                .args(args)
                .env("HOME", self.scratch.path("home"))
                // At its end Samba sends a signal to its whole process group.
                .process_group(0)
                .stdin(Stdio::null())
                .stdout(fs::File::create(&log).unwrap())
                .stderr(fs::File::create(&errors).unwrap())
                .spawn()
                .map_err(|error| format!("{program}: {error}"))
        };
        let samba = start("smbd", &["-F", "--no-process-group", "-s", settings.to_str().unwrap()])?;
        self.servers.push(samba);
        wait_until(|| std::net::TcpStream::connect(("127.0.0.1", PORT)).is_ok());
        self.scratch.write("home/.smb/smb.conf", "[global]\nclient min protocol = SMB2\n");
        self.scratch.write("home/.smb/smbnetfs.auth", "auth root nothing\n");
        self.scratch.set_mode("home/.smb/smbnetfs.auth", 0o600);
        let settings = self.scratch.write(
            "home/.smb/smbnetfs.conf",
            "include \"smbnetfs.auth\"\nshow_$_shares true\nlocal_charset utf-8\n",
        );
        self.scratch.set_mode("home/.smb/smbnetfs.conf", 0o600);
        let (disk, settings) = (self.scratch.path("disk"), format!("config={}", settings.display()));
        let client = start("smbnetfs", &["-f", disk.to_str().unwrap(), "-o", &settings])?;
        self.servers.push(client);
        let folder = self.folder();
        if wait_until(|| fs::read_dir(&folder).is_ok()) {
            return Ok(());
        }
        let _ = run_tool(&["umount", "-l", disk.to_str().unwrap()]);
        Err(format!(
            "{} cannot be read: {}",
            folder.display(),
            String::from_utf8_lossy(&self.scratch.read("samba.err"))
        ))
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        for path in self.mount_points.drain(..).rev() {
            let is_unmounted = wait_until(|| run_tool(&["umount", path.to_str().unwrap()]).is_ok());
            if !is_unmounted {
                let _ = run_tool(&["umount", "-l", path.to_str().unwrap()]);
            }
        }
        for server in &mut self.servers {
            let process = Pid::from_child(server);
            let _ = kill_process(process, Signal::TERM);
            if !wait_until(|| matches!(server.try_wait(), Ok(Some(_)))) {
                let _ = server.kill();
                let _ = server.wait();
            }
        }
        if let Some(device) = &self.device {
            let _ = run_tool(&["losetup", "-d", device]);
        }
    }
}

/// Attaches an image to a loop device, and returns its path.
fn attach(image: &str) -> Result<String, String> {
    let output = isolated("losetup").args(["--find", "--show", image]).output();
    let output = output.map_err(|error| format!("losetup: {error}"))?;
    let device = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if device.is_empty() { Err(String::from_utf8_lossy(&output.stderr).into_owned()) } else { Ok(device) }
}

/// Waits for 5 seconds at most, and returns whether the condition holds.
fn wait_until(mut condition: impl FnMut() -> bool) -> bool {
    (0..50).any(|_| {
        let holds = condition();
        if !holds {
            std::thread::sleep(Duration::from_millis(100));
        }
        holds
    })
}
