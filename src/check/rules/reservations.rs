//! Rules for the memory that an ESXi host reserves for the VM, or withholds from it.

use crate::check::Severity;
use crate::check::context::{IndexedEntry, LintContext};
use crate::check::reporter::Reporter;

/// Returns the entry that makes ESXi reserve all of the memory, and what it is for.
fn needs_all_memory<'s, 'a>(context: &'s LintContext<'a>) -> Option<(&'s IndexedEntry<'a>, Need)> {
    let passed_through = context.present_devices("pciPassthru").next().and_then(|device| device.present());
    let latency = || {
        let entry = context.entry("sched.cpu.latencysensitivity");
        entry.filter(|entry| entry.value.eq_ignore_ascii_case("high"))
    };
    passed_through
        .map(|entry| (entry, Need::PassThrough))
        .or_else(|| latency().map(|entry| (entry, Need::LowLatency)))
}

/// Why ESXi needs a reservation of all of the memory.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// The device may write to any page of the guest.
    PassThrough,
    LowLatency,
}

impl Need {
    fn as_str(self) -> &'static str {
        match self {
            Self::PassThrough => "a passed-through device",
            Self::LowLatency => "high latency sensitivity",
        }
    }
}

pub(super) fn unreserved_memory(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let Some((_, memory)) = context.number("memsize") else { return };
    let Some((cause, need)) = needs_all_memory(context) else { return };
    let entry = ["sched.mem.min", "sched.mem.minsize"].iter().find_map(|name| context.entry(name));
    let reserved = match entry {
        Some(entry) => match entry.value.trim().parse::<u64>() {
            Ok(reserved) => reserved,
            Err(_) => return,
        },
        None => 0,
    };
    let is_pinned = context.is_true("sched.mem.pin");
    // sched.mem.pin alone makes vCenter reserve all of the memory.
    if reserved >= memory || (is_pinned && entry.is_none()) {
        return;
    }
    let need_text = need.as_str();
    let message = format!("{need_text} needs all {memory} MB of memory reserved, but {reserved} MB are");
    let finding = match entry {
        Some(entry) => reporter.at_value(entry, message),
        None => reporter.at_value(cause, message),
    };
    finding.help(format!("set sched.mem.min = \"{memory}\" and sched.mem.pin = \"TRUE\""));
    if need == Need::LowLatency || is_pinned {
        finding.capped_at(Severity::Warning);
    }
}

pub(super) fn memory_limit(context: &LintContext<'_>, reporter: &mut Reporter<'_>) {
    let (Some((_, memory)), Some((entry, limit))) =
        (context.number("memsize"), context.number("sched.mem.max"))
    else {
        return;
    };
    if limit >= memory {
        return;
    }
    let message = format!("the host gives the VM at most {limit} of its {memory} MB of memory");
    let finding = reporter.at_value(entry, message).help("set sched.mem.max = \"unlimited\"");
    if needs_all_memory(context).is_none() {
        finding.capped_at(Severity::Note);
    }
}
