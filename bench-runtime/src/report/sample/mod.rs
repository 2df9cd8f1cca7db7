//! Reports made by hand, for the tests of every format.

mod asynchronous;
mod compared;

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use crate::model::{
    Basis, BenchId, Blocking, Bound, Build, Calibration, Change, Check, Children, ComparedWith, Comparison,
    Confirmation, Depth, Environment, Failure, FailureKind, Finding, Gate, Gauge, Grade, Host, Knee, Latency,
    Level, Limit, Load, LoadDrift, LoadErrors, LoadFigure, LoadRatio, LoadSettings, Look, LoopIteration,
    LoopTrace, Met, Metric, Outcome, Param, Params, Per, PercentilesOf, Placement, PolledOn, QueryPlan, Rate,
    RateEnding, RateSearch, RateTry, Ratio, Record, Regime, Report, Revision, RunInfo, RunSummary, Scaling,
    Settings, SpreadFrom, Stop, SuiteVerdict, Tax, Throughput, TimeSummary, TrialSummary, Verdict, Warning,
    WarningKind, Worsening, plain,
};

pub(crate) use self::asynchronous::{loads, rates, traced};
pub(crate) use self::compared::{compared, merged};

/// 2026-03-14, 15:09:26.535 UTC.
const STARTED: Duration = Duration::from_millis(1_773_500_966_535);

/// A measured record without group and parameters, spread 1 % around `median` nanoseconds.
pub(crate) fn record(name: &str, median: f64) -> Record {
    let settings = Settings {
        min_rounds: 10,
        max_rounds: 400,
        min_time: Duration::from_millis(100),
        ..plain::settings()
    };
    let recorded_at = SystemTime::UNIX_EPOCH + STARTED + Duration::from_secs(3);
    Record { settings, ..plain::record(id(name), recorded_at, measured(median, 0.01)) }
}

fn id(name: &str) -> BenchId {
    plain::id("example-encode", "encode", name)
}

/// A measurement with the median in nanoseconds and the standard deviation as a share of it.
pub(crate) fn measured(median: f64, spread: f64) -> Outcome {
    let at = |sigmas: f64| median * (1.0 + sigmas * spread);
    let run = |core: u32| RunSummary {
        median,
        rounds: 10,
        look: Look::First,
        retry: 0,
        core: Some(core),
        involuntary_switches: 0,
        canary: None,
    };
    let time = TimeSummary {
        min: at(-2.5),
        max: at(6.0),
        mean: at(0.1),
        median,
        stddev: median * spread,
        mad: median * spread,
        p50: median,
        p90: at(1.3),
        p95: at(1.7),
        p99: at(2.4),
        p999: at(5.0),
        percentiles_of: PercentilesOf::SubSamples,
        outliers: 3,
        rounds: 40,
        runs: vec![run(0), run(1), run(1), run(0)],
    };
    let iterations = if median < 100_000.0 { 128 } else { 1 };
    let calibration =
        Calibration { regime: Regime::Short, iterations, iteration_ns: at(1.0), first_call_ns: at(40.0) };
    plain::measured(time, calibration)
}

fn in_lock_step(record: &mut Record) {
    if let Outcome::Measured(measurement) = &mut record.outcome {
        measurement.placement = Placement::LockStep;
        measurement.placement_reason =
            Some("the runtimes differ: one thread, \"2 worker threads\"".to_owned());
    }
}

impl Record {
    fn outcome(self, outcome: Outcome) -> Self {
        Self { outcome, ..self }
    }

    fn failed(self, kind: FailureKind, message: &str, stderr: &str) -> Self {
        self.outcome(Outcome::Failed(Failure { stderr: stderr.to_owned(), ..Failure::new(kind, message) }))
    }

    fn skipped(self, reason: &str) -> Self {
        self.outcome(Outcome::Skipped(reason.to_owned()))
    }

    fn group(self, group: &str) -> Self {
        Self { group: Some(group.to_owned()), ..self }
    }

    fn reference(self) -> Self {
        Self { is_reference: true, ..self }
    }

    fn param(mut self, name: &str, value: &str) -> Self {
        self.id.params.0.push(Param { name: name.to_owned(), value: value.to_owned() });
        self
    }

