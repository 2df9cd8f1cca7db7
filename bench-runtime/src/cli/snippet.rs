//! A place in a text, shown with its line and a caret. Main type: [`Snippet`].

use std::fmt::{self, Display};
use std::ops::Range;

/// A part of one line of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    /// The line, from 1.
    pub(super) line: usize,
    /// The column in characters, from 1.
    pub(super) column: usize,
    text: String,
    carets: usize,
}

impl Snippet {
    /// The part of `source` at these bytes, cut at the end of its first line.
    pub(super) fn of(source: &str, bytes: Range<usize>) -> Self {
        let start = floor(source, bytes.start);
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
        let end = floor(source, bytes.end).clamp(start, line_end);
        let before = &source[line_start..start];
        Self {
            line: source[..start].matches('\n').count() + 1,
            column: before.chars().count() + 1,
            text: source[line_start..line_end].trim_end().replace('\t', " "),
            carets: source[start..end].chars().count().max(1),
        }
    }
}

/// The nearest character boundary at or before `at`.
fn floor(source: &str, at: usize) -> usize {
    let at = at.min(source.len());
    (0..=at).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
}

impl Display for Snippet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        writeln!(f, "{margin} |")?;
        writeln!(f, "{number} | {}", self.text)?;
        write!(f, "{margin} | {}{}", " ".repeat(self.column - 1), "^".repeat(self.carets))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_part() {
        let source = "a = 1\nname = \"ü\"\tx\nlast";
        let start = source.find('x').unwrap();
        let snippet = Snippet::of(source, start..start + 1);
        assert_eq!((snippet.line, snippet.column), (2, 12));
        assert_eq!(snippet.to_string(), "  |\n2 | name = \"ü\" x\n  |            ^");
        assert_eq!(Snippet::of(source, 4..5).to_string(), "  |\n1 | a = 1\n  |     ^");
    }

    #[test]
    fn a_part_over_several_lines_is_cut_and_places_outside_are_the_end() {
        assert_eq!(Snippet::of("ab\ncd", 1..5).carets, 1);
        let end = Snippet::of("ab\ncd", 99..120);
        assert_eq!((end.line, end.column, end.carets), (2, 3, 1));
        assert_eq!(Snippet::of("", 0..0).line, 1);
    }
}
