//! Reads the list of VMs that `vim-cmd vmsvc/getallvms` of an ESXi host prints.

use std::path::{Path, PathBuf};

use super::VmId;

/// Where ESXi has its datastores, by name and by id.
const VOLUMES: &str = "/vmfs/volumes";

/// Returns the id of the VM with this file in the list of `vim-cmd vmsvc/getallvms`:
///
/// ```text
/// Vmid    Name    File                       Guest OS          Version    Annotation
/// 12      web     [datastore1] web/web.vmx   debian10_64Guest  vmx-17     the web server
/// ```
///
/// Names and annotations may contain spaces, brackets and newlines, so that the start of a row is not always certain: a
/// line that begins with a number may be a row or a part of a name. Where more than one id is possible, this is an
/// error.
pub(super) fn vm_id(text: &str, vm: &VmId<'_>) -> Result<Option<String>, String> {
    let rows = rows_of(text).ok_or_else(|| unexpected(text))?;
    let mut candidates: Vec<&str> = Vec::new();
    let mut found: Vec<Vec<&str>> = Vec::new();
    for line in rows.lines() {
        if let Some((id, _)) = line.split_once(' ').filter(|(id, _)| is_number(id)) {
            candidates.push(id);
        }
        match Row::at_the_end_of(line, vm) {
            Some(Row::ThisVm) => found.push(std::mem::take(&mut candidates)),
            Some(Row::OtherVm) => candidates.clear(),
            None => {}
        }
    }
    match &found[..] {
        [] => Ok(None),
        [ids] if ids.len() == 1 => Ok(Some(ids[0].to_owned())),
        _ => Err("the list of VMs is ambiguous: a name or an annotation in it spans lines".to_owned()),
    }
}

/// Returns what follows the heading of the list. Before it, ESXi names VMs that it cannot list: `Skipping invalid VM '12'`.
fn rows_of(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        let (line, behind) = rest.split_once('\n')?;
        if line.starts_with("Vmid") {
            return Some(behind);
        }
        if !line.starts_with("Skipping invalid VM") {
            return None;
        }
        rest = behind;
    }
}

/// Returns the paths of all VMs in the list of `vim-cmd vmsvc/getallvms`, as the host names them, each once; and why a row
/// cannot be read, for each such row. Templates (`.vmtx`) and VMs that ESXi itself cannot read are left out.
///
/// # Errors
/// Why the text is not such a list.
pub(crate) fn registered_paths(text: &str) -> Result<(Vec<PathBuf>, Vec<String>), String> {
    let rows = rows_of(text).ok_or_else(|| unexpected(text))?;
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut unclear = Vec::new();
    let mut row: Option<&str> = None;
    let unreadable = |row: &str| {
        let shown: String = row.trim_end().chars().take(80).collect();
        format!("its row '{}' is not clear", shown.escape_debug())
    };
    for line in rows.lines() {
        // A name with a line feed makes a row of several lines. In an annotation, a line may begin with a number.
        if line.split_once("  ").is_some_and(|(id, _)| is_number(id)) {
            unclear.extend(row.replace(line).map(unreadable));
        }
        let mut files: Vec<(usize, PathBuf)> = files_in(line).collect();
        // Where a name looks like the beginning of a path, the last beginning is that of the path.
        files.reverse();
        files.dedup_by_key(|(end, _)| *end);
        match files.len() {
            0 if line.contains(".vmtx") => row = None,
            0 => {}
            1 => {
                row = None;
                paths.extend(files.pop().map(|(_, path)| path).filter(|path| !paths.contains(path)));
            }
            // A name or an annotation looks like a file as well.
            _ => unclear.push(unreadable(row.take().unwrap_or(line))),
        }
    }
    unclear.extend(row.map(unreadable));
    Ok((paths, unclear))
}

/// Returns what may be the file of a row, with the place of its end: `[datastore] path.vmx`, a guest and `vmx-NN`.
fn files_in(line: &str) -> impl Iterator<Item = (usize, PathBuf)> {
    line.match_indices('[').flat_map(move |(at, _)| {
        let (datastore, rest) = line[at + 1..].split_once("] ").unwrap_or_default();
        rest.match_indices(".vmx").filter_map(move |(end, extension)| {
            let (path, behind) = rest.split_at(end + extension.len());
            let end = line.len() - behind.len();
            let mut words = behind.split_ascii_whitespace();
            let has_guest =
                behind.starts_with(' ') && words.next().is_some_and(|word| word.contains("Guest"));
            let has_version = words.next().and_then(|word| word.strip_prefix("vmx-")).is_some_and(is_number);
            (has_guest && has_version).then(|| (end, Path::new(VOLUMES).join(datastore).join(path)))
        })
    })
}

/// Whose row of the list of VMs a line completes.
enum Row {
    ThisVm,
    OtherVm,
}

impl Row {
    /// Looks for `[datastore] path.vmx`, a guest and `vmx-NN` in `line`. `None` where it does not have them: the row
    /// continues on the next line.
    fn at_the_end_of(line: &str, vm: &VmId<'_>) -> Option<Self> {
        let mut row = None;
        for (_, file) in files_in(line) {
            if vm.is_at(&file) {
                return Some(Self::ThisVm);
            }
            row = Some(Self::OtherVm);
        }
        row
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the reason why a text is no answer of a tool.
pub(super) fn unexpected(text: &str) -> String {
    let first: String = text.lines().next().unwrap_or_default().chars().take(60).collect();
    format!("it printed something else: '{first}'")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::registered_paths;

    #[test]
    fn each_registered_file_is_listed_once_and_unclear_rows_are_reported() {
        let list = "Vmid  Name  File  Guest OS  Version  Annotation\n\
            1      web    [ds1] web/web.vmx   debian10_64Guest   vmx-17   the server\n\
            2 of them\n\
            3      [x] y  [ds1] a b/a.vmx   otherGuest   vmx-20\n\
            4      two\nlines  [ds1] two/two.vmx   otherGuest   vmx-20\n\
            5      web    [ds1] web/web.vmx   debian10_64Guest   vmx-17\n\
            6      t      [ds1] t/t.vmtx   otherGuest   vmx-20\n\
            7      [ds1] vm2/vm2.vmx xGuest vmx-1   [ds1] real/real.vmx   otherGuest   vmx-20\n\
            8      gone\n\
            9      x   [ds1] x/x.vmx   otherGuest   vmx-20   [ds1] y/y.vmx otherGuest vmx-20\n";
        let (paths, unclear) = registered_paths(list).expect("a list");
        let expected = ["web/web.vmx", "a b/a.vmx", "two/two.vmx"];
        let expected: Vec<_> =
            expected.iter().map(|path| Path::new("/vmfs/volumes/ds1").join(path)).collect();
        assert_eq!(paths, expected);
        assert_eq!(unclear.len(), 3, "{unclear:?}");
        for (row, id) in unclear.iter().zip(["'7 ", "'8 ", "'9 "]) {
            assert!(row.contains(id), "{row}");
        }
        assert!(registered_paths("nothing").is_err());
        let skipping = format!("Skipping invalid VM '11'\nSkipping invalid VM '12'\n{list}");
        assert_eq!(registered_paths(&skipping).expect("a list").0, expected);
    }
}
