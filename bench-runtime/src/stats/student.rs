//! Student's t and the normal distribution: [`student_quantile`], [`student_cdf`], [`normal_quantile`].

use std::f64::consts::{PI, TAU};

/// The iterations after which a continued fraction or a root search is given up; about ten are needed.
const MAX_ITERATIONS: usize = 500;

/// The quantile of Student's t: the `t` below which a share `p` of the distribution with `df` degrees of
/// freedom lies.
///
/// `None` unless 0 < `p` < 1 and `df` is finite and at least 1. The upper tail is solved for by Newton's
/// method on its logarithm over ln t: a curve that is concave, and straight in the far tail, so that every
/// start converges. Better than 1e-10 (relative) for `df` 1 to 1000 and `p` up to 0.9999.
pub(crate) fn student_quantile(p: f64, df: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0 && is_degrees_of_freedom(df)) {
        return None;
    }
    let tail = p.min(1.0 - p);
    if tail == 0.5 {
        return Some(0.0);
    }
    let start = (0.5 - tail) / student_density(0.0, df);
    Some(upper_root(tail, start, df).copysign(p - 0.5))
}

/// The `t` whose upper tail is `tail`, from a `start` between 0 and it.
fn upper_root(tail: f64, start: f64, df: f64) -> f64 {
    let mut t = start;
    for _ in 0..MAX_ITERATIONS {
        let upper = upper_tail(t, df);
        let step = upper * (upper / tail).ln() / (t * student_density(t, df));
        t *= step.exp();
        if step.abs() < 1e-14 {
            break;
        }
    }
    t
}

/// The share of Student's t with `df` degrees of freedom that lies below `t`; `None` if `t` is NaN, or if
/// `df` is not finite or less than 1.
pub(crate) fn student_cdf(t: f64, df: f64) -> Option<f64> {
    if t.is_nan() || !is_degrees_of_freedom(df) {
        return None;
    }
    Some(if t > 0.0 { 1.0 - upper_tail(t, df) } else { upper_tail(-t, df) })
}

fn is_degrees_of_freedom(df: f64) -> bool {
    df.is_finite() && df >= 1.0
}

/// The share beyond `t` ≥ 0: half of I(df / (df + t²); df/2, 1/2) (NIST Digital Library, 8.17; Abramowitz and
/// Stegun, 26.7.1).
fn upper_tail(t: f64, df: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    let outer = df / (df + t * t);
    let inner = t * t / (df + t * t);
    0.5 * regularised_beta(0.5 * df, 0.5, outer, if inner.is_nan() { 1.0 } else { inner })
}

/// The density of Student's t at `t`.
fn student_density(t: f64, df: f64) -> f64 {
    let scale = ln_gamma(0.5 * (df + 1.0)) - ln_gamma(0.5 * df) - 0.5 * (df * PI).ln();
    (scale - 0.5 * (df + 1.0) * (t * t / df).ln_1p()).exp()
}

/// The regularised incomplete beta function I(x; a, b), where `y` = 1 − x is given apart so that neither
/// loses digits.
fn regularised_beta(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * y.ln()).exp();
    if x < (a + 1.0) / (a + b + 2.0) {
        front * beta_fraction(a, b, x) / a
    } else {
        1.0 - front * beta_fraction(b, a, y) / b
    }
}

/// The continued fraction of the incomplete beta function (NIST Digital Library, 8.17.22), evaluated from the
/// front by the method of Lentz as modified by Thompson and Barnett, J. Comput. Phys. 64 (1986).
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut numerator = 1.0;
    let mut denominator = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = denominator;
    for step in 1..MAX_ITERATIONS {
        let m = step as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = value;
        for term in [even, odd] {
            denominator = 1.0 / away_from_zero(1.0 + term * denominator);
            numerator = away_from_zero(1.0 + term / numerator);
            value *= numerator * denominator;
        }
        if (value - before).abs() < 1e-16 * value.abs() {
            break;
        }
    }
    value
}

