//! Reports of futures: traced, and under load.

use super::*;

/// A group of which some arms have futures that were traced.
pub(crate) fn traced() -> Report {
    let arm = |name: &str, median: f64| record(name, median).group("ping");
    let of = |trace: LoopTrace, record: Record| Record { event_loop: Some(Ok(trace)), ..record };
    let blocks = "`hashes` holds up the event loop: its longest poll took 12.3ms, and 20 polls in 20 operations took over \
        1ms each, in which nothing else on that thread runs: await something in between, or move the work to \
        `tokio::task::spawn_blocking`";
    let unknown = || Err("tokio tells it only where it is built with `--cfg tokio_unstable`".to_owned());
    let hashes = LoopTrace {
        operations: 20,
        polled_on: PolledOn::WorkerTask,
        polls_per_op: 12.25,
        polls_range: (11, 14),
        busy_ns: 12_500_000.0,
        longest_poll_ns: 12_345_678,
        blocking: Blocking { threshold_ns: 1_000_000, polls: 20, interruptions: 3 },
        loop_iteration: Err("the event loop never went to sleep while it was traced".to_owned()),
        children: Ok(Children {
            per_op: 3.0,
            polls_per_op: 9.0,
            busy_ns: 11e6,
            scheduled_ns: 2e3,
            most_alive: 3,
            outlived: 1,
        }),
        worker_busy_ratio: unknown(),
        ..trace()
    };
    report(vec![
        arm("plain", 2_100.0).reference(),
        of(trace(), arm("pooled", 30_500.0)).ratio(14.5, 0.2, Verdict::Slower),
        of(hashes, arm("hashes", 12.6e6))
            .ratio(6_000.0, 20.0, Verdict::Slower)
            .warning(WarningKind::BlockedLoop, blocks),
        Record {
            event_loop: Some(Err("it failed while it was traced (panic: no reply)".to_owned())),
            ..arm("flaky", 31_000.0)
        },
    ])
}

/// What the traced pass says of an operation that sends something and waits for the reply.
fn trace() -> LoopTrace {
    LoopTrace {
        operations: 8_000,
        polled_on: PolledOn::MainThread,
        polls_per_op: 2.0,
        polls_range: (2, 2),
        busy_ns: 4_210.0,
        wait_ns: 24_800.0,
        scheduled_ns: 712.0,
        longest_poll_ns: 98_100,
        blocking: Blocking { threshold_ns: 1_000_000, polls: 0, interruptions: 3 },
        loop_iteration: Ok(LoopIteration { mean_ns: 5_120.0, max_ns: 120_000, count: 16_000 }),
        tasks_alive: Ok(Gauge { mean: 1.0, max: 1 }),
        queue_depth: Ok(Gauge { mean: 0.0, max: 0 }),
        worker_busy_ratio: Ok(0.171),
        spawned_per_op: Err("tokio tells it only where it is built with `--cfg tokio_unstable`".to_owned()),
        children: Err("nothing was spawned through `adapter_bench::spawn`".to_owned()),
    }
}

/// A sweep of closed loads, an open load that fell short, and a sustained one.
pub(crate) fn loads() -> Report {
    let closed = |name: &str, concurrency: u32, throughput: f64, p50: f64| {
        let settings = LoadSettings { concurrency: Some(concurrency), ..LoadSettings::default() };
        under(record(name, 52_000.0), load(settings, throughput, p50))
    };
    let compared = |mut record: Record| {
        if let Some(Ok(load)) = &mut record.load {
            let ratio =
                |figure, value: f64| LoadRatio { figure, value, low: value * 0.97, high: value * 1.03 };
            load.ratios = vec![ratio(LoadFigure::Throughput, 0.81), ratio(LoadFigure::P99, 1.34)];
        }
        record
    };
    let rate = Rate::per_second(25_000.0);
    let open = LoadSettings { rate, ..LoadSettings::default() };
    let short = Load {
        due: 100_000,
        late: 4_000,
        dropped: 900,
        errors: LoadErrors { returned: 12, timed_out: 3, texts: vec!["connection reset".to_owned()] },
        lateness: Some(latency(90_000.0)),
        ..load(open, 24_100.0, 181_000.0)
    };
    let sustained = LoadSettings { sustain: Some(Duration::from_secs(30)), ..open };
    let windows: Vec<f64> = (0..20).map(|part| 25_000.0 - 60.0 * f64::from(part)).collect();
    let trial = TrialSummary { throughput: 24_430.0, latency: latency(181_000.0), windows };
    let long = Load {
        trials: vec![trial; 3],
        drift: Some(LoadDrift { share: -0.046, is_clear: true }),
        ..load(sustained, 24_430.0, 181_000.0)
    };
    let mut report = report(vec![
        closed("pooled", 1, 18_200.0, 52_000.0),
        compared(closed("unpooled", 1, 14_700.0, 66_000.0)),
        closed("pooled", 16, 61_000.0, 241_000.0),
        compared(closed("unpooled", 16, 49_000.0, 322_000.0)),
        under(record("with_a_name_that_is_longer_than_most_names", 52_000.0), short),
        under(record("for_long", 52_000.0), long),
    ]);
    for record in &mut report.records {
        record.group = Some("echo".to_owned());
    }
    let id = report.records[0].id.clone();
    report.knees = vec![Knee {
        id: BenchId { params: Params::default(), ..id },
        name: "pooled".to_owned(),
        group: Some("echo".to_owned()),
        concurrency: 16,
        throughput: 61_000.0,
        is_reached: true,
        crossing: 3.4,
    }];
    report
}

