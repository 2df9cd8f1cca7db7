//! What becomes of a change when the machine has moved too.

use super::testing::{entry, record};
use super::{finding, findings};
use crate::model::{BaselineEntry, Canary, Change, Finding, Gate, Metric, Record, Throughput};

/// How runs lie around a figure, in units of their spread.
const AROUND: [f64; 8] = [0.0, 1.2, -1.2, 0.6, -0.6, 0.3, -0.3, 0.9];

/// The figures of runs: around 1, times a factor.
fn runs<const N: usize>(factor: f64, spread: f64) -> [f64; N] {
    std::array::from_fn(|at| factor * (1.0 + spread * AROUND[at % 8]))
}

/// A machine: the figures of its canaries, and how much they spread. The spread of one lies across that of the other.
#[derive(Clone, Copy)]
struct Machine {
    cpu: f64,
    memory: f64,
    spread: f64,
}

const STILL: Machine = Machine { cpu: 1.0, memory: 1.0, spread: 0.002 };

impl Machine {
    fn canaries<const N: usize>(self) -> [Canary; N] {
        let (cpu, memory) = (runs::<N>(2.2 * self.cpu, 0.002), runs::<N>(70.0 * self.memory, self.spread));
        std::array::from_fn(|at| Canary { cpu: cpu[at], memory: memory[N - 1 - at] })
    }
}

fn before(machine: Machine) -> BaselineEntry {
    BaselineEntry { canary: machine.canaries::<8>().to_vec(), ..entry(&runs::<8>(1_000.0, 0.003)) }
}

fn now(factor: f64, machine: Machine) -> Record {
    let mut record = record("a", 1.0).runs(&runs::<4>(1_000.0 * factor, 0.003));
    let canaries = machine.canaries::<4>();
    for (run, canary) in record.measurement().time.runs.iter_mut().zip(canaries) {
        run.canary = Some(canary);
    }
    record
}

/// A benchmark that takes `factor` times as long, on a machine that has become another.
fn found(factor: f64, machine: Machine) -> Finding {
    finding(Gate::Confident, &[], now(factor, machine), before(STILL))
}

fn reason(finding: &Finding) -> &str {
    finding.reason.as_deref().unwrap_or_default()
}

#[test]
fn code_that_got_slower_on_a_machine_that_stands_still_fails() {
    let found = found(1.15, STILL);
    assert_eq!((found.change, found.fails, found.reason.clone()), (Change::Regressed, true, None));
    let (low, high) = found.interval.expect("there is one");
    assert!(0.1 < low && low < 0.15 && 0.15 < high, "{found:?}");
}

#[test]
fn what_a_canary_shares_is_no_change_of_the_code() {
    for machine in [Machine { cpu: 1.15, ..STILL }, Machine { memory: 1.15, ..STILL }] {
        let found = found(1.15, machine);
        assert_eq!((found.change, found.fails), (Change::Inconclusive, false), "{found:?}");
        assert!(
            reason(&found).starts_with("the machine moved, and that may be all of it: its own"),
            "{found:?}"
        );
        assert!(reason(&found).contains("takes 15 % more time"), "{found:?}");
        let (low, high) = found.interval.expect("there is one");
        assert!(low < 0.0 && 0.15 < high, "{found:?}");
    }
}

#[test]
fn nor_is_it_one_where_code_is_hit_harder_than_the_canary() {
    assert_eq!(found(1.15, Machine { cpu: 1.09, ..STILL }).change, Change::Inconclusive);
    assert_eq!(found(0.85, Machine { cpu: 0.92, ..STILL }).change, Change::Inconclusive);
}

#[test]
fn a_canary_that_moves_the_other_way_explains_nothing() {
    assert!(found(1.15, Machine { cpu: 0.9, memory: 0.9, ..STILL }).fails);
    assert_eq!(found(0.85, Machine { cpu: 1.2, ..STILL }).change, Change::Improved);
}

#[test]
fn what_is_far_beyond_the_canary_still_fails_and_what_is_hardly_so_does_not() {
    let found = |factor| found(factor, Machine { cpu: 1.09, ..STILL });
    assert!(found(1.4).fails);
    let hardly =
        finding(Gate::Confident, &["median:25%"], now(1.3, Machine { cpu: 1.09, ..STILL }), before(STILL));
    assert_eq!((hardly.change, hardly.fails), (Change::Regressed, false), "{hardly:?}");
    assert!(reason(&hardly).ends_with("what is left of the change is allowed"), "{hardly:?}");
}

#[test]
fn a_restless_memory_is_no_excuse_for_code_that_does_not_follow_it() {
    let restless = Machine { memory: 1.5, spread: 0.3, ..STILL };
    let found = finding(Gate::Confident, &[], now(1.15, restless), before(restless));
    assert!(found.fails, "{found:?}");
}

#[test]
fn a_memory_that_nobody_can_tell_the_movement_of_leaves_a_restless_benchmark_open() {
    let restless = Machine { spread: 0.08, ..STILL };
    let mut record = now(1.15, restless);
    for (at, run) in record.measurement().time.runs.iter_mut().enumerate() {
        run.median = 1_150.0 * (1.0 + 0.02 * AROUND[at]);
    }
    let earlier = BaselineEntry { runs: runs::<8>(1_000.0, 0.02).to_vec(), ..before(restless) };
    let found = finding(Gate::Confident, &[], record, earlier);
    assert_eq!((found.change, found.fails), (Change::Inconclusive, false), "{found:?}");
    assert!(reason(&found).starts_with("the machine may have moved as far"), "{found:?}");
}

#[test]
fn without_canaries_on_both_sides_nothing_is_known_of_the_machine() {
    let plain = |factor| record("a", 1.0).runs(&runs::<4>(1_000.0 * factor, 0.003));
    assert!(finding(Gate::Confident, &[], plain(1.15), before(STILL)).fails);
    let moved = now(1.15, Machine { cpu: 1.15, ..STILL });
    assert!(finding(Gate::Confident, &[], moved, entry(&runs::<8>(1_000.0, 0.003))).fails);
}

#[test]
fn a_rate_falls_when_the_machine_gets_slower() {
    let rate = |machine: Machine| {
        let mut record = now(1.3, machine);
        record.measurement().throughput = Throughput { items: 10.0, bytes: 0.0 };
        let mut earlier = before(STILL);
        earlier.figures.insert(Metric::Throughput, 1e10 / 1_000.0);
        let mut found = findings(Gate::Confident, &["throughput:10%"], record, earlier);
        assert_eq!(found[0].metric, Metric::Throughput);
        found.remove(0)
    };
    assert!(rate(STILL).fails && rate(Machine { cpu: 0.8, ..STILL }).fails);
    assert_eq!(rate(Machine { cpu: 1.3, ..STILL }).change, Change::Inconclusive);
}

#[test]
fn the_plain_gate_does_not_ask_the_canary() {
    let moved = now(1.15, Machine { cpu: 1.15, ..STILL });
    assert!(finding(Gate::Plain, &[], moved, before(STILL)).fails);
}
