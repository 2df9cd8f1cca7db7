//! Whether the arms of a case give the same answer. Main function: [`disagreements`].

use crate::model::{Failure, FailureKind};

/// Characters of an answer that a message shows.
const SHOWN: usize = 60;

/// Characters before the first difference that are shown with it.
const BEFORE: usize = 10;

/// The answer of one arm.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// The arm's number within its case.
    pub(super) arm: usize,
    /// Its id.
    pub(super) id: &'a str,
    /// Whether the other arms are compared with it.
    pub(super) is_reference: bool,
    /// The text of its answer.
    pub(super) answer: &'a str,
}

/// The arms whose answers differ from the reference's or, without one, from the first arm's.
pub(super) fn disagreements(given: &[Given<'_>]) -> Vec<(usize, Failure)> {
    let Some(right) = given.iter().find(|given| given.is_reference).or(given.first()) else {
        return Vec::new();
    };
    given
        .iter()
        .filter(|other| other.answer != right.answer)
        .map(|other| (other.arm, Failure::new(FailureKind::Answer, difference(other, right))))
        .collect()
}

fn difference(other: &Given<'_>, right: &Given<'_>) -> String {
    let equal = other.answer.chars().zip(right.answer.chars()).take_while(|(a, b)| a == b).count();
    let (ours, theirs) = (around(other.answer, equal), around(right.answer, equal));
    format!("it answers `{ours}` where {} answers `{theirs}`", right.id)
}

/// The part of `text` where character `at` is, on one line.
fn around(text: &str, at: usize) -> String {
    let skipped = if at > SHOWN / 2 { at - BEFORE } else { 0 };
    let mut rest = text.chars().skip(skipped);
    let shown: String = rest.by_ref().take(SHOWN).flat_map(one_line).collect();
    let before = if skipped > 0 { "…" } else { "" };
    let after = if rest.next().is_some() { "…" } else { "" };
    format!("{before}{shown}{after}")
}

fn one_line(c: char) -> Vec<char> {
    if c.is_control() { c.escape_default().collect() } else { vec![c] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given<'a>(arm: usize, id: &'a str, answer: &'a str) -> Given<'a> {
        Given { arm, id, is_reference: id == "reference", answer }
    }

    #[test]
    fn the_reference_is_right() {
        let wrong = disagreements(&[given(0, "a", "1"), given(1, "reference", "2"), given(2, "c", "2")]);
        let expected = Failure::new(FailureKind::Answer, "it answers `1` where reference answers `2`");
        assert_eq!(wrong, [(0, expected)]);
    }

    #[test]
    fn without_a_reference_the_first_arm_is_right() {
        let wrong = disagreements(&[given(1, "a", "1"), given(2, "b", "2"), given(4, "c", "3")]);
        assert_eq!(wrong.into_iter().map(|(arm, _)| arm).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(disagreements(&[]), []);
        assert_eq!(disagreements(&[given(0, "a", "1")]), []);
    }

    #[test]
    fn long_answers_are_shown_where_they_differ() {
        let ours = format!("{}X{}", "a".repeat(1000), "b".repeat(1000));
        let theirs = "a".repeat(1000);
        let text = difference(&given(1, "ours", &ours), &given(0, "theirs", &theirs));
        let shown = format!("…{}X{}…", "a".repeat(10), "b".repeat(49));
        assert_eq!(text, format!("it answers `{shown}` where theirs answers `…{}`", "a".repeat(10)));
    }

    #[test]
    fn answers_stay_on_one_line() {
        assert_eq!(around("a\nb", 0), "a\\nb");
    }
}