    fn ratio(self, value: f64, half_width: f64, verdict: Verdict) -> Self {
        let ratio = Ratio {
            reference: "example-encode::encode::serde_json".to_owned(),
            value,
            low: value - half_width,
            high: value + half_width,
            verdict,
            resolution: (half_width / value).max(0.01),
            runs: 4,
            spread: SpreadFrom::Runs,
            confirmation: match verdict {
                Verdict::Faster | Verdict::Slower => Confirmation::Confirmed,
                Verdict::Same | Verdict::Inconclusive => Confirmation::NotNeeded,
            },
        };
        let tax = match &self.outcome {
            Outcome::Measured(measurement) => {
                let beyond = |ratio: f64| measurement.time.median / value * (ratio - 1.0);
                Some(Tax { value: beyond(value), low: beyond(ratio.low), high: beyond(ratio.high) })
            }
            _ => None,
        };
        Self { comparison: Some(Comparison::Ratio(ratio)), tax, ..self }
    }

    fn not_comparable(self, reason: &str) -> Self {
        Self { comparison: Some(Comparison::NotComparable(reason.to_owned())), ..self }
    }

    fn warning(mut self, kind: WarningKind, message: &str) -> Self {
        self.warnings.push(Warning::new(kind, message));
        self
    }

    fn throughput(mut self, items: f64, bytes: f64) -> Self {
        if let Outcome::Measured(measurement) = &mut self.outcome {
            measurement.throughput = Throughput { items, bytes };
        }
        self
    }

    fn since_last(self, by: f64) -> Self {
        Self { since_last: Some(by), ..self }
    }

    fn finding(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }

    fn check(mut self, check: Check) -> Self {
        self.limits.push(check.limit.clone());
        self.checks.push(check);
        self
    }
}

impl Finding {
    fn reason(self, reason: &str) -> Self {
        Self { reason: Some(reason.to_owned()), ..self }
    }

    fn fails(self) -> Self {
        Self { fails: true, ..self }
    }
}

/// What was found of a metric that may be 10 % worse, with its interval 2 % to both sides.
fn finding(metric: Metric, change: Change, before: f64, now: f64) -> Finding {
    let by = now / before - 1.0;
    Finding {
        metric,
        change,
        before,
        now,
        by,
        interval: by.is_finite().then_some((by - 0.02, by + 0.02)),
        resolution: by.is_finite().then_some(0.034),
        allowed: Some(Worsening::Share(0.1)),
        fails: false,
        reason: None,
    }
}

/// A limit of a metric, and a figure that keeps to it.
fn check(level: Level, metric: Metric, bound: Bound, limit: f64, text: &str, value: f64) -> Check {
    let limit =
        Limit { level, metric, bound, value: limit, of_median: false, per: Per::Told, text: text.to_owned() };
    Check { limit, value, interval: None, met: Met::Yes, by: 0.0 }
}

/// A report of `records` that took 8.42 s on a machine that tells everything.
pub(crate) fn report(records: Vec<Record>) -> Report {
    let host = Host {
        name: "build-7".to_owned(),
        arch: "linux-x86_64".to_owned(),
        cpu: "AMD EPYC 7763 64-Core Processor".to_owned(),
        cores: 2,
        kernel: "6.8.0-45-generic".to_owned(),
        governor: Some("performance".to_owned()),
        turbo: Some(true),
        virtualised: Some(true),
    };
    let build = Build {
        rustc: "rustc 1.95.0 (59807616e 2026-04-14)".to_owned(),
        profile: "release".to_owned(),
        opt_level: "3".to_owned(),
        rustflags: "-C target-cpu=native".to_owned(),
    };
    let commit = "63cf814c2d41aa07be5c1f7d9b8f0a3e6d5c4b2a".to_owned();
    let revision = Revision { commit: Some(commit), dirty: Some(true) };
    let run = RunInfo {
        suite: "example-encode::encode".to_owned(),
        started_at: SystemTime::UNIX_EPOCH + STARTED,
        elapsed: Duration::from_millis(8_420),
        is_filtered: false,
        set_up: Vec::new(),
        seed: 0,
        depth: Depth::Default,
        params: BTreeMap::new(),
        environment: Environment { host, build, revision },
    };
    plain::report(run, records)
}

