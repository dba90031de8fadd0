//! Names of files on other hosts: `ssh://user@host:port/path` and `user@host:/path`.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::host;

/// A host, as `ssh` names it.
///
/// ```
/// use vmxedit::remote::Address;
///
/// let address = Address::parse("ssh://root@esx1:2222/vm.vmx".as_ref())?.expect("another host");
/// assert_eq!((address.host.destination(), address.host.port()), ("root@esx1", Some(2222)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostName {
    /// `host` or `user@host`; `host` may be a name of the configuration of `ssh`.
    destination: String,
    port: Option<u16>,
}

/// A file or folder on another host.
///
/// ```
/// use std::path::Path;
/// use vmxedit::remote::Address;
///
/// let address = Address::parse("root@esx1:/vmfs/volumes/ds1/vm.vmx".as_ref())?.expect("another host");
/// assert_eq!(address.path, Path::new("/vmfs/volumes/ds1/vm.vmx"));
/// assert_eq!(Address::parse("vm.vmx".as_ref())?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The host.
    pub host: HostName,
    /// The path on the host, absolute, as far as the host knows.
    pub path: PathBuf,
    /// How the host was written, for messages: everything before the path.
    prefix: String,
}

/// Why a text is not the name of a file on another host, although it looks like one.
///
/// ```
/// use vmxedit::remote::{Address, AddressError};
///
/// let refused = Address::parse("ssh://root:secret@esx1/vm.vmx".as_ref());
/// assert_eq!(refused, Err(AddressError::Password));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// A part is missing.
    #[error("'{text}' has no {part}; write ssh://[USER@]HOST[:PORT]/PATH or [USER@]HOST:/PATH")]
    Missing {
        /// The text, with control characters escaped.
        text: String,
        /// What is missing.
        part: &'static str,
    },
    /// The host or the user begins with `-`, or has a character that no host name has.
    #[error("'{0}' is not the name of a host")]
    Host(String),
    /// A password is in the name. The text is not repeated.
    #[error("a password in the name of a file is not supported: ssh asks for it")]
    Password,
    /// It is a URL of another kind.
    #[error("'{0}://' is not supported; write ssh://[USER@]HOST[:PORT]/PATH or [USER@]HOST:/PATH")]
    Scheme(String),
    /// The port is not a number between 1 and 65535.
    #[error("'{0}' is not a port")]
    Port(String),
    /// The path has a `%` without two hexadecimal digits.
    #[error("'{0}' has a % without two hexadecimal digits; write %25 for %")]
    Encoding(String),
}

impl Address {
    /// Parses the name of a file. Returns `None` for that of a local file. In `ssh://` the path is decoded as in URLs
    /// (`%20`).
    ///
    /// A host of one letter is a drive of Windows. A local file whose name contains `:/` needs `./` in front.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &OsStr) -> Result<Option<Self>, AddressError> {
        let bytes = text.as_encoded_bytes();
        let scheme = text.to_str().and_then(|text| text.split_once("://")).map(|(scheme, _)| scheme);
        let scheme = scheme
            .filter(|scheme| scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if let Some(scheme) = scheme {
            if !scheme.eq_ignore_ascii_case("ssh") {
                return Err(AddressError::Scheme(scheme.to_owned()));
            }
            return Self::of_url(&bytes["ssh://".len()..], text).map(Some);
        }
        if let Some(rest) = bytes.strip_prefix(b"ssh://") {
            return Self::of_url(rest, text).map(Some);
        }
        let Some(at) = memchr::memmem::find(bytes, b":/") else { return Ok(None) };
        let (host, path) = (&bytes[..at], &bytes[at + 1..]);
        if host.contains(&b'/') || host.len() < 2 {
            return Ok(None);
        }
        let host = std::str::from_utf8(host).map_err(|_| AddressError::Host(shown(text)))?;
        let prefix = format!("{host}:");
        Ok(Some(Self { host: HostName::new(host, None)?, path: host::path_of_bytes(path), prefix }))
    }

