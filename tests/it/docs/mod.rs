//! The documentation, and the rules of the code.

mod architecture;
mod generated;
mod links;
mod promises;
mod readme;
