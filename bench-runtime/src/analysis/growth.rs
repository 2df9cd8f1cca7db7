//! How benchmarks grow with a numeric parameter. Main function: [`scaling`].

use crate::model::{BenchId, Outcome, Record, Scaling};
use crate::stats::growth::Growth;

/// The cases of one function that differ in nothing but the size.
struct Cases<'a> {
    id: BenchId,
    param: String,
    first: &'a Record,
    /// Sizes and median times.
    points: Vec<(f64, f64)>,
}

/// The growth of every function that was measured for at least three sizes and follows a curve, in the order of the
/// records. A size is the only parameter of a case that is a number.
pub(crate) fn scaling(records: &[Record]) -> Vec<Scaling> {
    let mut all: Vec<Cases<'_>> = Vec::new();
    for record in records {
        let (Outcome::Measured(measurement), Some((id, param, size))) = (&record.outcome, sized(record))
        else {
            continue;
        };
        let point = (size, measurement.time.median);
        match all.iter_mut().find(|cases| cases.id == id && cases.param == param) {
            Some(cases) => cases.points.push(point),
            None => all.push(Cases { id, param, first: record, points: vec![point] }),
        }
    }
    all.into_iter().filter_map(fitted).collect()
}

fn fitted(cases: Cases<'_>) -> Option<Scaling> {
    let growth = Growth::of(&cases.points)?;
    let curve = growth.found()?;
    Some(Scaling {
        id: cases.id,
        name: cases.first.name.clone(),
        group: cases.first.group.clone(),
        param: cases.param,
        curve: curve.label(),
        or: (!growth.is_clear()).then(|| growth.second.curve.label()),
        coefficient: growth.best.coefficient,
        error: growth.best.error,
    })
}

/// The id without its size, the size's name, and the size; `None` without a number, or with several.
fn sized(record: &Record) -> Option<(BenchId, String, f64)> {
    let id = &record.id;
    // A load is no size: time is measured without it.
    if record.settings.load.is_some() {
        return None;
    }
    let number = |value: &str| value.parse::<f64>().ok().filter(|size| size.is_finite());
    let mut numbers =
        id.params.0.iter().enumerate().filter_map(|(at, param)| Some((at, number(&param.value)?)));
    let (at, size) = numbers.next()?;
    if numbers.next().is_some() {
        return None;
    }
    let mut id = id.clone();
    let param = id.params.0.remove(at);
    Some((id, param.name, size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::records;
    use crate::analysis::tests::{SETTING, measured};
    use crate::model::{Look, Param};
    use crate::schedule::fake;

    fn case(name: &str, params: &[(&str, &str)], median: f64) -> Record {
        let runs = vec![measured(&[(Look::First, vec![median])])];
        let mut record = records(&fake::case([fake::arm(name)]), runs, SETTING).remove(0);
        record.group = Some("g".to_owned());
        let param =
            |(name, value): &(&str, &str)| Param { name: (*name).to_owned(), value: (*value).to_owned() };
        record.id.params.0 = params.iter().map(param).collect();
        record
    }

    #[test]
    fn each_function_has_a_line_of_its_own() {
        let mut records = Vec::new();
        for (rows, n) in [("10", 10.0), ("100", 100.0), ("1000", 1_000.0)] {
            records.push(case("linear", &[("rows", rows)], 5.0 * n));
            records.push(case("square", &[("rows", rows)], 0.1 * n * n));
        }
        let found = scaling(&records);
        let told: Vec<_> = found.iter().map(|of| (of.name.as_str(), of.curve, of.or)).collect();
        assert_eq!(told, [("linear", "O(n)", None), ("square", "O(n²)", None)]);
        assert_eq!((found[0].param.as_str(), found[0].group.as_deref()), ("rows", Some("g")));
        assert!((found[0].coefficient - 5.0).abs() < 1e-9);
    }

    #[test]
    fn other_parameters_are_told_apart() {
        let of = |kind: &'static str, factor: f64| {
            [("8", 8.0), ("64", 64.0), ("512", 512.0)]
                .map(|(n, size)| case("f", &[("T", kind), ("n", n)], factor * size))
        };
        let found = scaling(&[of("u8", 1.0), of("u64", 3.0)].concat());
        let ids: Vec<String> = found.iter().map(|of| of.id.params.to_string()).collect();
        assert_eq!(ids, ["[T=u8]", "[T=u64]"]);
    }

    #[test]
    fn few_sizes_words_and_two_numbers_have_no_growth() {
        let two = [case("f", &[("n", "1")], 1.0), case("f", &[("n", "2")], 2.0)];
        let words = ["a", "b", "c"].map(|word| case("f", &[("n", word)], 1.0));
        let pairs = ["1", "2", "3"].map(|n| case("f", &[("n", n), ("m", n)], 1.0));
        let plain = [case("f", &[], 1.0)];
        for records in [&two[..], &words, &pairs, &plain] {
            assert_eq!(scaling(records), []);
        }
    }
}