    fn of_url(rest: &[u8], text: &OsStr) -> Result<Self, AddressError> {
        let missing = |part| AddressError::Missing { text: shown(text), part };
        let at = memchr::memchr(b'/', rest).ok_or_else(|| missing("path"))?;
        let (authority, path) = rest.split_at(at);
        let authority = std::str::from_utf8(authority).map_err(|_| AddressError::Host(shown(text)))?;
        if authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':')) {
            return Err(AddressError::Password);
        }
        let (host, port) = match authority.rsplit_once(':') {
            // An IPv6 address is in brackets.
            Some((host, port)) if !port.ends_with(']') => {
                let port = port.parse().ok().filter(|port| *port != 0);
                (host, Some(port.ok_or_else(|| AddressError::Port(shown(text)))?))
            }
            _ => (authority, None),
        };
        if host.is_empty() || host.ends_with('@') {
            return Err(missing("host"));
        }
        let path = decode(path).ok_or_else(|| AddressError::Encoding(shown(text)))?;
        let prefix = format!("ssh://{authority}");
        Ok(Self { host: HostName::new(host, port)?, path: host::path_of_bytes(&path), prefix })
    }

    /// Returns whether the path is `/`: all VMs that an ESXi host knows.
    pub fn is_whole_host(&self) -> bool {
        self.path.as_os_str() == "/" && self.prefix.starts_with("ssh://")
    }

    /// Returns the address of another path on the same host.
    #[must_use]
    pub fn with_path(&self, path: PathBuf) -> Self {
        Self { path, ..self.clone() }
    }

    /// Returns the address as a path, for messages: as it was written, with another path in it.
    pub fn shown(&self) -> PathBuf {
        let mut shown = OsString::from(&self.prefix);
        if self.prefix.starts_with("ssh://") {
            shown.push(encode(&self.path));
        } else {
            shown.push(&self.path);
        }
        shown.into()
    }
}

impl HostName {
    fn new(text: &str, port: Option<u16>) -> Result<Self, AddressError> {
        let refused = || AddressError::Host(text.escape_debug().to_string());
        let (user, host) = text.rsplit_once('@').map_or((None, text), |(user, host)| (Some(user), host));
        let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let is_plain = |part: &str| {
            let may_occur = |c: char| c.is_alphanumeric() || "-._:%+\\@".contains(c);
            !part.is_empty() && !part.starts_with('-') && part.chars().all(may_occur)
        };
        if user.is_some_and(|user| user.contains(':')) {
            return Err(AddressError::Password);
        }
        if !is_plain(host) || user.is_some_and(|user| !is_plain(user)) {
            return Err(refused());
        }
        let destination = user.map_or_else(|| host.to_owned(), |user| format!("{user}@{host}"));
        Ok(Self { destination, port })
    }

    /// Returns the destination: `host` or `user@host`.
    pub fn destination(&self) -> &str {
        &self.destination
    }

