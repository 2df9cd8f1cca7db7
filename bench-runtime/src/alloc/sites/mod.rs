//! Which lines allocate. Main function: [`report`].

#[cfg_attr(not(feature = "memory"), expect(dead_code, reason = "there is no allocator to call it"))]
mod absent;

pub(super) use absent::*;
