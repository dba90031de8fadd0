//! Bindings to VMware's own parser and locks in `libvmtools.so.0`, from Debian's package `open-vm-tools`.
#![allow(unsafe_code, reason = "calling C")]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::sync::{Mutex, OnceLock};

use libloading::Library;

use crate::suite::skip;

/// A line as VMware parses it: its text, and the name and value if it is well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParsedLine {
    pub(crate) line: Vec<u8>,
    pub(crate) entry: Option<(Vec<u8>, Vec<u8>)>,
}

#[repr(C)]
struct DynBuf {
    data: *mut c_char,
    size: usize,
    allocated: usize,
}

type ReadLine =
    unsafe extern "C" fn(*mut libc::FILE, *mut *mut c_char, *mut *mut c_char, *mut *mut c_char) -> c_int;
type MarshalLine = unsafe extern "C" fn(*mut DynBuf, *const c_char, *const c_char) -> u8;

pub(crate) struct VmTools(Library);

/// Loads the library, or skips the test.
pub(crate) fn load() -> &'static VmTools {
    static LIBRARY: OnceLock<Result<VmTools, String>> = OnceLock::new();
    let name = std::env::var_os("VMTOOLS_SO").unwrap_or_else(|| "libvmtools.so.0".into());
    // SAFETY: loading runs the library's initializers, which only set up its own tables.
    let load = || unsafe { Library::new(name) }.map(VmTools).map_err(|error| error.to_string());
    let library = LIBRARY.get_or_init(load);
    library
        .as_ref()
        .unwrap_or_else(|error| skip(format!("VMware's library (package open-vm-tools): {error}")))
}

impl VmTools {
    /// Parses a file: calls `DictLL_ReadUTF8BOM`, then `DictLL_ReadLine` until the end.
    pub(crate) fn read(&self, bytes: &[u8]) -> (bool, Vec<ParsedLine>) {
        if bytes.is_empty() {
            return (false, Vec::new());
        }
        // SAFETY: the signatures are those of open-vm-tools' dictll.h; the stream lives until fclose and reads
        // `bytes`, which outlives it; what the library allocates is freed once.
        unsafe {
            let read_line: libloading::Symbol<'_, ReadLine> = self.0.get(b"DictLL_ReadLine").unwrap();
            let read_bom: libloading::Symbol<'_, unsafe extern "C" fn(*mut libc::FILE) -> u8> =
                self.0.get(b"DictLL_ReadUTF8BOM").unwrap();
            let stream =
                libc::fmemopen(bytes.as_ptr().cast::<c_void>().cast_mut(), bytes.len(), c"rb".as_ptr());
            assert!(!stream.is_null(), "fmemopen should succeed");
            let bom = read_bom(stream) != 0;
            let mut lines = Vec::new();
            loop {
                let (mut line, mut name, mut value) =
                    (std::ptr::null_mut(), std::ptr::null_mut(), std::ptr::null_mut());
                match read_line(stream, &raw mut line, &raw mut name, &raw mut value) {
                    1 => break,
                    2 => {
                        let entry = take_string(name).zip(take_string(value));
                        lines.push(ParsedLine { line: take_string(line).unwrap_or_default(), entry });
                    }
                    other => panic!("DictLL_ReadLine: {other}"),
                }
            }
            libc::fclose(stream);
            (bom, lines)
        }
    }

    /// Formats an entry: calls `DictLL_MarshalLine`.
    pub(crate) fn marshal(&self, name: &[u8], value: &[u8]) -> Vec<u8> {
        let (name, value) = (CString::new(name).unwrap(), CString::new(value).unwrap());
        // SAFETY: as above; the buffer is initialized and destroyed by the library.
        unsafe {
            let init: libloading::Symbol<'_, unsafe extern "C" fn(*mut DynBuf)> =
                self.0.get(b"DynBuf_Init").unwrap();
            let destroy: libloading::Symbol<'_, unsafe extern "C" fn(*mut DynBuf)> =
                self.0.get(b"DynBuf_Destroy").unwrap();
            let marshal: libloading::Symbol<'_, MarshalLine> = self.0.get(b"DictLL_MarshalLine").unwrap();
            let mut buffer = DynBuf { data: std::ptr::null_mut(), size: 0, allocated: 0 };
            init(&raw mut buffer);
            assert_ne!(marshal(&raw mut buffer, name.as_ptr(), value.as_ptr()), 0);
            let line = std::slice::from_raw_parts(buffer.data.cast::<u8>(), buffer.size).to_vec();
            destroy(&raw mut buffer);
            line
        }
    }

