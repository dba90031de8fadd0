//! The JSON of `show`. The shape is stable; docs/schemas/show.schema.json describes it.

use std::path::Path;

use serde_json::{Value, json};
use vmxedit::document::Encryption;
use vmxedit::show::{
    Controller, Image, LeftOut, LeftOutReason, Machine, NetworkCard, Setting, Summary, Unit,
};
use vmxedit::vm::snapshots::Snapshots;

use super::Extra;

pub(super) fn vm(file: &Path, vm: &Summary, extras: &[Extra]) -> Value {
    let machine = vm.machine.as_ref();
    let mut document = json!({
        "file": file.to_string_lossy(),
        "name": vm.name,
        "annotation": vm.annotation,
        "guest": vm.guest.as_ref().map(|guest| json!({
            "id": guest.id,
            "name": guest.known.map(|known| known.label),
            "family": guest.known.map(|known| known.family.as_str()),
            "bits": guest.known.map(|known| known.bits),
        })),
        "hardware": {
            "version": vm.hardware.as_ref().and_then(Setting::value),
            "products": vm.known_hardware().map(|known| known.products.split(", ").collect::<Vec<_>>()),
        },
        "cpus": machine.map(|machine| json!({
            "count": machine.cpus.value(),
            "sockets": machine.sockets(),
            "cores_per_socket": machine.cores_per_socket.value(),
        })),
        "memory_mb": machine.and_then(|machine| machine.memory_mb.value()),
        "firmware": machine.map(|machine| json!({
            "type": machine.firmware.value(),
            "secure_boot": machine.secure_boot,
            "tpm": machine.tpm,
        })),
        "assumed": machine.map(assumed).unwrap_or_default(),
        "controllers": vm.controllers.iter().map(controller).collect::<Vec<_>>(),
        "floppies": vm.floppies.iter().map(unit).collect::<Vec<_>>(),
        "network_cards": vm.network_cards.iter().map(network_card).collect::<Vec<_>>(),
        "other_devices": vm.others.iter().map(|other| json!({
            "slot": other.slot, "words": other.label, "type": other.model, "file": other.file,
        })).collect::<Vec<_>>(),
        "left_out": vm.left_out.iter().map(left_out).collect::<Vec<_>>(),
        "snapshots": vm.snapshots.snapshots().map(snapshots),
        "encryption": match vm.encryption {
            Encryption::Full => "full",
            Encryption::Partial => "partial",
            _ => "none",
        },
        "state": vm.power.as_ref().map(|power| power.state.as_str()),
        "problems": problems(vm),
    });
    if !extras.is_empty() {
        document["with"] = extras.iter().map(|extra| (extra.key.clone(), json!(extra.value))).collect();
    }
    document
}

/// Returns the members whose value is VMware's default.
fn assumed(machine: &Machine) -> Vec<&'static str> {
    let members = [
        ("cpus.count", machine.cpus.is_default()),
        ("cpus.cores_per_socket", machine.cores_per_socket.is_default()),
        ("memory_mb", machine.memory_mb.is_default()),
        ("firmware.type", machine.firmware.is_default()),
    ];
    members.into_iter().filter(|(_, assumed)| *assumed).map(|(member, _)| member).collect()
}

fn controller(controller: &Controller) -> Value {
    json!({
        "slot": controller.slot,
        "words": controller.label,
        "type": controller.model,
        "devices": controller.units.iter().map(unit).collect::<Vec<_>>(),
    })
}

fn unit(unit: &Unit) -> Value {
    let image = unit.image.as_ref();
    json!({
        "slot": unit.slot,
        "kind": unit.kind.as_str(),
        "file": unit.file,
        "mode": unit.mode,
        "connected": unit.connected,
        "assumed": unit.is_default,
        "capacity_bytes": image.and_then(|image| image.capacity),
        "create_type": image.and_then(|image| image.create_type.as_ref()),
        "parents": image.map(parents).unwrap_or_default(),
        "problem": image.and_then(|image| image.problem.as_ref()),
    })
}

fn parents(image: &Image) -> Vec<Value> {
    let parents = image.parents.iter();
    parents.map(|parent| json!({ "file": parent.file, "create_type": parent.create_type })).collect()
}

fn network_card(card: &NetworkCard) -> Value {
    json!({
        "slot": card.slot,
        "type": card.model,
        "connection": card.connection,
        "network": card.network,
        "mac": card.mac,
        "mac_type": card.mac_type.value(),
        "connected": card.connected,
    })
}

fn left_out(device: &LeftOut) -> Value {
    let (why, controller) = match &device.reason {
        LeftOutReason::NoController(controller) => ("no_controller", Some(controller)),
        _ => ("no_slot", None),
    };
    json!({ "slot": device.slot, "why": why, "controller": controller })
}

fn snapshots(snapshots: &Snapshots) -> Value {
    let taken = |time: i64| jiff::Timestamp::from_microsecond(time).ok().map(|time| time.to_string());
    let list = snapshots.list.iter().map(|snapshot| {
        json!({
            "uid": snapshot.uid,
            "parent": snapshot.parent,
            "name": snapshot.name,
            "description": snapshot.description,
            "taken": snapshot.taken.and_then(taken),
            "file": snapshot.file,
            "disks": snapshot.disks,
        })
    });
    json!({ "current": snapshots.current, "list": list.collect::<Vec<_>>() })
}

fn problems(vm: &Summary) -> Vec<String> {
    let mut problems = vm.problems.clone();
    problems.extend(vm.snapshots.problem().map(str::to_owned));
    if let Some(machine) = &vm.machine {
        let numbers = [
            ("numvcpus", &machine.cpus),
            ("cpuid.coresPerSocket", &machine.cores_per_socket),
            ("memsize", &machine.memory_mb),
        ];
        for (key, setting) in numbers {
            if let Setting::Invalid(text) = setting {
                problems.push(format!("{key} is not a number: {text}"));
            }
        }
    }
    problems
}
