//! Times as they stand in result files.

use std::time::{Duration, SystemTime};

use crate::store::result::ResultError;

/// A moment in RFC 3339.
///
/// # Errors
///
/// When `text` is none.
pub(super) fn read(text: &str) -> Result<SystemTime, ResultError> {
    humantime::parse_rfc3339_weak(text).map_err(|_| {
        ResultError::Nonsense(format!("`{text}` is no moment such as `2026-03-14T15:09:26.535Z`"))
    })
}

/// A length of time.
pub(super) fn length(nanoseconds: u64) -> Duration {
    Duration::from_nanos(nanoseconds)
}
