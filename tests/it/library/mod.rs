//! The public functions of the library.

mod transaction;