    /// Returns the port, where one was named.
    pub fn port(&self) -> Option<u16> {
        self.port
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (user, host) = match self.destination.rsplit_once('@') {
            Some((user, host)) => (format!("{user}@"), host),
            None => (String::new(), &*self.destination),
        };
        f.write_str(&user)?;
        // The port of an IPv6 address would look like a part of it.
        if host.contains(':') {
            write!(f, "[{host}]")?;
        } else {
            f.write_str(host)?;
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

fn shown(text: &OsStr) -> String {
    text.to_string_lossy().escape_debug().to_string()
}

/// Decodes `%XX`. Returns `None` if two hexadecimal digits are missing, or for a NUL.
fn decode(path: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            decoded.push(*first);
            continue;
        }
        let (digits, after) = rest.split_at_checked(2)?;
        let digits =
            std::str::from_utf8(digits).ok().filter(|text| text.chars().all(|c| c.is_ascii_hexdigit()))?;
        decoded.push(u8::from_str_radix(digits, 16).ok().filter(|byte| *byte != 0)?);
        rest = after;
    }
    Some(decoded)
}

/// Encodes what [`decode`] would read as something else, and what a URL does not contain.
fn encode(path: &Path) -> String {
    let mut encoded = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'%' | b' ' | b'?' | b'#' | 0..=0x1F | 0x7F.. => {
                let _ = write!(encoded, "%{byte:02X}");
            }
            byte => encoded.push(char::from(*byte)),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::path::Path;

    use super::{Address, AddressError};

    fn parse(text: &str) -> Result<Option<Address>, AddressError> {
        Address::parse(OsStr::new(text))
    }

    #[test]
    fn both_forms_name_host_and_path() {
        for (text, host, port, path) in [
            ("esx1:/vmfs/a b.vmx", "esx1", None, "/vmfs/a b.vmx"),
            ("root@esx1:/a%20b.vmx", "root@esx1", None, "/a%20b.vmx"),
            ("ssh://root@esx1/a%20b.vmx", "root@esx1", None, "/a b.vmx"),
            ("ssh://esx1:2222/a:/b.vmx", "esx1", Some(2222), "/a:/b.vmx"),
            ("ssh://root@[fe80::1]:22/a.vmx", "root@fe80::1", Some(22), "/a.vmx"),
            ("ssh://[::1]/a.vmx", "::1", None, "/a.vmx"),
            ("ssh://esx1/", "esx1", None, "/"),
        ] {
            let address = parse(text).expect(text).expect(text);
            assert_eq!((address.host.destination(), address.host.port()), (host, port), "{text}");
            assert_eq!(address.path, Path::new(path), "{text}");
            assert_eq!(address.shown(), Path::new(text), "{text}");
        }
    }

    #[test]
    fn the_port_of_an_ipv6_address_can_be_told_from_it() {
        for (text, shown) in [
            ("ssh://[::1]:22/x", "[::1]:22"),
            ("ssh://root@[fe80::1]:22/x", "root@[fe80::1]:22"),
            ("root@[fe80::1]:/x", "root@[fe80::1]"),
            ("ssh://a@b@esx1:2222/x", "a@b@esx1:2222"),
            ("esx1:/x", "esx1"),
        ] {
            assert_eq!(parse(text).expect(text).expect(text).host.to_string(), shown, "{text}");
        }
    }

    #[test]
    fn other_names_are_local() {
        for text in ["vm.vmx", "C:/vms/vm.vmx", "./a:/b.vmx", "/a:/b.vmx", "a:b.vmx", "-", "", "dir/x:/y"] {
            assert_eq!(parse(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn names_that_a_program_could_take_for_options_or_code_are_refused() {
        for text in [
            "-oProxyCommand=x:/a.vmx",
            "root@-x:/a.vmx",
            "-x@host:/a.vmx",
            "ssh://-x/a.vmx",
            "ssh://$(x)/a.vmx",
            "a b:/x.vmx",
            "a;b:/x.vmx",
            "`x`:/a.vmx",
        ] {
            assert!(matches!(parse(text), Err(AddressError::Host(_))), "{text}");
        }
        assert!(matches!(parse("ssh://host"), Err(AddressError::Missing { part: "path", .. })));
        assert!(matches!(parse("ssh:///a"), Err(AddressError::Missing { part: "host", .. })));
        for port in ["0", "65536", "x", "", "-1"] {
            assert!(matches!(parse(&format!("ssh://h:{port}/a")), Err(AddressError::Port(_))), "{port}");
        }
        for path in ["%", "%2", "%zz", "%00", "%+1"] {
            assert!(matches!(parse(&format!("ssh://h/{path}")), Err(AddressError::Encoding(_))), "{path}");
        }
    }
}
