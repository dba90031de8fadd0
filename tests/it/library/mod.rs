//! The public functions of the library.

mod catalog;
mod transaction;
