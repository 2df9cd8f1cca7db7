//! Reports that were held against earlier results or merged.

use super::*;

/// A baseline of twelve days ago in hand, with every word for a change, and limits that hold, are missed or unknown.
pub(crate) fn compared() -> Report {
    let mut records = compared_group();
    records.extend(compared_others());
    let recorded_at = SystemTime::UNIX_EPOCH + STARTED - Duration::from_secs(12 * 86_400 + 5_000);
    Report {
        compared_with: Some(ComparedWith {
            origin: "baselines/linux-x86_64.json".to_owned(),
            arch: "linux-x86_64".to_owned(),
            recorded_at: Some(recorded_at),
            allowances: vec!["median:10%".to_owned(), "p99:2ms".to_owned()],
            gate: Gate::Confident,
        }),
        vanished: ["dropped", "old_name[rows=100]"]
            .map(|name| format!("example-encode::encode::{name}"))
            .to_vec(),
        verdict: Some(SuiteVerdict { grade: Grade::NeedsInvestigation, passed: 1, limited: 4 }),
        ..report(records)
    }
}

/// A group whose arms are compared by their ratios, and its reference by its median.
fn compared_group() -> Vec<Record> {
    let member = |name: &str, median: f64, rows: &str| {
        record(name, 1.0)
            .outcome(measured(median, 0.012))
            .group("encode")
            .param("rows", rows)
            .throughput(0.0, 16_384.0)
    };
    let ratio = |change, before, now| finding(Metric::Ratio, change, before, now);
    let at_most = check(Level::Critical, Metric::Ratio, Bound::AtMost, 1.2, "max_ratio = 1.2", 1.004);
    vec![
        member("serde_json", 12_345.678, "100").reference().since_last(0.012).finding(finding(
            Metric::Median,
            Change::Unchanged,
            12_320.0,
            12_345.678,
        )),
        member("my_adapter", 15_185.0, "100")
            .ratio(1.23, 0.02, Verdict::Slower)
            .since_last(0.241)
            .finding(ratio(Change::Regressed, 0.998, 1.23).fails())
            .check(Check {
                value: 1.23,
                interval: Some((1.21, 1.25)),
                met: Met::No,
                by: 0.025,
                ..at_most.clone()
            }),
        member("serde_json", 118_200.4, "1000").reference().since_last(-0.0004).finding(finding(
            Metric::Median,
            Change::Regressed,
            110_900.0,
            118_200.4,
        )),
        member("my_adapter", 118_671.0, "1000")
            .ratio(1.0042, 0.0031, Verdict::Same)
            .finding(Finding {
                interval: Some((-0.081, 0.132)),
                resolution: Some(0.141),
                ..ratio(Change::Inconclusive, 0.98, 1.0042)
            })
            .check(at_most),
        member("serde_json", 1_203_456.7, "10000").reference().finding(
            finding(Metric::Median, Change::NotComparable, 1_190_000.0, f64::NAN)
                .reason("the baseline is from another processor: Intel Xeon Platinum 8370C"),
        ),
        member("my_adapter", 601_700.0, "10000").ratio(0.4998, 0.0009, Verdict::Faster).finding(ratio(
            Change::Improved,
            0.75,
            0.4998,
        )),
    ]
}

/// Benchmarks without a group: another metric that fails, limits, a new one, and those without figures.
fn compared_others() -> Vec<Record> {
    let new = Finding { before: f64::NAN, by: f64::NAN, ..finding(Metric::Median, Change::New, 1.0, 640.0) };
    let p99 = Finding {
        interval: None,
        resolution: None,
        allowed: Some(Worsening::Amount(2e6)),
        ..finding(Metric::P99, Change::Regressed, 9.1e6, 12.3e6).fails()
    };
    let latency = check(Level::Critical, Metric::P99, Bound::AtMost, 1e7, "p99 <= 10ms", 12.3e6);
    let rate =
        check(Level::Target, Metric::Throughput, Bound::AtLeast, 1e4, "throughput >= 10K rows/s", 8_203.0);
    vec![
        record("insert", 5_200_000.0)
            .throughput(100.0, 0.0)
            .finding(finding(Metric::Median, Change::Unchanged, 5_180_000.0, 5_200_000.0))
            .finding(p99)
            .check(Check { met: Met::No, by: 0.23, ..latency.clone() })
            .check(Check { met: Met::No, by: 0.1797, interval: Some((8_120.0, 8_290.0)), ..rate }),
        Record { basis: on_postgres(), ..record("by_brand", 2_340_000.0) }.finding(
            finding(Metric::Median, Change::PlanChanged, 2_200_000.0, 2_340_000.0).reason(
                "the plan of `by_brand` was `Index Scan using product_brand on product`, and is `Seq Scan on product`",
            ),
        ),
        record("added<T>", 640.0).finding(Finding { interval: None, resolution: None, ..new }),
        record("hangs", 1.0)
            .failed(FailureKind::Timeout, "set-up took longer than 60 s, the timeout", "")
            .finding(Finding {
                interval: None,
                resolution: None,
                by: f64::NAN,
                ..finding(Metric::Median, Change::NotComparable, 900.0, f64::NAN).reason("it failed")
            })
            .check(Check { value: f64::NAN, met: Met::Unknown("it failed".to_owned()), ..latency }),
    ]
}

/// What a fixture has told of a server, and of a query.
fn on_postgres() -> Basis {
    let fact = |(name, fact): (&str, &str)| (format!("postgres.{name}"), fact.to_owned());
    let plan = QueryPlan {
        hash: "8c8b2e2c5c0f8a51".to_owned(),
        text: "Seq Scan on product\n  Filter: (brand = ?::text)".to_owned(),
    };
    Basis {
        facts: [("fsync", "off"), ("version", "17.2")].map(fact).into_iter().collect(),
        plans: [("by_brand".to_owned(), plan)].into_iter().collect(),
    }
}

/// Two runs put together.
pub(crate) fn merged() -> Report {
    let mut further = report(Vec::new()).run;
    further.suite = "example-sqlite::sqlite".to_owned();
    further.started_at += Duration::from_secs(3_600);
    further.elapsed = Duration::from_secs(75);
    further.environment.host.name = "build-8".to_owned();
    let mut other = record("rusqlite", 8_100.0).group("encode");
    other.id.package = "example-sqlite".to_owned();
    other.id.module = "sqlite".to_owned();
    let mut report = healthy();
    report.records.push(other);
    Report { merged: vec![further], ..report }
}
