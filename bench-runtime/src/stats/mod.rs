//! Pure functions over finite samples: no input or output, no clock, no randomness, no slice reordered.

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
