//! The manual page about the format of presets, from the guide to writing them.

use super::document::Page;
use super::markdown;
use super::tables::{self, SECTION_OF_COMMANDS, SECTION_OF_FORMATS, Topic};
use crate::commands::{Command, Example};

/// The word for `vmxedit man`.
pub(super) const NAME: &str = "presets";
/// The name of the page.
pub(super) const PAGE: &str = "vmxedit-presets";

const GUIDE: &str = include_str!("../../../../../docs/writing-presets.md");
/// The commands that read presets.
const READERS: [&str; 4] = ["vmxedit", "vmxedit-apply", "vmxedit-diff", "vmxedit-preset"];

/// Returns the source of the page.
pub(super) fn render() -> String {
    let mut page = Page::new(PAGE, SECTION_OF_FORMATS, "The format of presets");
    page.section("DESCRIPTION");
    // The name of the page is its title.
    markdown::write(&mut page, GUIDE.split_once('\n').map_or("", |(_title, text)| text));
    page.list("ENVIRONMENT", tables::of_topic(tables::ENVIRONMENT, Topic::Presets));
    page.list("FILES", tables::of_topic(tables::FILES, Topic::Presets));
    let examples: &[Example] = Command::named("preset").map_or(&[], |command| command.examples);
    page.list("EXAMPLES", examples.iter().copied());
    page.see_also(&READERS.map(|name| (name.to_owned(), SECTION_OF_COMMANDS)));
    page.render()
}
