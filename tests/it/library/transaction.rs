//! Safe edits with the library: `Vm`, `File` and the states of a transaction.

use std::fs;
use std::time::Duration;

use vmxedit::file::{self, SaveError};
use vmxedit::host::Host;
use vmxedit::transaction::{self, Options, Plan, PowerCheck, Source, Staged};
use vmxedit::{Document, Edit, Entry, Error, ErrorKind, File, Key, Vm};

use crate::harness::{Scratch, lock_member, start_time};

const VM: &str = "guestOS = \"darwin12-64\"\nmemsize = \"1024\"  # MB\r\n";

/// Locks `vm.vmx` for process 1, which lives as long as the test.
fn hold_lock(vm: &Scratch) {
    let holder = format!("1-{}(init)", start_time(1));
    vm.write("vm.vmx.lck/M12345.lck", lock_member(vmxedit::host::machine_id(), &holder));
}

fn is_blocked<T>(result: &Result<T, Error>) -> bool {
    matches!(result, Err(Error { kind: ErrorKind::Blocked(_), .. }))
}

fn set_memory(value: &str) -> impl Fn(&Document, &Source<'_>) -> Result<Plan, Error> + Sync {
    move |_, _| {
        let key = Key::parse("memsize").unwrap();
        Ok(Plan::of_edits(vec![Edit::Set { key, value: value.to_owned() }]))
    }
}

#[test]
fn a_vm_is_opened_edited_and_saved() {
    let vm = Scratch::with(VM);
    let committed = Vm::open(vm.path("vm.vmx"))
        .and_then(|vm| vm.set("MEMSIZE", "4096"))
        .and_then(|vm| vm.unset("guest*"))
        .and_then(Vm::save)
        .expect("the edit should succeed: the VM is off");
    assert_eq!(vm.read("vm.vmx"), b"memsize = \"4096\"  # MB\r\n");
    assert_eq!(committed.preview.changes.len(), 2);
    assert_eq!(vm.names(), ["vm.vmx"]);
}

#[test]
fn a_vm_whose_lock_is_held_is_not_opened() {
    let vm = Scratch::with(VM);
    hold_lock(&vm);
    assert!(is_blocked(&Vm::open(vm.path("vm.vmx"))));
    assert_eq!(vm.read("vm.vmx"), VM.as_bytes());
}

#[test]
fn a_suspended_vm_is_not_opened() {
    let vm = Scratch::with(VM);
    vm.write("vm.vmss", "");
    assert!(is_blocked(&Vm::open(vm.path("vm.vmx"))));
}

#[test]
fn an_open_vm_is_locked_until_it_is_dropped() {
    let vm = Scratch::with(VM);
    let open = Vm::open(vm.path("vm.vmx")).expect("the edit should succeed: the VM is off");
    assert!(vm.path("vm.vmx.lck").is_dir());
    drop(open);
    assert_eq!((vm.names(), vm.read("vm.vmx")), (vec!["vm.vmx".to_owned()], VM.as_bytes().to_vec()));
}

#[test]
fn an_edit_that_changes_nothing_does_not_write_the_file() {
    let vm = Scratch::with(VM);
    let modified = || fs::metadata(vm.path("vm.vmx")).and_then(|meta| meta.modified()).unwrap();
    let before = modified();
    let committed = Vm::open(vm.path("vm.vmx"))
        .and_then(|vm| vm.set("memsize", "1024"))
        .and_then(Vm::save)
        .expect("the edit should succeed: the VM is off");
    assert!(!committed.preview.is_changed() && committed.power.is_none());
    assert_eq!(modified(), before);
}

#[test]
fn the_old_file_is_kept_on_request() {
    let vm = Scratch::with(VM);
    let options = Options { backup: Some(".old".into()), ..Options::default() };
    let committed = Vm::open_with(vm.path("vm.vmx"), &options)
        .and_then(|vm| vm.set("memsize", "2048"))
        .and_then(Vm::save)
        .expect("the edit should succeed: the VM is off");
    assert_eq!(committed.backup, Some(vm.path("vm.vmx.old")));
    assert_eq!(vm.read("vm.vmx.old"), VM.as_bytes());
}

#[test]
fn a_file_that_belongs_to_a_vm_is_not_opened_without_the_power_check() {
    let vm = Scratch::with(VM);
    let error = File::open(vm.path("vm.vmx")).expect_err("the file belongs to a VM");
    assert!(matches!(error.kind, ErrorKind::BelongsToVm { .. }), "{error}");
}

#[test]
fn a_properties_file_is_edited_without_a_power_check() {
    let folder = Scratch::new();
    folder.write("web.properties", "port=80\n");
    let _ = File::open(folder.path("web.properties"))
        .and_then(|file| file.set("port", "81"))
        .and_then(File::save)
        .expect("the edit should succeed: the file does not belong to a VM");
    assert_eq!(folder.read("web.properties"), b"port=81\n");
}

