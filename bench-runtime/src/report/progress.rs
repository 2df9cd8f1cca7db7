//! What happens while a run measures, for those who wait: a bar on a terminal, else a line now and then. Main type:
//! [`Progress`].

use std::io::Write;
use std::time::{Duration, Instant};

use console::Term;

use super::text::{beginning, clean, shorten};
use crate::plan::GroupCase;
use crate::schedule::Event;

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProgressMode {
    /// A bar on stderr, which must be a terminal. It is drawn a few times per second, when a round ends, from the
    /// thread that drives the run: a thread of its own would disturb what is measured.
    Bar,
    /// A line per finished case, at most one per second.
    Lines,
    /// Not at all.
    Silent,
}

/// Shows how far a run has come. It is told everything that happens, in order.
pub(crate) struct Progress<W> {
    state: State,
    started: Instant,
    display: Display<W>,
}

enum Display<W> {
    Bar(Bar),
    Lines { out: W, last: Option<Duration> },
    Silent,
}

/// The least time between two drawings of the bar.
const BETWEEN_DRAWINGS: Duration = Duration::from_millis(250);

/// The least time between two lines.
const BETWEEN_LINES: Duration = Duration::from_secs(1);

impl<W: Write> Progress<W> {
    /// Starts to show a run of `cases` that is expected to take `estimate`; lines go to `out`.
    pub(crate) fn start(mode: ProgressMode, cases: usize, estimate: Duration, out: W) -> Self {
        let display = match mode {
            ProgressMode::Bar => Display::Bar(Bar { terminal: Term::buffered_stderr(), last: None }),
            ProgressMode::Lines => Display::Lines { out, last: None },
            ProgressMode::Silent => Display::Silent,
        };
        Self { state: State::new(cases, estimate), started: Instant::now(), display }
    }

    /// Takes note of `event`. What cannot be written is lost: progress never stops a run.
    pub(crate) fn observe(&mut self, event: Event<'_>) {
        self.observe_at(event, self.started.elapsed());
    }

    fn observe_at(&mut self, event: Event<'_>, elapsed: Duration) {
        self.state.observe(event);
        match &mut self.display {
            Display::Bar(bar) => bar.draw(&self.state, elapsed),
            Display::Lines { out, .. } if let Event::Service { name, doing } = event => {
                let _ = writeln!(out, "{}", clean(&format!("{name}: {doing}")));
            }
            Display::Lines { out, last } => {
                if is_due(*last, BETWEEN_LINES, elapsed) && matches!(event, Event::CaseEnded(_)) {
                    *last = Some(elapsed);
                    let _ = writeln!(out, "{}", self.state.line(elapsed));
                }
            }
            Display::Silent => {}
        }
    }

    /// Takes the bar away, so that the report can be written.
    pub(crate) fn finish(self) {
        drop(self);
    }
}

/// Whether what happens every so often at most, and was last at `last`, may happen at `elapsed`.
fn is_due(last: Option<Duration>, every: Duration, elapsed: Duration) -> bool {
    last.is_none_or(|last| elapsed >= last + every)
}

/// A line of a terminal that is drawn anew and anew, and taken away at the end. Elsewhere nothing is drawn.
struct Bar {
    terminal: Term,
    last: Option<Duration>,
}

impl Bar {
    fn draw(&mut self, state: &State, elapsed: Duration) {
        if self.terminal.is_term() && is_due(self.last, BETWEEN_DRAWINGS, elapsed) {
            self.last = Some(elapsed);
            let (_, columns) = self.terminal.size();
            let _ = self.terminal.clear_line();
            let _ = self.terminal.write_str(&state.bar(elapsed, columns.into()));
            let _ = self.terminal.flush();
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.last.is_some() {
            let _ = self.terminal.clear_line();
            let _ = self.terminal.flush();
        }
    }
}

/// How far a run has come.
#[derive(Debug)]
struct State {
    cases: usize,
    estimate: Duration,
    done: usize,
    /// Whether what is measured now was measured before.
    is_again: bool,
    failed: usize,
    /// The case that is being measured, or was last.
    label: String,
    /// The part of it that is done, 0 to 1.
    share: f64,
    /// Where in it the run is, such as `run 2/4, round 5/13`.
    place: String,
}

impl State {
    fn new(cases: usize, estimate: Duration) -> Self {
        Self {
            cases,
            estimate,
            done: 0,
            is_again: false,
            failed: 0,
            label: String::new(),
            share: 0.0,
            place: String::new(),
        }
    }

