//! Pure functions over finite samples: no input or output, no clock, no randomness, no slice reordered.
//!
//! From samples to a word: a turn's sub-samples become one figure ([`quantile`]), a run's turns one log ratio
//! with its standard error ([`paired`]), the runs an interval ([`combine`]; [`few`] for less than four), the
//! interval a word ([`decision`]). What was measured at different times is not paired, and has an interval of its own
//! ([`two_samples`]). Beside that line stand what reports say of samples ([`summary`], [`modality`]), of sizes
//! ([`growth`]), of rounds ([`drift`]), of live bytes ([`leak`]) and of what is rare ([`binomial`]); and a limit is searched for ([`highest`]). [`fnv1a`] tells texts apart. What is undefined (no samples, a NaN, a
//! time of zero) is `None` or an error value, never a panic and never a NaN.

pub(crate) mod binomial;
pub(crate) mod combine;
pub(crate) mod decision;
pub(crate) mod drift;
pub(crate) mod few;
pub(crate) mod growth;
mod hash;
pub(crate) mod highest;
pub(crate) mod interval;
#[cfg_attr(
    all(not(feature = "memory"), not(test)),
    expect(dead_code, reason = "nothing is measured that could leak")
)]
pub(crate) mod leak;
pub(crate) mod modality;
pub(crate) mod paired;
pub(crate) mod quantile;
#[cfg_attr(not(test), expect(dead_code, reason = "not all of it is reported yet"))]
pub(crate) mod student;
#[cfg_attr(not(test), expect(dead_code, reason = "not all of it is reported yet"))]
pub(crate) mod summary;
pub(crate) mod two_samples;

pub(crate) use self::hash::fnv1a;

#[cfg(test)]
mod testing;
