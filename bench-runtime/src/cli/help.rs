//! The texts of `--help` and `--version`, from the table of flags. Main function: [`help`].

use super::flags::{Flag, SECTIONS, Takes};

const USAGE: &str = "\
Usage: cargo bench [--bench NAME] -- [FLAG]... [FILTER]...

Measures the benchmarks of this program whose full name contains a FILTER, or all of them.
";

const NOTES: &str = "\
Every flag but those of the first part has a twin in the environment (--max-time: ADAPTER_BENCH_MAX_TIME) and, except
--group, --profile-time and --resume, a key in bench.toml (max_time). The command line goes before the environment, and
that before attributes, groups and bench.toml. `--FLAG=false` unsets a switch that another level sets.

Without --bench and --test, the program measures when started by hand, and runs each benchmark once when started by
cargo or nextest.
";

/// Columns that a line may fill.
const WIDTH: usize = 100;
/// The column at which explanations begin.
const INDENT: usize = 32;

/// What `--help` shows.
pub(crate) fn help() -> String {
    let sections = SECTIONS.iter().map(|section| {
        let flags: String = section.flags.iter().map(entry).collect();
        format!("\n{}:\n{flags}", section.title)
    });
    format!("{USAGE}{}\n{NOTES}", sections.collect::<String>())
}

/// What `--version` shows.
pub(crate) fn version() -> String {
    concat!("adapter-bench ", env!("CARGO_PKG_VERSION"), "\n").to_owned()
}

fn entry(flag: &Flag) -> String {
    let head = head(flag);
    let mut lines = wrapped(flag.help, WIDTH - INDENT).into_iter();
    let first = if head.len() < INDENT { lines.next().unwrap_or_default() } else { String::new() };
    let start = format!("{head:INDENT$}{first}").trim_end().to_owned() + "\n";
    lines.fold(start, |text, line| format!("{text}{:INDENT$}{line}\n", ""))
}

fn head(flag: &Flag) -> String {
    let short = flag.short.map_or("    ".to_owned(), |letter| format!("-{letter}, "));
    let value = match flag.takes {
        Takes::Switch => String::new(),
        Takes::One(shape) => format!(" {}", shape.name),
        Takes::Many(shape) => format!(" {}...", shape.name),
    };
    format!("  {short}--{}{value}", flag.long)
}

/// `text` in lines of at most `width` characters, unless a word is longer.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Run with `UPDATE_GOLDEN=1` to rewrite the file after a change of the flags.
    #[test]
    fn the_help_is_the_one_that_was_reviewed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/help.txt");
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, help()).unwrap();
        }
        assert_eq!(help(), std::fs::read_to_string(path).unwrap());
    }

    #[test]
    fn the_help_fits_the_width_and_leaves_no_line_end_blank() {
        for line in help().lines() {
            assert!(line.len() <= 120 && line.trim_end() == line, "{line}");
        }
    }
}
