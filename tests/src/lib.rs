//! End-to-end tests of adapter-bench.