/// Keeps Lentz's method from dividing by zero.
fn away_from_zero(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

/// ln Γ(x) for x ≥ 1/2: Stirling's series (NIST Digital Library, 5.11.1) from 12 up, the recurrence below.
fn ln_gamma(x: f64) -> f64 {
    const SERIES: [f64; 6] =
        [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0];
    let mut product = 1.0;
    let mut z = x;
    while z < 12.0 {
        product *= z;
        z += 1.0;
    }
    let tail = polynomial(&SERIES, 1.0 / (z * z)) / z;
    (z - 0.5) * z.ln() - z + 0.5 * TAU.ln() + tail - product.ln()
}

/// The quantile of the standard normal distribution; `None` unless 0 < `p` < 1.
///
/// Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution", Applied Statistics 37
/// (1988), routine PPND16: about 1e-16, relative.
pub(crate) fn normal_quantile(p: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let from_middle = p - 0.5;
    if from_middle.abs() <= 0.425 {
        let r = 0.180_625 - from_middle * from_middle;
        return Some(from_middle * polynomial(&MIDDLE.0, r) / polynomial(&MIDDLE.1, r));
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let ((above, below), shift) = if r <= 5.0 { (&TAIL, 1.6) } else { (&FAR_TAIL, 5.0) };
    Some((polynomial(above, r - shift) / polynomial(below, r - shift)).copysign(from_middle))
}

/// Horner's scheme; `coefficients` from the constant up.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

/// The numerator and the denominator of one of the rational approximations of AS 241.
type Rational = ([f64; 8], [f64; 8]);

const MIDDLE: Rational = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);

const TAIL: Rational = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const FAR_TAIL: Rational = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_887_9,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_7e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::testing::{assert_close, figures, numbers};

    #[test]
    fn student_quantiles_agree_with_the_reference_figures() {
        for case in figures("student") {
            let df = numbers(&case["df"])[0];
            for (p, expected) in numbers(&case["p"]).into_iter().zip(numbers(&case["quantile"])) {
                assert_close(student_quantile(p, df).expect("in range"), expected, 1e-10);
                assert_close(student_quantile(1.0 - p, df).expect("in range"), -expected, 1e-10);
            }
            for (t, expected) in numbers(&case["t"]).into_iter().zip(numbers(&case["cdf"])) {
                assert_close(student_cdf(t, df).expect("in range"), expected, 1e-12);
            }
        }
    }

    #[test]
    fn normal_quantiles_agree_with_the_reference_figures() {
        for case in figures("normal") {
            for (p, expected) in numbers(&case["p"]).into_iter().zip(numbers(&case["quantile"])) {
                assert_close(normal_quantile(p).expect("in range"), expected, 1e-14);
            }
        }
    }

    #[test]
    fn the_quantile_is_the_inverse_of_the_distribution() {
        for df in [1.0, 1.5, 2.0, 3.7, 11.0, 250.0, 1e5] {
            for part in 1..1000 {
                let p = f64::from(part) / 1000.0;
                let t = student_quantile(p, df).expect("in range");
                assert_close(student_cdf(t, df).expect("in range"), p, 1e-11);
            }
        }
    }

    #[test]
    fn outside_their_domain_they_are_undefined() {
        for p in [0.0, 1.0, -0.5, 2.0, f64::NAN] {
            assert_eq!(student_quantile(p, 5.0), None);
            assert_eq!(normal_quantile(p), None);
        }
        for df in [0.0, 0.5, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(student_quantile(0.9, df), None);
            assert_eq!(student_cdf(1.0, df), None);
        }
        assert_eq!(student_cdf(f64::NAN, 3.0), None);
    }

    #[test]
    fn the_ends_and_the_middle_are_exact() {
        assert_eq!(student_quantile(0.5, 4.0), Some(0.0));
        assert_eq!(normal_quantile(0.5), Some(0.0));
        assert_eq!(student_cdf(0.0, 4.0), Some(0.5));
        assert_eq!(student_cdf(f64::INFINITY, 4.0), Some(1.0));
        assert_eq!(student_cdf(f64::NEG_INFINITY, 4.0), Some(0.0));
        assert_eq!(student_cdf(1e200, 4.0), Some(1.0));
    }
}
