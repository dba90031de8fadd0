//! What the processes and the tools of a host say about its VMs.

use std::path::PathBuf;

use super::frame::Frame;
use super::replace::{message, reason};
use crate::host::tools::ToolName;
use crate::host::{self, Answers, Hidden, VmxProcess};

/// Returns the frames with the lists of the host's tools.
pub(super) fn tool_frames(frames: &[Frame]) -> Vec<&Frame> {
    // Each is followed by its exit status.
    let at = frames.iter().enumerate().filter(|(_, frame)| frame.words("tool").is_some()).map(|(at, _)| at);
    at.flat_map(|at| frames[at..].iter().take(2)).collect()
}

/// Collects what the processes and the tools of the host say.
pub(super) fn answers(frames: &[Frame], tools: &[&Frame]) -> Answers {
    let mut found = Vec::new();
    let mut hidden = Vec::new();
    let mut is_listed = true;
    for frame in frames {
        if frame.header == "hidden" {
            hidden.push(Hidden::OfOtherUsers);
        } else if let Some(words) = frame.header.strip_prefix("process ") {
            // A name may contain spaces. A process about which the host does not say enough may run any file.
            let mut words = words.splitn(4, ' ');
            let pid = words.next().and_then(|pid| pid.parse().ok()).unwrap_or_default();
            let form = words.next();
            let len = words.next().and_then(|len| len.parse().ok()).filter(|_| form == Some("plain"));
            let program = words.next().unwrap_or("vmware-vmx").to_owned();
            found.push((VmxProcess { pid, program }, len.and_then(|len| argument(&frame.body, len))));
        } else if frame.header == "unlisted" {
            is_listed = false;
        } else if frame.header == "commands" {
            found.extend(frame.body.split(|byte| *byte == b'\n').filter_map(command));
        }
    }
    let found =
        if is_listed { Ok(found) } else { Err("the processes of the host cannot be listed".to_owned()) };
    let mut answers = Answers::of_processes(found, hidden);
    for pair in tools.chunks(2) {
        let [tool, status] = pair else { continue };
        let printed = printed(tool, status);
        match tool.words("tool").as_deref() {
            Some(["vmrun", _]) => answers.add_list(ToolName::Vmrun, printed),
            Some(["esxcli", _]) => answers.add_list(ToolName::Esxcli, printed),
            Some(["vim-cmd", "vmsvc/getallvms"]) => answers.add_list(ToolName::VimCmd, printed),
            _ => {}
        }
    }
    for (at, frame) in frames.iter().enumerate() {
        let id = frame.words("state").and_then(|words| Some((*words.first()?).to_owned()));
        if let (Some(id), [tool, status, ..]) = (id, &frames[at + 1..]) {
            answers.add_power_state(id, printed(tool, status));
        }
    }
    answers
}

pub(super) fn printed(tool: &Frame, status: &Frame) -> Result<String, String> {
    match status.words("status").as_deref() {
        Some(["0"]) => Ok(String::from_utf8_lossy(&tool.body).into_owned()),
        Some(["124" | "143"]) => Err("it did not answer within 5 seconds".to_owned()),
        Some([code]) => {
            let why = reason(&message(&status.body));
            Err(format!("it failed: exit status: {code}{why}"))
        }
        _ => Err("it did not answer".to_owned()),
    }
}

/// Returns the last argument of a process, an absolute path. The first `len` bytes are its folder, the lines behind them its
/// arguments. `None` if there is none, or it is relative to a folder that is not known.
fn argument(lines: &[u8], len: usize) -> Option<PathBuf> {
    let (folder, arguments) = lines.split_at_checked(len)?;
    let mut arguments = arguments.strip_suffix(b"\n").unwrap_or(arguments).split(|byte| *byte == b'\n');
    arguments.next()?;
    let last = host::path_of_bytes(arguments.next_back().filter(|last| !last.is_empty())?);
    Some(host::path_of_bytes(folder).join(last)).filter(|path| path.is_absolute())
}

/// Parses a line of `ps`: the process id and the command line, which ends with the path of the VM.
fn command(line: &[u8]) -> Option<(VmxProcess, Option<PathBuf>)> {
    let line = line.trim_ascii();
    let (pid, command) = line.split_at(memchr::memchr(b' ', line)?);
    let pid = std::str::from_utf8(pid).ok()?.parse().ok()?;
    // Options come before the path, which may contain spaces.
    let path = memchr::memmem::rfind(command, b" /").map(|at| host::path_of_bytes(&command[at + 1..]));
    Some((VmxProcess { pid, program: "vmware-vmx".to_owned() }, path))
}

#[cfg(test)]
mod tests {
    use super::super::frame::Frame;
    use super::answers;

    #[test]
    fn a_process_whose_name_has_spaces_is_found() {
        let frame = |header: &str, body: &[u8]| Frame { header: header.to_owned(), body: body.to_vec() };
        let frames = [frame("process 7 plain 4 vmware-vmx x", b"/vmsvmware-vmx\n-s\na.vmx\n")];
        let text = format!("{:?}", answers(&frames, &[]));
        assert!(text.contains("vmware-vmx x") && text.contains("/vms/a.vmx"), "{text}");
        let text = format!("{:?}", answers(&[frame("unlisted", b"")], &[]));
        assert!(text.contains("cannot be listed"), "{text}");
    }
}
