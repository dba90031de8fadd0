//! The documentation, and the rules of the code.

mod architecture;
mod generated;
mod promises;
mod readme;
