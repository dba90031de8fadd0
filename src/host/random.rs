//! Random numbers that no other process can compute.

use std::io;

/// Returns random bytes of the operating system.
///
/// # Errors
/// The system's.
pub(crate) fn random<const LEN: usize>() -> io::Result<[u8; LEN]> {
    let mut bytes = [0; LEN];
    getrandom::fill(&mut bytes).map_err(io::Error::from)?;
    Ok(bytes)
}

/// Returns 16 random hexadecimal digits.
///
/// # Errors
/// The system's.
pub(crate) fn random_word() -> io::Result<String> {
    Ok(format!("{:016x}", u64::from_ne_bytes(random()?)))
}