/// The highest rates of arms: one that is limited by its target, one by the generator, one that the budget cut short and one
/// that never held.
pub(crate) fn rates() -> Report {
    let tried = |rate: f64, ending, p99_ns| RateTry {
        rate,
        ending,
        length_ns: 900_000_000,
        p99_ns,
        lateness_p99_ns: p99_ns / 50.0,
        due: rate as u64,
        dropped: 0,
        errors: 0,
    };
    use RateEnding::{GeneratorLate, Held, Missed};
    let searched = |name: &str, tries: &[(f64, RateEnding, f64)]| {
        let rate = Rate::per_second(500.0);
        let settings = LoadSettings { rate, ..LoadSettings::default() };
        let mut record = under(record(name, 52_000.0), load(settings, 500.0, 61_000.0));
        let tries = tries.iter().map(|(rate, ending, p99)| tried(*rate, *ending, *p99)).collect();
        let targets = vec!["p99 <= 10ms".to_owned()];
        record.highest_rate = Some(Ok(RateSearch { targets, tries, cut_short: None }));
        record.group = Some("echo".to_owned());
        record
    };
    let missed = |rate, ending, p99| [(rate, ending, p99), (rate, ending, p99)];
    let mut records = vec![
        searched(
            "pooled",
            &[&[(500.0, Held, 2e6), (15_100.0, Held, 8.2e6)][..], &missed(15_800.0, Missed, 41e6)].concat(),
        ),
        searched(
            "in_memory",
            &[&[(500.0, Held, 1e5), (256_000.0, Held, 4e5)][..], &missed(512_000.0, GeneratorLate, 77e6)]
                .concat(),
        ),
        searched("unpooled", &[(500.0, Held, 3e6), (1_000.0, Held, 5e6)]),
        searched("overloaded", &[missed(500.0, Missed, 310e6), missed(55.6, Missed, 150e6)].concat()),
        searched("failing", &[]),
    ];
    if let Some(Ok(search)) = &mut records[2].highest_rate {
        search.cut_short = Some("the budget left no time for more trials".to_owned());
    }
    records[4].highest_rate =
        Some(Err("it failed while its highest rate was looked for, at 500 operations per second \
        (panic: no route to host)"
            .to_owned()));
    report(records)
}

fn under(mut record: Record, load: Load) -> Record {
    record.id.params = load.settings.params();
    record.settings.load = Some(load.settings);
    record.load = Some(Ok(load));
    record
}

fn load(settings: LoadSettings, throughput: f64, p50: f64) -> Load {
    Load {
        settings,
        throughput,
        throughput_interval: Some((throughput * 0.98, throughput * 1.02)),
        latency: latency(p50),
        due: (4.0 * throughput) as u64,
        completed: (4.0 * throughput) as u64,
        most_in_flight: 16,
        ..Load::default()
    }
}

fn latency(p50: f64) -> Latency {
    let [mean, p90, p95, p99, p999, max] = [1.1, 1.5, 1.9, 3.2, 9.6, 41.0].map(|factor| factor * p50);
    Latency { count: 100_000, mean, p50, p90, p95, p99, p999, max }
}