    fn observe(&mut self, event: Event<'_>) {
        match event {
            Event::Confirming(cases) => (self.cases, self.is_again) = (self.cases + cases, true),
            Event::CaseStarted(case) => self.enter(case),
            Event::RoundEnded { run, runs, round, rounds } => self.advance([run, runs, round, rounds]),
            Event::ArmEvicted { .. } => self.failed += 1,
            Event::Service { name, doing } => self.label = format!("{name}: {doing}"),
            Event::RunEnded(..) | Event::TrialEnded(_) => {}
            Event::RatesTried { trials, open } => self.place = format!("rate {trials}, {open} to go on"),
            Event::LoadPassEnded { pass, passes } => self.place = format!("load {}/{passes}", pass + 1),
            Event::CaseEnded(case) => {
                self.enter(case);
                self.done += 1;
            }
        }
    }

    fn enter(&mut self, case: &GroupCase) {
        self.label = label(case);
        if self.is_again {
            self.label.push_str(" again");
        }
        self.share = 0.0;
        self.place.clear();
    }

    fn advance(&mut self, [run, runs, round, rounds]: [u32; 4]) {
        let done = f64::from(run) * f64::from(rounds) + f64::from(round) + 1.0;
        let all = f64::from(runs.max(1)) * f64::from(rounds.max(1));
        self.share = (done / all).clamp(self.share.min(1.0), 1.0);
        self.place =
            format!("run {}/{}, round {}/{}", run + 1, runs.max(run + 1), round + 1, rounds.max(round + 1));
    }

    /// The part of the run that is done, 0 to 1.
    fn fraction(&self) -> f64 {
        let cases = u32::try_from(self.cases.max(1)).unwrap_or(u32::MAX);
        let done = u32::try_from(self.done).unwrap_or(u32::MAX);
        ((f64::from(done) + self.share) / f64::from(cases)).min(1.0)
    }

    /// The time that is left: by the estimate at first, by what has passed once a tenth is done.
    fn left(&self, elapsed: Duration) -> Duration {
        const TRUSTED: f64 = 0.1;
        let fraction = self.fraction();
        if fraction < TRUSTED {
            return self.estimate.saturating_sub(elapsed);
        }
        elapsed.mul_f64((1.0 - fraction) / fraction)
    }

    /// The bar and what stands beside it, narrower than a terminal of so many columns: in the last one some break lines.
    fn bar(&self, elapsed: Duration, columns: usize) -> String {
        const LENGTH: usize = 20;
        let full = (self.fraction() * LENGTH as f64) as usize;
        let head = if (1..LENGTH).contains(&full) { ">" } else { "" };
        let line = format!("[{:LENGTH$}] {}", "=".repeat(full) + head, self.status(elapsed));
        beginning(&line, columns.saturating_sub(1)).to_owned()
    }

    /// What stands beside the bar.
    fn status(&self, elapsed: Duration) -> String {
        let current = (self.done + 1).min(self.cases);
        let place = if self.place.is_empty() { String::new() } else { format!(", {}", self.place) };
        format!("{current}/{} {}{place}{}", self.cases, self.label, self.outlook(elapsed))
    }

    /// What is said when a case is finished.
    fn line(&self, elapsed: Duration) -> String {
        format!("[{}/{}] {}{}", self.done.min(self.cases), self.cases, self.label, self.outlook(elapsed))
    }

    fn outlook(&self, elapsed: Duration) -> String {
        let failed = if self.failed == 0 { String::new() } else { format!(", {} failed", self.failed) };
        if self.done >= self.cases {
            return failed;
        }
        format!("{failed}, about {} left", roughly(self.left(elapsed)))
    }
}

/// A length of time that is only guessed: whole seconds, or minutes where there are many, rounded up.
fn roughly(duration: Duration) -> String {
    let seconds = duration.as_secs().saturating_add(u64::from(duration.subsec_nanos() > 0));
    if seconds < 120 { format!("{seconds} s") } else { format!("{} min", seconds.div_ceil(60)) }
}

/// What a case is called: its group, or its only benchmark, and its parameters.
fn label(case: &GroupCase) -> String {
    const COLUMNS: usize = 40;
    let alone = case.arms.first().map_or("", |arm| &arm.name);
    shorten(&clean(case.group.as_deref().unwrap_or(alone)), &clean(&case.params.to_string()), COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Failure, FailureKind, Param, Params};

    fn case(group: &str, rows: &str) -> GroupCase {
        let param = Param { name: "rows".to_owned(), value: rows.to_owned() };
        GroupCase { group: Some(group.to_owned()), params: Params(vec![param]), arms: Vec::new() }
    }

    fn round(run: u32, round: u32) -> Event<'static> {
        Event::RoundEnded { run, runs: 4, round, rounds: 10 }
    }

