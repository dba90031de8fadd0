//! The `check` command: its findings as text, JSON and SARIF, its exit codes, and fixes.

mod arguments;
mod fix;
mod json;
mod text;

const BAD: &str = "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = \"255\"\nnumvcpus = 2\n";

const GOOD: &str =
    "config.version = \"8\"\nvirtualHW.version = \"19\"\nguestOS = \"other\"\nmemsize = \"256\"\n";
