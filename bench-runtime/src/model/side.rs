//! Which of two programs a benchmark is run by. Main type: [`Side`].

/// Which of two programs a benchmark is run by, where another revision is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Side {
    /// The program that is measured.
    #[default]
    This,
    /// The one that it is compared with.
    Other,
}
