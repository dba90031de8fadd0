//! Converts Markdown to the macros of a manual page, as far as the guide to presets uses it.

use std::iter::Peekable;
use std::str::Lines;

use roff::{Inline, bold, italic, roman};

use super::document::Page;

/// Writes Markdown: headings, paragraphs, bullets, code blocks, and tables of two columns, which become lists.
pub(super) fn write(page: &mut Page, markdown: &str) {
    let mut lines = markdown.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            page.subsection(title);
        } else if line.starts_with("```") {
            let code = following(&mut lines, |line| line != "```");
            // The end of the block.
            lines.next();
            page.code(&code);
        } else if line.starts_with('|') {
            // The first of the rows below the titles is the ruler.
            for row in following(&mut lines, |line| line.starts_with('|')).iter().skip(1) {
                let (term, meaning) = row.trim_matches(['|', ' ']).split_once(" | ").unwrap_or((row, ""));
                page.item(spans(term), spans(meaning));
            }
        } else if let Some(first) = line.strip_prefix("- ") {
            page.bullet(spans(&joined(first, &following(&mut lines, |line| line.starts_with("  ")))));
        } else if !line.is_empty() {
            page.paragraph(spans(&joined(line, &following(&mut lines, |line| !line.is_empty()))));
        }
    }
}

/// Takes the next lines while they belong to a block.
fn following<'t>(lines: &mut Peekable<Lines<'t>>, belongs: impl Fn(&str) -> bool) -> Vec<&'t str> {
    std::iter::from_fn(|| lines.next_if(|line| belongs(line))).collect()
}

fn joined(first: &str, others: &[&str]) -> String {
    let others = others.iter().map(|line| line.trim_start());
    std::iter::once(first).chain(others).collect::<Vec<_>>().join(" ")
}

/// Returns text with its fonts: code is bold, emphasis italic, and of a link the text remains.
fn spans(text: &str) -> Vec<Inline> {
    let mut spans = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if let Some((span, after)) = span(rest) {
            spans.extend([roman(std::mem::take(&mut plain)), span]);
            rest = after;
        } else {
            plain.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    spans.push(roman(plain));
    spans
}

/// Returns the span at the start of the text, and the text after it.
fn span(text: &str) -> Option<(Inline, &str)> {
    if let Some(code) = text.strip_prefix('`') {
        let (code, after) = code.split_once('`')?;
        Some((bold(code), after))
    } else if let Some(emphasis) = text.strip_prefix('*') {
        let (emphasis, after) = emphasis.split_once('*')?;
        Some((italic(emphasis), after))
    } else {
        let (link, after) = text.strip_prefix('[')?.split_once("](")?;
        let (_address, after) = after.split_once(')')?;
        Some((roman(link), after))
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::commands::man::document::Page;

    /// Returns the source of a page with this Markdown, after its name.
    fn converted(markdown: &str) -> String {
        let mut page = Page::new("x", "5", "test");
        page.section("S");
        write(&mut page, markdown);
        let source = page.render();
        source.split_once(".SH S\n").map(|(_, text)| text.to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_wrapped_paragraph_is_one_paragraph() {
        assert_eq!(converted("a\nb\n\nc\n"), "a b\n.PP\nc\n");
    }

    #[test]
    fn a_heading_is_a_subsection() {
        assert_eq!(converted("a\n\n## B\n\nc\n"), "a\n.SS B\nc\n");
    }

    #[test]
    fn code_is_bold_emphasis_is_italic_and_a_link_is_its_text() {
        assert_eq!(converted("`a*` is *b*, see [c](d.md)."), "\\fBa*\\fR is \\fIb\\fR, see c.\n");
    }

    #[test]
    fn an_unpaired_mark_is_text() {
        assert_eq!(converted("1 * 2, [x], `"), "1 * 2, [x], \\(ga\n");
    }

    #[test]
    fn a_table_is_a_list_of_terms() {
        assert_eq!(
            converted("| t | m |\n| --- | --- |\n| `a` | one |\n| b | two |\n"),
            ".TP\n\\fBa\\fR\none\n.TP\nb\ntwo\n"
        );
    }

    #[test]
    fn a_bullet_includes_its_indented_lines() {
        assert_eq!(converted("- a\n  b\n- c\n"), ".IP \\(bu 2\na b\n.IP \\(bu 2\nc\n");
    }

    #[test]
    fn a_code_block_keeps_its_lines() {
        assert_eq!(
            converted("a\n\n```toml\n# b\n\nc = `\n```\n"),
            "a\n.PP\n.RS 4\n.nf\n# b\n\nc = \\(ga\n.fi\n.RE\n"
        );
    }
}