/// Nothing was selected, on a machine that tells nothing.
pub(crate) fn empty() -> Report {
    let mut report = report(Vec::new());
    report.run.environment =
        Environment { host: Host { cores: 1, ..Host::default() }, ..Environment::default() };
    report.run.elapsed = Duration::from_millis(3);
    report
}

/// Two arms, three values of one parameter, all measured.
pub(crate) fn healthy() -> Report {
    let reference = |rows: &str, median: f64, bytes: f64| {
        record("serde_json", 1.0)
            .outcome(measured(median, 0.008))
            .group("encode")
            .reference()
            .param("rows", rows)
            .throughput(0.0, bytes)
    };
    let arm = |rows: &str, median: f64, bytes: f64| {
        record("my_adapter", 1.0)
            .outcome(measured(median, 0.012))
            .group("encode")
            .param("rows", rows)
            .throughput(0.0, bytes)
    };
    let mut report = report(vec![
        reference("100", 12_345.678, 16_384.0),
        arm("100", 15_185.0, 16_384.0).ratio(1.23, 0.02, Verdict::Slower),
        reference("1000", 118_200.4, 163_840.0),
        arm("1000", 118_671.0, 163_840.0).ratio(1.0042, 0.0031, Verdict::Same),
        reference("10000", 1_203_456.7, 1_638_400.0),
        arm("10000", 601_700.0, 1_638_400.0).ratio(0.4998, 0.0009, Verdict::Faster),
    ]);
    report.scaling =
        vec![scaling("serde_json", "O(n)", None), scaling("my_adapter", "O(n log n)", Some("O(n)"))];
    report
}

/// How an arm of the healthy report grows.
fn scaling(name: &str, curve: &'static str, or: Option<&'static str>) -> Scaling {
    let (id, group) = (id(name), Some("encode".to_owned()));
    let (name, param) = (name.to_owned(), "rows".to_owned());
    Scaling { id, name, group, param, curve, or, coefficient: 120.0, error: 0.031 }
}

/// A group in which benchmarks come to bad ends, and one without a group.
pub(crate) fn failures() -> Report {
    let stderr = "thread 'main' (4242) panicked at benches/encode.rs:31:9:\n\
        called `Result::unwrap()` on an `Err` value: Error(\"EOF while parsing a string that is longer than a line of \
        this report and so continues on the next\", line: 1, column: 512)\n\
        note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace";
    let many: Vec<_> = (1..=20).map(|line| format!("line {line} \u{1b}[31mred")).collect();
    report(vec![
        record("serde_json", 12_345.0).group("encode").reference(),
        record("panics", 1.0).group("encode").failed(
            FailureKind::Panic,
            "called `Result::unwrap()`\non an Err",
            stderr,
        ),
        record("returns_error", 1.0).group("encode").param("rows", "10").failed(
            FailureKind::Error,
            "no route to host",
            "",
        ),
        record("overflows", 1.0).group("encode").failed(
            FailureKind::StackOverflow,
            "the worker ran out of stack",
            &many.join("\n"),
        ),
        record("my_adapter", 12_000.0).group("encode").ratio(0.97, 0.04, Verdict::Inconclusive),
        record("hangs", 1.0).failed(FailureKind::Timeout, "set-up took longer than 60 s, the timeout", ""),
    ])
}

/// Skips, footnotes that several benchmarks share, warnings of the whole run, and an early end.
pub(crate) fn warnings() -> Report {
    const NOT_PINNED: &str = "keeps 4 threads busy and was not pinned to a core; its figures vary more than those of \
        pinned benchmarks";
    let no_server = "no PostgreSQL: set ADAPTER_BENCH_POSTGRES_URL or start a container runtime";
    let busy = Warning::new(WarningKind::LoadedMachine, "load average is 3.1 on 2 cores: figures will vary");
    let records = vec![
        record("tokio_postgres", 1.0).group("insert").reference().skipped(no_server),
        record("sqlx", 1.0).group("insert").skipped(no_server),
        record("in_memory", 5_200.0)
            .group("insert")
            .not_comparable("the reference was not measured")
            .warning(WarningKind::NotPinned, NOT_PINNED),
        record("pool", 940.0)
            .group("scale")
            .warning(WarningKind::NotPinned, NOT_PINNED)
            .warning(WarningKind::SlowFirstCall, "the first call took 40 times as long as the median"),
        record("ignored", 1.0).group("scale").skipped("ignored: needs a GPU"),
    ];
    Report { warnings: vec![busy.clone(), busy], stopped: Some(Stop::Interrupt), ..report(records) }
}

