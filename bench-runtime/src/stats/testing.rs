//! What the tests of this module share: the reference figures, a seeded generator, a tolerance.

use serde_json::Value;

use super::student::normal_quantile;

/// The cases that `reference/figures.py` computed under `name`.
pub(super) fn figures(name: &str) -> Vec<Value> {
    let all: Value =
        serde_json::from_str(include_str!("reference/figures.json")).expect("the figures are JSON");
    let cases = all[name].as_array().cloned().unwrap_or_default();
    assert!(!cases.is_empty(), "no reference figures for {name}");
    cases
}

/// The number, or the numbers of the array, at `value`.
pub(super) fn numbers(value: &Value) -> Vec<f64> {
    let one = |value: &Value| value.as_f64().expect("a number");
    value.as_array().map_or_else(|| vec![one(value)], |all| all.iter().map(one).collect())
}

/// Fails unless `actual` is within `tolerance` of `expected`: relative to it where it is beyond 1, absolute
/// below.
#[track_caller]
pub(super) fn assert_close(actual: f64, expected: f64, tolerance: f64) {
    let scale = expected.abs().max(1.0);
    assert!((actual - expected).abs() <= tolerance * scale, "{actual} is not {expected}, within {tolerance}");
}

/// A seeded generator (64-bit linear congruential, Knuth's MMIX constants), so that simulations repeat
/// exactly.
pub(super) struct Lcg(u64);

impl Lcg {
    /// A generator whose whole sequence follows from `seed`.
    pub(super) fn new(seed: u64) -> Self {
        let mut lcg = Self(seed);
        lcg.uniform();
        lcg
    }

    /// The next number of a uniform distribution over 0 .. 1, both ends excluded.
    pub(super) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
    }

    /// The next number of the standard normal distribution, by inversion.
    pub(super) fn normal(&mut self) -> f64 {
        let uniform = self.uniform();
        normal_quantile(uniform).expect("within 0 .. 1")
    }
}
