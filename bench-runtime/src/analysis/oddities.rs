//! What a reader should know before believing the figures. Main function: [`of_measurement`].

use std::time::Duration;

use super::summary::turns;
use crate::machine;
use crate::model::{
    ArmSamples, Blocking, Calibration, Comparison, Confirmation, Errors, Leak, LoopTrace, Measurement,
    Memory, Ratio, Shape, SpreadFrom, TimeSummary, Warning, WarningKind,
};

/// What a reader should know of what a benchmark does with memory.
pub(super) fn of_memory(memory: &Memory) -> Option<Warning> {
    let Leak::Steady { per_iteration } = memory.leak else { return None };
    let largest = memory.sites.by_retained.first().filter(|site| !site.is_approximate);
    let from = largest.map_or_else(String::new, |site| format!("; most of them are from {site}"));
    let message = format!(
        "every iteration leaves {per_iteration:.0} bytes of memory behind: what it measures grows, or it leaks{from}"
    );
    Some(Warning::new(WarningKind::Leak, message))
}

/// What a reader should know of what the futures of the benchmark `name` do to the event loop.
///
/// A kernel that takes the core away in the middle of a poll makes it long as well. Polls are blamed if half of the
/// operations have a long one, or if there are several, and more than the kernel can have made.
pub(super) fn of_event_loop(name: &str, trace: &LoopTrace) -> Option<Warning> {
    let Blocking { threshold_ns, polls, interruptions } = trace.blocking;
    let are_usual = polls > 0 && polls.saturating_mul(2) >= trace.operations;
    if !are_usual && (polls < 2 || polls <= interruptions) {
        return None;
    }
    let (longest, threshold) =
        (Duration::from_nanos(trace.longest_poll_ns), Duration::from_nanos(threshold_ns));
    let operations = trace.operations;
    let message = format!(
        "`{name}` holds up the event loop: its longest poll took {longest:.1?}, and {polls} polls in {operations} operations \
         took over {threshold:?} each, in which nothing else on that thread runs: await something in between, or move the \
         work to `tokio::task::spawn_blocking`"
    );
    Some(Warning::new(WarningKind::BlockedLoop, message))
}

/// What a reader should know of the comparison of an arm with a reference that is called in another way.
pub(super) fn of_shapes(arm: Shape, reference: Shape) -> Option<Warning> {
    let (it_is, reference_is) = match (arm.is_async(), reference.is_async()) {
        (true, false) => ("asynchronous", "a plain call"),
        (false, true) => ("a plain call", "asynchronous"),
        _ => return None,
    };
    let message = format!(
        "it is {it_is} and its reference is {reference_is}: the ratio holds what it costs to drive a future as well"
    );
    Some(Warning::new(WarningKind::AsyncBesideSync, message))
}

/// What a reader should know before believing a comparison.
pub(super) fn of_comparison(comparison: &Comparison) -> Vec<Warning> {
    let Comparison::Ratio(ratio) = comparison else { return Vec::new() };
    match (unconfirmed(ratio), few_runs(ratio)) {
        (Some(unconfirmed), _) if ratio.confirmation != Confirmation::NotAsked => vec![unconfirmed],
        (unconfirmed, few_runs) => unconfirmed.into_iter().chain(few_runs).collect(),
    }
}

fn unconfirmed(ratio: &Ratio) -> Option<Warning> {
    let message = match ratio.confirmation {
        Confirmation::Contradicted => {
            "it was measured again because the first runs showed a difference, and the second ones did not bear it out"
        }
        Confirmation::Lacking => {
            "the runs show a difference, but it was not measured again, which a verdict takes: the run was stopped, or \
             max_time or the budget is too short"
        }
        Confirmation::NotAsked => {
            "`--quick` does not measure again what shows a difference: what passed by, or was so in these processes only, \
             is taken for one as well"
        }
        Confirmation::NotNeeded | Confirmation::Confirmed => return None,
    };
    Some(Warning::new(WarningKind::Unconfirmed, message))
}

fn few_runs(ratio: &Ratio) -> Option<Warning> {
    let message = match (ratio.spread, ratio.runs) {
        (SpreadFrom::Runs, _) => return None,
        (SpreadFrom::Assumption, 1) => {
            "one run says nothing of how runs differ: its interval shows how the rounds agree".to_owned()
        }
        (SpreadFrom::Assumption, runs) => format!(
            "{runs} runs say little of how runs differ: the interval assumes 2 %, and only differences over 10 % get \
             a word"
        ),
    };
    Some(Warning::new(WarningKind::FewRuns, message))
}

/// What a reader should know before believing the figures.
pub(super) fn of_measurement(
    measurement: &Measurement,
    samples: &ArmSamples,
    resolution: Duration,
) -> Vec<Warning> {
    let time = &measurement.time;
    let found = [
        under_resolution(time, &measurement.calibration, resolution),
        optimised_away(time),
        slow_first_call(time, &measurement.calibration),
        with_errors(&measurement.errors),
        machine::frequent_switches(turns(&samples.runs)),
        retried(time),
    ];
    found.into_iter().flatten().collect()
}

fn retried(time: &TimeSummary) -> Option<Warning> {
    let retries = time.runs.iter().map(|run| run.retry).max().filter(|retries| *retries > 0)?;
    let times = if retries == 1 { "once more".to_owned() } else { format!("{retries} times more") };
    let message = format!(
        "it stayed inconclusive and was measured {times} (--retry): its figures are those of all {} runs",
        time.runs.len()
    );
    Some(Warning::new(WarningKind::Retried, message))
}

/// A sample should be at least this many steps of the clock long.
const STEPS_PER_SAMPLE: f64 = 100.0;

fn under_resolution(time: &TimeSummary, calibration: &Calibration, resolution: Duration) -> Option<Warning> {
    let sample_ns = time.median * calibration.iterations as f64;
    let step_ns = resolution.as_nanos() as f64;
    (sample_ns < STEPS_PER_SAMPLE * step_ns).then(|| {
        let message = format!(
            "a sample takes {sample_ns:.0} ns, and the clock's step is {step_ns:.0} ns: give it more iterations"
        );
        Warning::new(WarningKind::ClockResolution, message)
    })
}

/// An empty loop takes about one cycle per iteration, which is more than this on processors up to 5 GHz and less than
/// twice of it on slow ones.
const EMPTY_LOOP_NS: f64 = 0.5;

fn optimised_away(time: &TimeSummary) -> Option<Warning> {
    (time.median < EMPTY_LOOP_NS).then(|| {
        let message = "it takes no longer than an empty loop: the compiler has probably removed the routine; \
                       return its result, and pass its inputs through `std::hint::black_box`";
        Warning::new(WarningKind::OptimisedAway, message)
    })
}

fn slow_first_call(time: &TimeSummary, calibration: &Calibration) -> Option<Warning> {
    let (first, rest) = (calibration.first_call_ns, time.median);
    (first > 10.0 * rest && first - rest > 1e6).then(|| {
        let first = Duration::from_nanos(first as u64);
        let message = format!(
            "its first call took {first:.1?}, far longer than the rest: something is set up on first use, \
             which the figures leave out"
        );
        Warning::new(WarningKind::SlowFirstCall, message)
    })
}

fn with_errors(errors: &Errors) -> Option<Warning> {
    let first = errors.first.as_deref()?;
    let message = format!("{} iterations returned an error; the first: {first}", errors.count);
    Some(Warning::new(WarningKind::Errors, message))
}
