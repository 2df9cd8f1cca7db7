//! Text from outside, made fit for a terminal: escaped, measured, shortened, wrapped.

use unicode_width::UnicodeWidthStr;

/// `text` on one line: what would move the cursor, hide or reorder characters is escaped.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if is_unsafe(c) { c.escape_default().to_string() } else { c.to_string() }).collect()
}

fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// How many columns of a terminal `text` takes.
pub(super) fn width(text: &str) -> usize {
    text.width()
}

/// The longest beginning of `text` that is at most `columns` wide.
pub(super) fn beginning(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += width(c.encode_utf8(&mut [0; 4]));
        used > columns
    });
    end.map_or(text, |(at, _)| &text[..at])
}

/// The longest end of `text` that is at most `columns` wide.
fn end(text: &str, columns: usize) -> &str {
    let mut used = 0;
    let start = text.char_indices().rev().find(|(_, c)| {
        used += width(c.encode_utf8(&mut [0; 4]));
        used > columns
    });
    start.map_or(text, |(at, c)| &text[at + c.len_utf8()..])
}

/// `text` with its middle replaced by `…` when it is wider than `columns`.
fn cut_middle(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let kept = columns.saturating_sub(1);
    format!("{}…{}", beginning(text, kept.div_ceil(2)), end(text, kept / 2))
}

/// A name and its parameters within `columns`: the name gives way first, the parameters when they alone are too wide.
pub(super) fn shorten(name: &str, params: &str, columns: usize) -> String {
    const LEAST_NAME: usize = 7;
    let left = columns.saturating_sub(width(params));
    if width(name) <= left || left >= LEAST_NAME {
        format!("{}{params}", cut_middle(name, left))
    } else {
        cut_middle(&format!("{name}{params}"), columns)
    }
}

/// Names and their parameters, each [shortened](shorten) to `columns`, or to as many more as it takes for those that differ
/// to stay different.
pub(super) fn shorten_all(labels: &[[String; 2]], columns: usize) -> Vec<String> {
    let whole: Vec<String> = labels.iter().map(|label| label.concat()).collect();
    let longest = whole.iter().map(|text| width(text)).max().unwrap_or(0);
    let shortened = |columns| -> Vec<String> {
        labels.iter().map(|[name, params]| shorten(name, params, columns)).collect()
    };
    let found = (columns..longest).map(shortened).find(|short| different(short) == different(&whole));
    found.unwrap_or(whole)
}

/// How many different texts there are.
fn different(texts: &[String]) -> usize {
    let is_first = |(at, text): &(usize, &String)| !texts[..*at].contains(text);
    texts.iter().enumerate().filter(is_first).count()
}

/// `line` in pieces at most `columns` wide, broken at spaces where there are any.
pub(super) fn wrap(line: &str, columns: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while width(rest) > columns {
        let (piece, after) = break_off(rest, columns);
        pieces.push(piece);
        rest = after;
    }
    pieces.push(rest);
    pieces
}

fn break_off(text: &str, columns: usize) -> (&str, &str) {
    let fitting = match beginning(text, columns) {
        "" => beginning(text, 2),
        some => some,
    };
    let after = &text[fitting.len()..];
    let indent = fitting.len() - fitting.trim_start().len();
    match fitting.rfind(' ').filter(|at| *at > indent) {
        _ if after.starts_with(' ') => (fitting, &after[1..]),
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (fitting, after),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_drive_a_terminal_is_escaped() {
        assert_eq!(clean("a\u{1b}[31mb\r\n\tc\u{202e}"), "a\\u{1b}[31mb\\r\\n\\tc\\u{202e}");
        assert_eq!(clean("µs – “ok” 日本"), "µs – “ok” 日本");
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(width("日本"), 4);
        assert_eq!(width("µs"), 2);
    }

    #[test]
    fn names_that_differ_stay_different_whatever_room_there_is() {
        let labels = ["encodes_rows_as_json_pretty", "encodes_rows_as_cbor_pretty"];
        let labels = labels.map(|name| [name.to_owned(), "[rows=100]".to_owned()]);
        assert_eq!(shorten_all(&labels[..1], 24), ["encodes…pretty[rows=100]"]);
        let both = shorten_all(&labels, 24);
        assert_ne!(both[0], both[1]);
        assert!(both.iter().all(|name| width(name) > 24 && name.ends_with("[rows=100]")), "{both:?}");
        assert_eq!(shorten_all(&labels, 80), labels.clone().map(|label| label.concat()));
        let alike = [labels[0].clone(), labels[0].clone()];
        assert!(shorten_all(&alike, 24).iter().all(|name| width(name) <= 24));
    }

    #[test]
    fn a_name_is_cut_in_the_middle_and_keeps_its_parameters() {
        assert_eq!(shorten("encode", "[n=1]", 20), "encode[n=1]");
        assert_eq!(shorten("a_very_long_benchmark_name", "[n=1]", 20), "a_very_…rk_name[n=1]");
    }

    #[test]
    fn parameters_wider_than_the_column_are_cut_too() {
        let short = shorten("encode", "[path=/a/rather/long/path/to/a/file]", 20);
        assert_eq!((width(&short), short.ends_with("file]")), (20, true));
    }

    #[test]
    fn wide_characters_are_never_cut_in_half() {
        assert!(width(&cut_middle("日本語日本語日本語", 8)) <= 8);
    }

    #[test]
    fn lines_break_at_spaces_and_keep_their_indentation() {
        assert_eq!(wrap("  one two three", 9), ["  one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
    }
}
