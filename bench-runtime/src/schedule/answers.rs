//! Whether the arms of a case give the same answer, and leave the same behind. Main function: [`disagreements`].

use crate::model::{Failure, FailureKind};

/// Characters of an answer that a message shows.
const SHOWN: usize = 60;

/// Characters before the first difference that are shown with it.
const BEFORE: usize = 10;

/// What has to be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// What a call returns.
    Answer,
    /// What calls leave behind.
    EndState,
}

/// What one arm gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct Given<'a> {
    /// The arm's number within its case.
    pub(super) arm: usize,
    /// Its id.
    pub(super) id: &'a str,
    /// Whether the other arms are compared with it.
    pub(super) is_reference: bool,
    /// Its text.
    pub(super) text: &'a str,
}

/// The arms whose texts differ from the reference's or, without one, from the first arm's.
pub(super) fn disagreements(given: &[Given<'_>], of: Of) -> Vec<(usize, Failure)> {
    let kind = match of {
        Of::Answer => FailureKind::Answer,
        Of::EndState => FailureKind::EndState,
    };
    let Some(right) = given.iter().find(|given| given.is_reference).or(given.first()) else {
        return Vec::new();
    };
    given
        .iter()
        .filter(|other| other.text != right.text)
        .map(|other| (other.arm, Failure::new(kind, difference(other, right, of))))
        .collect()
}

fn difference(other: &Given<'_>, right: &Given<'_>, of: Of) -> String {
    let equal = other.text.chars().zip(right.text.chars()).take_while(|(a, b)| a == b).count();
    let (ours, theirs, id) = (around(other.text, equal), around(right.text, equal), right.id);
    match of {
        Of::Answer => format!("it answers `{ours}` where {id} answers `{theirs}`"),
        Of::EndState => format!("it leaves `{ours}` behind where {id} leaves `{theirs}`"),
    }
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
        Given { arm, id, is_reference: id == "reference", text: answer }
    }

    fn disagreements(given: &[Given<'_>]) -> Vec<(usize, Failure)> {
        super::disagreements(given, Of::Answer)
    }

    #[test]
    fn what_is_left_behind_is_told_apart_from_what_is_answered() {
        let wrong =
            super::disagreements(&[given(0, "reference", "2 rows"), given(1, "b", "1 rows")], Of::EndState);
        let message = "it leaves `1 rows` behind where reference leaves `2 rows`";
        assert_eq!(wrong, [(1, Failure::new(FailureKind::EndState, message))]);
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
        let text = difference(&given(1, "ours", &ours), &given(0, "theirs", &theirs), Of::Answer);
        let shown = format!("…{}X{}…", "a".repeat(10), "b".repeat(49));
        assert_eq!(text, format!("it answers `{shown}` where theirs answers `…{}`", "a".repeat(10)));
    }

    #[test]
    fn answers_stay_on_one_line() {
        assert_eq!(around("a\nb", 0), "a\\nb");
    }
}