/// Names and parameters that no column can hold.
pub(crate) fn wide_names() -> Report {
    let long = "encodes_a_batch_of_wide_rows_with_nested_lists_and_dictionaries_into_arrow_ipc_streams";
    let path = "/srv/data/warehouse/lineitem/part-00000-of-00128.snappy.parquet";
    report(vec![
        record(long, 1_500_000.0).group("a group of its own").reference().param("rows", "10000"),
        record(long, 1_600_000.0).group("a group of its own").param("path", path).ratio(
            1.067,
            0.01,
            Verdict::Slower,
        ),
        record("日本語の名前がとても長いベンチマークの名前です本当に長いですよ", 1_400_000.0)
            .group("a group of its own")
            .throughput(1e6, 0.0)
            .ratio(0.93, 0.02, Verdict::Inconclusive)
            .warning(WarningKind::ClockResolution, "the clock ticks every 41 ns"),
    ])
}

/// Figures from under a nanosecond to a minute and a half, in one table and in tables of their own.
pub(crate) fn ranges() -> Report {
    let noisy = |name: &str, median: f64, spread: f64| record(name, 1.0).outcome(measured(median, spread));
    report(vec![
        noisy("tiny", 0.3, 0.02).group("far apart").throughput(1.0, 0.0),
        noisy("huge", 90e9, 0.2).group("far apart").throughput(0.0, 5e12),
        noisy("quiet", 1_234.567_89, 0.000_04).group("spreads"),
        noisy("calm", 1_234.567_89, 0.003).group("spreads"),
        noisy("noisy", 1_234.567_89, 0.34).group("spreads"),
        noisy("wild", 1_234.567_89, 4.2).group("spreads"),
        noisy("single", 1_234.567_89, 0.0).group("spreads"),
        noisy("unknown", f64::NAN, 0.1).group("spreads"),
        noisy("reference", 150.0, 0.01).group("ratios").reference(),
        noisy("much_slower", 50_400.0, 0.01).group("ratios").ratio(336.2, 3.1, Verdict::Slower),
        noisy("much_faster", 0.44, 0.01).group("ratios").ratio(0.002_95, 0.000_04, Verdict::Faster),
        noisy("exact", 150.1, 0.01).group("ratios").ratio(1.000_62, 0.000_01, Verdict::Same),
        noisy("unsure", 160.0, 0.3).group("ratios").ratio(1.07, 0.6, Verdict::Inconclusive),
    ])
}

/// Benchmarks without groups, two of which have the same name.
pub(crate) fn no_groups() -> Report {
    let mut first = record("parse", 80.0).throughput(3.0, 0.0);
    first.id.module = "encode::header".to_owned();
    let mut second = record("parse", 95.0).throughput(7_000.0, 0.0);
    second.id.module = "encode::body".to_owned();
    report(vec![first, second, record("flush", 1_250.0)])
}

/// As under `cargo test`: passed, failed and ignored.
pub(crate) fn tested() -> Report {
    let mut report = report(vec![
        record("serde_json", 1.0).outcome(Outcome::Passed),
        record("my_adapter", 1.0).param("rows", "100").outcome(Outcome::Passed),
        record("panics", 1.0).failed(
            FailureKind::Panic,
            "index out of bounds",
            "thread 'main' panicked\n  at \u{7}x",
        ),
        record("with_server", 1.0).skipped("no PostgreSQL"),
    ]);
    report.run.elapsed = Duration::from_millis(120);
    report
}

/// Some of everything.
pub(crate) fn mixed() -> Report {
    let mut records = healthy().records;
    records.truncate(4);
    records[1].tags = vec!["slow".to_owned(), "ci".to_owned()];
    records[2..].iter_mut().for_each(in_lock_step);
    records.extend(failures().records.split_off(1));
    records.extend(warnings().records);
    records.extend(tested().records.into_iter().take(1));
    Report { records, ..warnings() }
}