#[test]
fn a_staged_edit_that_is_dropped_leaves_nothing_behind() {
    let vm = Scratch::with(VM);
    let (path, options) = (vm.path("vm.vmx"), Options::default());
    let staged = transaction::begin(&file::find(&path).unwrap(), &options, Duration::ZERO, &Host::default())
        .and_then(|locked| locked.stage(None, &set_memory("2048"), &Host::default()))
        .expect("the edit should succeed: the VM is off");
    assert!(vm.names().len() > 2, "the new file and the lock: {:?}", vm.names());
    drop(staged);
    assert_eq!((vm.names(), vm.read("vm.vmx")), (vec!["vm.vmx".to_owned()], VM.as_bytes().to_vec()));
}

#[test]
fn a_held_lock_is_overridden_and_left_in_place_on_request() {
    let vm = Scratch::with(VM);
    hold_lock(&vm);
    let options = Options { power: PowerCheck::Override, ..Options::default() };
    let committed = transaction::begin(
        &file::find(&vm.path("vm.vmx")).unwrap(),
        &options,
        Duration::ZERO,
        &Host::default(),
    )
    .and_then(|locked| locked.stage(None, &set_memory("2048"), &Host::default()))
    .and_then(Staged::commit)
    .expect("the lock should be overridden");
    assert!(committed.power.is_some_and(|power| power.state != vmxedit::PowerState::Off));
    assert_eq!(vm.names(), ["vm.vmx", "vm.vmx.lck"]);
}

#[test]
fn an_interrupted_edit_leaves_the_file_as_it_was() {
    let vm = Scratch::with(VM);
    let (path, options) = (vm.path("vm.vmx"), Options::default());
    let staged = transaction::begin(&file::find(&path).unwrap(), &options, Duration::ZERO, &Host::default())
        .and_then(|locked| locked.stage(None, &set_memory("2048"), &Host::default()))
        .expect("the edit should succeed: the VM is off");
    options.interrupt.store(true, std::sync::atomic::Ordering::Relaxed);
    let error = staged.commit().expect_err("the edit was interrupted");
    assert!(matches!(error.kind, ErrorKind::Interrupted), "{error}");
    assert_eq!((vm.names(), vm.read("vm.vmx")), (vec!["vm.vmx".to_owned()], VM.as_bytes().to_vec()));
}

#[test]
fn a_file_that_changed_since_it_was_staged_is_not_overwritten() {
    for how in ["rewritten", "replaced", "removed"] {
        let vm = Scratch::with(VM);
        let path = vm.path("vm.vmx");
        let options = Options { backup: Some(".bak".into()), ..Options::default() };
        let staged =
            transaction::begin(&file::find(&path).unwrap(), &options, Duration::ZERO, &Host::default())
                .and_then(|locked| locked.stage(None, &set_memory("2048"), &Host::default()))
                .expect("the edit should succeed: the VM is off");
        match how {
            "rewritten" => fs::write(&path, "a = \"7\"\n").unwrap(),
            "replaced" => {
                vm.write("other", VM);
                fs::rename(vm.path("other"), &path).unwrap();
            }
            _ => fs::remove_file(&path).unwrap(),
        }
        let left = fs::read(&path).unwrap_or_default();
        let error = staged.commit().expect_err("the file changed");
        assert!(matches!(error.kind, ErrorKind::Save(SaveError::Changed)), "{how}: {error}");
        assert_eq!(fs::read(&path).unwrap_or_default(), left, "{how}");
        assert!(vm.names().iter().all(|name| name == "vm.vmx"), "{how}: {:?}", vm.names());
    }
}

#[test]
fn a_preview_that_no_longer_holds_is_computed_again() {
    let vm = Scratch::with(VM);
    let (path, options) = (vm.path("vm.vmx"), Options::default());
    let planner = set_memory("2048");
    let preview = transaction::Preview::of_file(&path, &options, &planner).unwrap();
    fs::write(&path, "new = \"1\"\n").unwrap();
    let _ = transaction::begin(&file::find(&path).unwrap(), &options, Duration::ZERO, &Host::default())
        .and_then(|locked| locked.stage(Some(preview), &planner, &Host::default()))
        .and_then(Staged::commit)
        .expect("the edit should succeed: the VM is off");
    assert_eq!(vm.read("vm.vmx"), b"new = \"1\"\nmemsize = \"2048\"\n");
}

#[test]
fn public_types_are_send_and_sync() {
    fn assert_send_and_sync<T: Send + Sync>() {}
    assert_send_and_sync::<Document>();
    assert_send_and_sync::<Entry<'_>>();
    assert_send_and_sync::<Error>();
    assert_send_and_sync::<Vm>();
    assert_send_and_sync::<File>();
    assert_send_and_sync::<transaction::Locked>();
    assert_send_and_sync::<transaction::Staged>();
}
