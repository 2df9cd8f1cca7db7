//! The texts of `--help` and `--version`, from the table of flags. Main function: [`help`].

use super::flags::{Flag, SECTIONS, Takes};

const USAGE: &str = "\
Usage: cargo bench [--bench NAME] -- [FLAG]... [FILTER]...

Measures the benchmarks of this program whose full name contains a FILTER, or all of them.
";

const NOTES: &str = "\
Durations have units (500ms, 1m30s); a bare number is seconds. Sizes are in bytes, KB, MB, GB
(powers of 1000), KiB, MiB, GiB (powers of 1024). A switch that is set elsewhere is unset by
--SWITCH=false.

Flags of the last four parts can be set elsewhere: in the environment (--max-time as
ADAPTER_BENCH_MAX_TIME), but for --profile-time, --save-baseline, --save, --load, --doctor and
--force; and in bench.toml (as max_time), but for those, --resume, --group, --data-dir, --baseline
and --compare. The command line goes before the environment, that before the attributes of
benchmarks, and those before bench.toml.

Without --bench and --test, benchmarks are measured when the program is started by hand, and run
once when cargo or nextest starts it.
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
        Takes::Optional(shape) => format!("[={}]", shape.name),
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

    /// Run with `ADAPTER_BENCH_GOLDEN=write` to rewrite the file after a change of the flags.
    #[test]
    fn the_help_is_the_one_that_was_reviewed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/cli/help.txt");
        if std::env::var_os("ADAPTER_BENCH_GOLDEN").is_some_and(|value| value == "write") {
            std::fs::write(path, help()).unwrap();
        }
        assert_eq!(help(), std::fs::read_to_string(path).unwrap());
    }

    #[test]
    fn the_help_fits_the_width_and_leaves_no_line_end_blank() {
        for line in help().lines() {
            assert!(line.len() <= WIDTH && line.trim_end() == line, "{line}");
        }
    }
}
