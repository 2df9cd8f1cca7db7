//! Baselines as they are read and written.
