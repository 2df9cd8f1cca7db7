//! Texts with units: durations, sizes, shares, rates. Pure functions, no tokens.

/// The parts of a text that starts with a number: the number and what follows it, trimmed.
pub(crate) fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let digits = number.replace('_', "");
    let starts_with_digit = number.starts_with(|c: char| c.is_ascii_digit());
    let value: f64 = digits.parse().ok().filter(|_| starts_with_digit && !digits.ends_with('.'))?;
    Some((value, unit.trim_start()))
}

/// Nanoseconds per unit of time.
const TIMES: [(&str, f64); 7] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9)];

/// Reads a duration such as `30s`, `1.5ms` or `1m 30s`, in nanoseconds.
pub(crate) fn duration_ns(text: &str) -> Result<u64, String> {
    let mut rest = text.trim();
    let mut total = 0.0;
    while !rest.is_empty() {
        let (value, after) = number_and_unit(rest).ok_or_else(|| not_a_duration(text))?;
        let end = after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at(end);
        total += value * factor(&TIMES, unit).ok_or_else(|| not_a_duration(text))?;
        rest = next.trim_start();
    }
    match text.trim() {
        "" => Err(not_a_duration(text)),
        _ => whole(total).ok_or_else(|| format!("`{text}` is too long")),
    }
}

fn not_a_duration(text: &str) -> String {
    format!("`{text}` is not a duration: a number with `ns`, `us`, `ms`, `s`, `m` or `h`")
}

/// Bytes per unit of size.
const SIZES: [(&str, f64); 10] = [
    ("B", 1.0),
    ("kB", 1e3),
    ("KB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
];

/// Reads a size such as `10MB` or `64 KiB`, in bytes.
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let known = number_and_unit(text.trim()).and_then(|(value, unit)| Some(value * factor(&SIZES, unit)?));
    let value = known.ok_or_else(|| {
        format!("`{text}` is not a size: a number with `B`, `KB`, `MB`, `GB` or `KiB`, `MiB`, `GiB`")
    })?;
    whole(value).ok_or_else(|| format!("`{text}` is too large"))
}

/// Reads a share such as `1%` or `0.01`, from 0 to 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let value = match number_and_unit(text.trim()) {
        Some((value, "%")) => value / 100.0,
        Some((value, "")) => value,
        _ => return Err(format!("`{text}` is not a share: write `1%` or `0.01`")),
    };
    if value > 1.0 { Err(format!("`{text}` is more than 100 %")) } else { Ok(value) }
}

/// Multiples of a count.
const MULTIPLES: [(&str, f64); 5] = [("", 1.0), ("k", 1e3), ("K", 1e3), ("M", 1e6), ("G", 1e9)];

/// Whether `text` is a count such as `10`, `10K` or `2.5M`.
pub(crate) fn is_count(text: &str) -> bool {
    number_and_unit(text).is_some_and(|(_, unit)| factor(&MULTIPLES, unit).is_some())
}

/// Whether `text` is a rate such as `10K/s`, `100 MiB/s` or `5K rows/s`.
pub(crate) fn is_rate(text: &str) -> bool {
    let Some((_, unit)) = text.strip_suffix("/s").and_then(|amount| number_and_unit(amount.trim_end()))
    else {
        return false;
    };
    let is_multiple = |word: &str| factor(&MULTIPLES, word).is_some();
    match unit.split_once(' ') {
        Some((multiple, word)) => is_multiple(multiple) && is_thing(word.trim_start()),
        None => is_multiple(unit) || factor(&SIZES, unit).is_some() || is_thing(unit),
    }
}

/// Whether a word may stand for what is counted. What looks like a size or a multiple and is none is a slip (`Mb`,
/// `Krows`), not a thing.
fn is_thing(word: &str) -> bool {
    let is_word = !word.is_empty() && word.chars().all(|c| c.is_lowercase() || c == '_');
    is_word && SIZES.iter().all(|(size, _)| !size.eq_ignore_ascii_case(word))
}

fn factor(units: &[(&str, f64)], unit: &str) -> Option<f64> {
    units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor)
}

/// `value` without its fraction, where it fits.
fn whole(value: f64) -> Option<u64> {
    // 2^64 as a float; everything below it fits.
    (value < 18_446_744_073_709_551_616.0).then_some(value.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units() {
        assert_eq!(duration_ns("30s"), Ok(30_000_000_000));
        assert_eq!(duration_ns("500ms"), Ok(500_000_000));
        assert_eq!(duration_ns("2m"), Ok(120_000_000_000));
        assert_eq!(duration_ns("1.5us"), Ok(1_500));
        assert_eq!(duration_ns("1_000 µs"), Ok(1_000_000));
        assert_eq!(duration_ns("1m 30s"), Ok(90_000_000_000));
        assert_eq!(duration_ns("1h30m"), Ok(5_400_000_000_000));
        assert_eq!(duration_ns("0s"), Ok(0));
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        for text in ["", "30", "s", "-1s", "1 parsec", "1s2", "1..5s", "1.s", ".5s", "_1s", "1s,"] {
            assert!(duration_ns(text).is_err(), "{text}");
        }
        assert_eq!(duration_ns("999999999h"), Err("`999999999h` is too long".to_owned()));
    }

    #[test]
    fn sizes_are_decimal_or_binary() {
        assert_eq!(bytes("10MB"), Ok(10_000_000));
        assert_eq!(bytes("64KiB"), Ok(65_536));
        assert_eq!(bytes("64 kB"), Ok(64_000));
        assert_eq!(bytes("1.5GiB"), Ok(1_610_612_736));
        assert_eq!(bytes("0B"), Ok(0));
        for text in ["", "10", "MB", "10mb", "10Mb", "-1B", "1MB 2KB", "99999999TiB"] {
            assert!(bytes(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_are_parts_of_one() {
        assert_eq!(share("1%"), Ok(0.01));
        assert_eq!(share("0.01"), Ok(0.01));
        assert_eq!(share("100 %"), Ok(1.0));
        for text in ["", "%", "101%", "1.5", "-1%", "1 percent"] {
            assert!(share(text).is_err(), "{text}");
        }
    }

    #[test]
    fn rates_are_per_second() {
        for text in ["10K/s", "5000/s", "100 MiB/s", "100MiB/s", "5K rows/s", "5000 rows/s", "2.5M /s"] {
            assert!(is_rate(text), "{text}");
        }
        for text in
            ["10K", "/s", "K/s", "10K/m", "10X rows/s", "10K ro/ws/s", "10Mb/s", "10mb/s", "10Krows/s"]
        {
            assert!(!is_rate(text), "{text}");
        }
    }
}
