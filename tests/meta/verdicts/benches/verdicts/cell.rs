//! What is compared. Main type: [`Cell`].

use std::fmt::{self, Debug};

/// The slowdowns, in per cent; 0 compares a body with itself.
const PERCENT: [u64; 4] = [0, 2, 5, 10];

/// A unit of work, how often the reference repeats it, and how much more often the arm does.
#[derive(Clone, Copy)]
pub struct Cell<U> {
    pub unit: U,
    /// The reference's repetitions.
    pub times: u64,
    percent: u64,
}

impl<U> Cell<U> {
    /// The arm's repetitions.
    pub fn slowed(&self) -> u64 {
        self.times + self.times * self.percent / 100
    }

    /// Whether the arm is slower by its per cent exactly: 50 repetitions have no 5 %.
    fn is_exact(&self) -> bool {
        self.times * self.percent % 100 == 0
    }
}

impl<U: Debug> Debug for Cell<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}*{}+{}%", self.unit, self.times, self.percent)
    }
}

/// Every unit at each of these lengths: `alike` where the arms are alike, `apart` where one is slower, as far as that can
/// be exact.
pub fn cells<U: Copy>(units: &[U], alike: &[u64], apart: &[u64]) -> Vec<Cell<U>> {
    let lengths = |percent| if percent == 0 { alike } else { apart };
    let of = |percent| {
        units.iter().flat_map(move |unit| {
            lengths(percent).iter().map(move |times| Cell { unit: *unit, times: *times, percent })
        })
    };
    PERCENT.into_iter().flat_map(of).filter(Cell::is_exact).collect()
}
