//! The last words of a worker. Main type: [`Tail`].

use std::io::{self, Read, Write};
use std::process::ChildStderr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::secrets;

/// How much of the end is kept, in bytes.
const KEPT: usize = 16 * 1024;

/// How much of it is shown.
const LINES: usize = 20;
const LINE_CHARS: usize = 200;

/// What a worker that lives may still be about to write is waited for this long.
const SETTLING: Duration = Duration::from_millis(200);

/// After the worker's end, its last words are waited for this long: something it started and that went its own way may
/// hold the stream open.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// Follows a worker's standard error and keeps the end of it.
pub(super) struct Tail {
    shared: Arc<Shared>,
    shows: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    kept: Vec<u8>,
    is_at_end: bool,
}

impl Tail {
    /// Reads `stream` on a thread of its own; with `shows` it is also passed on as it comes.
    pub(super) fn follow(stream: ChildStderr, shows: bool) -> Self {
        let shared = Arc::new(Shared::default());
        let reader = Arc::clone(&shared);
        std::thread::spawn(move || reader.read_to_end(stream, shows));
        Self { shared, shows }
    }

    /// The last lines of a worker that lives. Control characters are escaped.
    pub(super) fn settled(&self) -> String {
        last_lines(&self.shared.at_end_within(SETTLING).kept)
    }

    /// The last lines of a worker that has ended. Control characters are escaped.
    pub(super) fn last_words(&self) -> String {
        last_lines(&self.shared.at_end_within(LAST_WORDS).kept)
    }

    /// Waits until all that the worker has written was passed on, if it is to be.
    pub(super) fn drain(&self) {
        if self.shows {
            drop(self.shared.at_end_within(LAST_WORDS));
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state once the stream is at its end, or as it is when that takes longer than `timeout`.
    fn at_end_within(&self, timeout: Duration) -> MutexGuard<'_, State> {
        let waited = self.changed.wait_timeout_while(self.lock(), timeout, |state| !state.is_at_end);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn read_to_end(&self, mut stream: ChildStderr, shows: bool) {
        let (mut buffer, mut shown) = ([0; 16 * 1024], Shown::default());
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            self.lock().keep(&buffer[..count]);
            if shows {
                shown.pass_on(&buffer[..count]);
            }
        }
        shown.end();
        self.lock().is_at_end = true;
        self.changed.notify_all();
    }
}

/// What is passed on: whole lines where there are secrets, which are concealed.
#[derive(Default)]
struct Shown {
    held_back: Vec<u8>,
}

impl Shown {
    fn pass_on(&mut self, bytes: &[u8]) {
        self.held_back.extend_from_slice(bytes);
        let is_end = |byte: &u8| *byte == b'\n';
        let lines = if secrets::are_none() || self.held_back.len() > KEPT {
            self.held_back.len()
        } else {
            self.held_back.iter().rposition(is_end).map_or(0, |end| end + 1)
        };
        let _ = io::stderr().write_all(&concealed(&self.held_back[..lines]));
        self.held_back.drain(..lines);
    }

    fn end(&mut self) {
        let _ = io::stderr().write_all(&concealed(&self.held_back));
    }
}

fn concealed(bytes: &[u8]) -> Vec<u8> {
    if secrets::are_none() {
        return bytes.to_vec();
    }
    secrets::conceal(&String::from_utf8_lossy(bytes)).into_owned().into_bytes()
}

impl State {
    fn keep(&mut self, bytes: &[u8]) {
        self.kept.extend_from_slice(bytes);
        let excess = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..excess);
    }
}

fn last_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = without_backtraces(&text).collect();
    let shown = &lines[lines.len().saturating_sub(LINES)..];
    shown.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n")
}

/// Backtraces are left out: most of their lines are those of the harness, and they would push out what was said before.
fn without_backtraces(text: &str) -> impl Iterator<Item = &str> {
    let mut within = false;
    text.lines().filter(move |line| {
        within |= *line == "stack backtrace:";
        let shown = !within;
        within &= !line.starts_with("note: Some details are omitted");
        shown
    })
}

fn printable(line: &str) -> String {
    let escaped =
        |c: char| if c.is_control() && c != '\t' { c.escape_default().to_string() } else { c.into() };
    line.chars().take(LINE_CHARS).map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped_and_lines_are_cut() {
        let long = "x".repeat(500);
        let text = last_lines(format!("\x1b[31mred\x07\n{long}\n").as_bytes());
        let (first, second) = text.split_once('\n').expect("two lines");
        assert_eq!(first, "\\u{1b}[31mred\\u{7}");
        assert_eq!(second.len(), LINE_CHARS);
    }

    #[test]
    fn backtraces_are_left_out() {
        let text = "before\nstack backtrace:\n  0: main\nnote: Some details are omitted, run\nafter";
        assert_eq!(last_lines(text.as_bytes()), "before\nafter");
    }

    #[test]
    fn only_the_end_is_kept() {
        let mut state = State::default();
        for n in 0..10_000 {
            state.keep(format!("line {n}\n").as_bytes());
        }
        assert!(state.kept.len() <= KEPT);
        let text = last_lines(&state.kept);
        assert_eq!(text.lines().count(), LINES);
        assert!(text.ends_with("line 9999"));
    }
}
