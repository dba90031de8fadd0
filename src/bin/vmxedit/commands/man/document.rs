//! A manual page as a document of roff macros.

use roff::{Inline, Roff, bold, roman};

/// The date of the pages' text. Readers of pages expect one, and `mandoc` warns about a page without it.
const DATE: &str = "2026-11-26";
const PROGRAM: &str = concat!("vmxedit ", env!("CARGO_PKG_VERSION"));

/// A manual page that is being written.
pub(super) struct Page {
    roff: Roff,
    /// Whether the last line is a heading, which starts a paragraph by itself.
    is_after_heading: bool,
}

impl Page {
    /// Starts a page with its title and its name.
    pub(super) fn new(name: &str, section: &str, about: &str) -> Self {
        let mut roff = Roff::default();
        roff.control("TH", [&*name.to_uppercase(), section, DATE, PROGRAM, "vmxedit manual"]);
        // Neither hyphens in words nor gaps between them: options and names of pages stay whole.
        roff.control("nh", []);
        roff.control("ad", ["l"]);
        roff.control("SH", ["NAME"]);
        roff.text([roman(format!("{name} - {about}"))]);
        Self { roff, is_after_heading: false }
    }

    pub(super) fn section(&mut self, title: &str) {
        self.roff.control("SH", [title]);
        self.is_after_heading = true;
    }

    pub(super) fn subsection(&mut self, title: &str) {
        self.roff.control("SS", [title]);
        self.is_after_heading = true;
    }

    pub(super) fn paragraph(&mut self, text: impl Into<Vec<Inline>>) {
        self.start_paragraph();
        self.roff.text(text);
    }

    /// Writes a term and, indented, what it means.
    pub(super) fn item(&mut self, term: impl Into<Vec<Inline>>, meaning: impl Into<Vec<Inline>>) {
        self.control("TP", &[]);
        self.roff.text(term);
        self.roff.text(meaning);
    }

    pub(super) fn bullet(&mut self, text: impl Into<Vec<Inline>>) {
        self.control("IP", &["\\(bu", "2"]);
        self.roff.text(text);
    }

    /// Writes lines as they are, indented.
    pub(super) fn code(&mut self, lines: &[&str]) {
        self.start_paragraph();
        self.control("RS", &["4"]);
        self.control("nf", &[]);
        for line in lines {
            self.roff.text([roman(*line)]);
        }
        self.control("fi", &[]);
        self.control("RE", &[]);
    }

    /// Writes what `write` writes, indented below the last item.
    pub(super) fn indented(&mut self, write: impl FnOnce(&mut Self)) {
        self.control("RS", &[]);
        write(self);
        self.control("RE", &[]);
    }

    /// Writes a section with a list of terms and meanings, if there are any.
    pub(super) fn list<T: AsRef<str>, M: AsRef<str>>(
        &mut self,
        title: &str,
        rows: impl IntoIterator<Item = (T, M)>,
    ) {
        let mut rows = rows.into_iter().peekable();
        if rows.peek().is_some() {
            self.section(title);
        }
        for (term, meaning) in rows {
            self.item([bold(term.as_ref())], [roman(sentence(meaning.as_ref()))]);
        }
    }

    /// Writes the references to other pages, which are names with sections.
    pub(super) fn see_also(&mut self, pages: &[(String, &str)]) {
        let mut text = Vec::new();
        for (number, (name, section)) in pages.iter().enumerate() {
            let separator = if number + 1 < pages.len() { ", " } else { "" };
            text.extend(reference(name, section));
            text.push(roman(separator));
        }
        self.section("SEE ALSO");
        self.paragraph(text);
    }

    /// Returns the source of the page.
    pub(super) fn render(&self) -> String {
        // groff prints these characters as typographic ones unless they are named.
        self.roff.render().replace('~', "\\(ti").replace('^', "\\(ha").replace('`', "\\(ga")
    }

    fn start_paragraph(&mut self) {
        if !self.is_after_heading {
            self.control("PP", &[]);
        }
        self.is_after_heading = false;
    }

    fn control(&mut self, name: &str, arguments: &[&str]) {
        self.roff.control(name, arguments.iter().copied());
        self.is_after_heading = false;
    }
}

/// Returns a reference to a page, such as `vmxedit-get(1)`.
pub(super) fn reference(name: &str, section: &str) -> [Inline; 2] {
    [bold(name), roman(format!("({section})"))]
}

/// Returns the text with a period at its end.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}