    /// Calls `FileLockGetMachineID`.
    pub(crate) fn machine_id(&self) -> String {
        // SAFETY: it has no parameters and returns a string that lives as long as the library.
        unsafe {
            let id: libloading::Symbol<'_, unsafe extern "C" fn() -> *const c_char> =
                self.0.get(b"FileLockGetMachineID").unwrap();
            CStr::from_ptr(id()).to_string_lossy().into_owned()
        }
    }

    /// Calls `FileLock_IsLocked`.
    pub(crate) fn is_locked(&self, path: &std::path::Path) -> bool {
        use std::os::unix::ffi::OsStrExt;
        let path = CString::new(path.as_os_str().as_bytes()).unwrap();
        // SAFETY: the signature is that of fileLock.h.
        unsafe {
            let is_locked: libloading::Symbol<
                '_,
                unsafe extern "C" fn(*const c_char, *mut c_int, *mut c_void) -> u8,
            > = self.0.get(b"FileLock_IsLocked").unwrap();
            let mut errno = 0;
            is_locked(path.as_ptr(), &raw mut errno, std::ptr::null_mut()) != 0
        }
    }

    /// Takes an exclusive lock without waiting, or returns `None`.
    pub(crate) fn lock(&self, path: &std::path::Path) -> Option<VmwareLock<'_>> {
        self.lock_with(path, LockKind::Exclusive, 0)
    }

    /// Calls `FileLock_Lock`, which waits for `wait` milliseconds at most.
    ///
    /// To create a directory, it clears the umask of the process and restores it. Two threads that do so at the same
    /// time may leave it cleared, so it is set again here, and calls that do not wait follow each other.
    pub(crate) fn lock_with(
        &self,
        path: &std::path::Path,
        kind: LockKind,
        wait: u32,
    ) -> Option<VmwareLock<'_>> {
        use std::os::unix::ffi::OsStrExt;
        type Lock = unsafe extern "C" fn(*const c_char, u8, u32, *mut c_int, *mut c_void) -> *mut c_void;
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let path = CString::new(path.as_os_str().as_bytes()).unwrap();
        let umask = initial_umask();
        let guard =
            (wait == 0).then(|| ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        // SAFETY: the signature is that of fileLock.h.
        let token = unsafe {
            let lock: libloading::Symbol<'_, Lock> = self.0.get(b"FileLock_Lock").unwrap();
            let mut errno = 0;
            lock(
                path.as_ptr(),
                u8::from(kind == LockKind::Shared),
                wait,
                &raw mut errno,
                std::ptr::null_mut(),
            )
        };
        // SAFETY: it has no preconditions.
        unsafe { libc::umask(umask) };
        drop(guard);
        (!token.is_null()).then(|| VmwareLock { library: self, token })
    }
}

/// Returns the umask with which this process started.
fn initial_umask() -> libc::mode_t {
    static UMASK: OnceLock<libc::mode_t> = OnceLock::new();
    *UMASK.get_or_init(|| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let umask = status.lines().find_map(|line| line.strip_prefix("Umask:")).expect("Linux 4.7 or later");
        libc::mode_t::from_str_radix(umask.trim(), 8).unwrap()
    })
}

/// The kind of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockKind {
    Exclusive,
    Shared,
}

/// A lock that VMware's code holds until this guard is dropped.
pub(crate) struct VmwareLock<'a> {
    library: &'a VmTools,
    token: *mut c_void,
}

impl Drop for VmwareLock<'_> {
    fn drop(&mut self) {
        type Unlock = unsafe extern "C" fn(*mut c_void, *mut c_int, *mut c_void) -> u8;
        // SAFETY: the token comes from the library and is released once.
        unsafe {
            let unlock: libloading::Symbol<'_, Unlock> = self.library.0.get(b"FileLock_Unlock").unwrap();
            let mut errno = 0;
            unlock(self.token, &raw mut errno, std::ptr::null_mut());
        }
    }
}

/// Copies the string at `pointer` and frees it.
unsafe fn take_string(pointer: *mut c_char) -> Option<Vec<u8>> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: the library returns NUL-terminated strings from malloc.
    unsafe {
        let text = CStr::from_ptr(pointer).to_bytes().to_vec();
        libc::free(pointer.cast());
        Some(text)
    }
}