    fn lines(mode: ProgressMode, cases: usize, events: &[(u64, Event<'_>)]) -> String {
        let mut out = Vec::new();
        let mut progress = Progress::start(mode, cases, Duration::from_secs(60), &mut out);
        for (ms, event) in events {
            progress.observe_at(*event, Duration::from_millis(*ms));
        }
        progress.finish();
        String::from_utf8(out).expect("lines are UTF-8")
    }

    #[test]
    fn finished_cases_are_lines_at_most_one_per_second() {
        let (a, b, c) = (case("encode", "1"), case("encode", "2"), case("encode", "3"));
        let failure = Failure::new(FailureKind::Panic, "index out of bounds");
        let events = [
            (0, Event::CaseStarted(&a)),
            (900, round(0, 0)),
            (1_000, Event::CaseEnded(&a)),
            (1_500, Event::ArmEvicted { id: "encode", failure: &failure }),
            (1_900, Event::CaseEnded(&b)),
            (3_000, Event::CaseEnded(&c)),
        ];
        assert_eq!(
            lines(ProgressMode::Lines, 4, &events),
            "[1/4] encode[rows=1], about 3 s left\n[3/4] encode[rows=3], 1 failed, about 1 s left\n"
        );
    }

    #[test]
    fn nothing_is_written_when_none_is_asked() {
        let (a, mut out) = (case("encode", "1"), Vec::new());
        let mut progress = Progress::start(ProgressMode::Silent, 1, Duration::from_secs(1), &mut out);
        progress.observe(Event::CaseEnded(&a));
        progress.finish();
        assert_eq!(out, b"");
    }

    #[test]
    fn the_bar_writes_nothing_to_the_writer() {
        let a = case("encode", "1");
        assert_eq!(lines(ProgressMode::Bar, 1, &[(5_000, Event::CaseEnded(&a))]), "");
    }

    #[test]
    fn time_left_follows_the_estimate_at_first_and_then_what_has_passed() {
        let mut state = State::new(2, Duration::from_secs(60));
        assert_eq!(state.left(Duration::from_secs(5)), Duration::from_secs(55));
        assert_eq!(state.left(Duration::from_secs(90)), Duration::ZERO);
        state.observe(Event::CaseEnded(&case("encode", "1")));
        assert_eq!(state.left(Duration::from_secs(20)), Duration::from_secs(20));
    }

    #[test]
    fn the_status_tells_case_run_and_round() {
        let mut state = State::new(2, Duration::from_secs(60));
        state.observe(Event::CaseStarted(&case("encode", "100")));
        state.observe(round(1, 4));
        assert_eq!(
            state.status(Duration::from_secs(15)),
            "1/2 encode[rows=100], run 2/4, round 5/10, about 65 s left"
        );
        assert_eq!(state.fraction(), 0.1875);
        assert_eq!(state.bar(Duration::from_secs(15), 48), "[===>                ] 1/2 encode[rows=100], ru");
    }

    #[test]
    fn what_is_measured_again_adds_to_the_cases_and_says_so() {
        let a = case("encode", "1");
        let events =
            [(0, Event::CaseEnded(&a)), (2_000, Event::Confirming(1)), (4_000, Event::CaseEnded(&a))];
        assert_eq!(
            lines(ProgressMode::Lines, 1, &events),
            "[1/1] encode[rows=1]\n[2/2] encode[rows=1] again\n"
        );
    }

    #[test]
    fn an_endless_estimate_is_told_in_minutes() {
        assert_eq!(roughly(Duration::MAX), "307445734561825861 min");
        assert_eq!(roughly(Duration::from_millis(119_001)), "2 min");
        assert_eq!(roughly(Duration::from_millis(1_001)), "2 s");
    }

    #[test]
    fn the_bar_never_runs_backwards_when_runs_are_added() {
        let mut state = State::new(1, Duration::from_secs(60));
        state.observe(Event::CaseStarted(&case("encode", "1")));
        state.observe(round(3, 9));
        state.observe(Event::RoundEnded { run: 4, runs: 6, round: 0, rounds: 10 });
        assert_eq!(state.fraction(), 1.0);
        assert!(state.bar(Duration::ZERO, 80).starts_with("[====================] 1/1 "));
        assert!(state.place.starts_with("run 5/6"));
    }
}
