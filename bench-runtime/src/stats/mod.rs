//! Pure functions over finite samples: no input or output, no clock, no randomness, no slice reordered.
//!
//! From samples to a word: a turn's sub-samples become one figure ([`quantile`]), a run's turns one log ratio with its
//! standard error ([`paired`]), the runs an interval ([`interval`]), the interval a decision ([`decision`]). What is
//! undefined (no samples, a NaN, a time of zero) is `None` or an error value, never a panic and never a NaN.

#[cfg_attr(not(test), expect(dead_code, reason = "not all of it is reported yet"))]
pub(crate) mod decision;
#[cfg_attr(not(test), expect(dead_code, reason = "not all of it is reported yet"))]
pub(crate) mod interval;
#[cfg_attr(not(test), expect(dead_code, reason = "not all of it is reported yet"))]
pub(crate) mod paired;
#[cfg_attr(not(test), expect(dead_code, reason = "not all of it is reported yet"))]
pub(crate) mod quantile;
#[cfg_attr(not(test), expect(dead_code, reason = "not all of it is reported yet"))]
pub(crate) mod student;
#[cfg_attr(not(test), expect(dead_code, reason = "not all of it is reported yet"))]
pub(crate) mod summary;

#[cfg(test)]
mod testing;
