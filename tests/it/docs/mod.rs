//! The documentation, and the rules of the code.

mod architecture;
mod book;
mod counts;
mod examples;
mod generated;
mod installation;
mod links;
mod manual_pages;
mod pages;
mod promises;
mod readme;
mod recording;
mod schemas;
mod shell_blocks;
