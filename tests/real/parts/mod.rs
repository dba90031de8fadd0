//! Parts of a real machine that tests use.

pub(crate) mod ansible;
pub(crate) mod corpus;
pub(crate) mod shell;
pub(crate) mod sshd;
pub(crate) mod strace;
pub(crate) mod terminal;
pub(crate) mod tracer;
pub(crate) mod vmtools;
