//! The fixtures of one process: each is made on first need, and taken down at the end. Main type: [`Shelf`].

use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use super::drivers::{Drivers, RuntimeKey};
use super::workbench::{caught, failed};
use super::{Endpoint, Provisions, Setback, Told};
use crate::bencher::with_causes;
use crate::fixture::{
    Cycle, Definition, Held, Made, Make, Making, Supply, TearingDown, in_order, reason_to_skip,
};
use crate::identity;
use crate::model::{Basis, Failure, FailureKind};

/// A task that was told that its fixture is done with may take this long to let go of it.
const LETTING_GO: Duration = Duration::from_millis(500);

/// Holds what was made.
#[derive(Default)]
pub(super) struct Shelf {
    /// What the services of the run have told.
    pub(super) provisions: Provisions,
    kept: Vec<Kept>,
}

/// What was made for the benchmarks of one runtime, or why it was not.
struct Kept {
    definition: &'static Definition,
    runtime: RuntimeKey,
    made: Result<Held, Lack>,
    /// What it runs on, and what those run on that it needs.
    basis: Basis,
}

/// Why something cannot be had.
#[derive(Clone)]
struct Lack {
    /// Where that began, and what needs it in turn: `session ← pg`.
    chain: String,
    cause: Setback,
}

impl Shelf {
    /// Makes what a benchmark takes, and all that this needs, and tells what it runs on. `tell` is told of each before and
    /// after it is made.
    pub(super) fn supply(
        &mut self,
        benchmark: &str,
        fixture: &'static Definition,
        runtime: RuntimeKey,
        drivers: &mut Drivers,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<(Supply, Basis), Setback> {
        for definition in in_order(fixture).map_err(|cycle| cyclic(&cycle))? {
            if self.find(definition, runtime).is_none() {
                let (made, told) = identity::collected(|| self.make(definition, runtime, drivers, tell));
                let basis = self.basis(definition, runtime, told);
                self.kept.push(Kept { definition, runtime, made, basis });
            }
        }
        let mut supply = Supply::default();
        let held = self.share(fixture, runtime).map_err(|lack| lack.of(benchmark))?;
        supply.add(fixture, held);
        let basis = self.find(fixture, runtime).map(|kept| kept.basis.clone());
        Ok((supply, basis.unwrap_or_default()))
    }

    /// What something runs on: what all run on that it needs, and what was told of it.
    fn basis(&self, definition: &'static Definition, runtime: RuntimeKey, told: Basis) -> Basis {
        let mut basis = Basis::default();
        let needed = definition.needs().filter_map(|need| self.find(need, runtime));
        needed.for_each(|kept| basis.absorb(kept.basis.clone()));
        if let Some(Endpoint::Ready { facts, .. }) = self.provisions.get(&definition.path()) {
            basis.absorb(Basis { facts: facts.clone(), ..Basis::default() });
        }
        basis.absorb(told);
        basis
    }

    fn find(&self, definition: &'static Definition, runtime: RuntimeKey) -> Option<&Kept> {
        self.kept.iter().find(|kept| kept.definition.is(definition) && kept.runtime == runtime)
    }

    /// Another handle to what was made.
    fn share(&self, definition: &'static Definition, runtime: RuntimeKey) -> Result<Held, Lack> {
        let kept = self.find(definition, runtime).expect("what is needed comes first");
        kept.made.as_ref().map(Held::share).map_err(Lack::clone)
    }

    fn make(
        &self,
        definition: &'static Definition,
        runtime: RuntimeKey,
        drivers: &mut Drivers,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<Held, Lack> {
        let mut supply = Supply::default();
        for need in definition.needs() {
            let held = self.share(need, runtime).map_err(|lack| lack.needed_by(definition))?;
            supply.add(need, held);
        }
        tell(Told::Making(definition.function));
        let began = Instant::now();
        let made = match definition.make {
            Make::Fixture { build, .. } => build_one(build, supply, runtime, drivers),
            Make::Service { receive, .. } => return self.received(definition, receive),
        };
        tell(Told::Made(definition.function, began.elapsed()));
        made.map_err(|cause| Lack { chain: definition.function.to_owned(), cause })
    }

    fn received(
        &self,
        definition: &'static Definition,
        receive: fn(&str) -> Result<Held, String>,
    ) -> Result<Held, Lack> {
        let received = self.receive(definition, receive);
        received.map_err(|cause| Lack { chain: definition.function.to_owned(), cause })
    }

    /// What a service of the run has told.
    fn receive(
        &self,
        definition: &Definition,
        receive: fn(&str) -> Result<Held, String>,
    ) -> Result<Held, Setback> {
        match self.provisions.get(&definition.path()) {
            Some(Endpoint::Ready { text, .. }) => {
                receive(text).map_err(|why| failed(FailureKind::Error, why))
            }
            Some(Endpoint::Unavailable(reason)) => Err(Setback::Skipped(reason.clone())),
            Some(Endpoint::Failed(failure)) => Err(Setback::Failed(failure.clone())),
            None => Err(failed(FailureKind::Error, "the run has started no such service".to_owned())),
        }
    }

    /// Takes down what was made, the last first. All of it is tried; what goes wrong first is told.
    pub(super) fn clear(&mut self, drivers: &mut Drivers) -> Result<(), Setback> {
        let mut outcome = Ok(());
        while let Some(Kept { definition, runtime, made, .. }) = self.kept.pop() {
            if let Ok(held) = made {
                outcome = outcome.and(take_down(definition, held, runtime, drivers));
            }
        }
        outcome
    }
}

impl Lack {
    fn needed_by(self, definition: &Definition) -> Self {
        Self { chain: format!("{} ← {}", definition.function, self.chain), ..self }
    }

    /// What it means for a benchmark.
    fn of(self, benchmark: &str) -> Setback {
        let told = |text: &str| format!("{benchmark} ← {}: {text}", self.chain);
        match self.cause {
            Setback::Skipped(reason) => Setback::Skipped(told(&reason)),
            Setback::Failed(failure) => {
                Setback::Failed(Failure { message: told(&failure.message), ..failure })
            }
            Setback::Stopped => Setback::Stopped,
        }
    }
}

fn build_one(
    build: fn(Supply) -> Making,
    supply: Supply,
    runtime: RuntimeKey,
    drivers: &mut Drivers,
) -> Result<Held, Setback> {
    let made = caught(|| match drivers.within(runtime, || build(supply)) {
        Making::Done(made) => Ok(made),
        Making::Awaited(future) => drivers.wait(runtime, future),
    })??;
    unmade(made)
}

fn unmade(made: Made) -> Result<Held, Setback> {
    made.map_err(|error| match reason_to_skip(error.as_ref()) {
        Some(reason) => Setback::Skipped(reason.to_owned()),
        None => failed(FailureKind::Error, with_causes(error.as_ref())),
    })
}

fn take_down(
    definition: &'static Definition,
    held: Held,
    runtime: RuntimeKey,
    drivers: &mut Drivers,
) -> Result<(), Setback> {
    let name = definition.function;
    if !is_let_go(&held, runtime, drivers) {
        let message = format!(
            "the fixture `{name}` is still held when its benchmarks are done, by a task or a static for example, so it \
             was not torn down"
        );
        return Err(failed(FailureKind::Error, message));
    }
    let ended = match definition.make {
        Make::Fixture { teardown: Some(teardown), .. } => {
            caught(|| match drivers.within(runtime, || teardown(held)) {
                TearingDown::Done(ended) => Ok(ended),
                TearingDown::Awaited(future) => drivers.wait(runtime, future),
            })
        }
        _ => caught(|| drivers.within(runtime, || drop(held))).map(|()| Ok(Ok(()))),
    };
    let ended = ended.map_err(|setback| torn(name, setback))??;
    ended.map_err(|error| torn(name, failed(FailureKind::Error, with_causes(error.as_ref()))))
}

/// Whether nobody else holds it, once tasks that were told to let go had the time for it.
fn is_let_go(held: &Held, runtime: RuntimeKey, drivers: &Drivers) -> bool {
    let began = Instant::now();
    while held.others() > 0 && began.elapsed() < LETTING_GO {
        match drivers.get(runtime) {
            Some(driver) => driver.settle(),
            None => break,
        }
        thread::sleep(Duration::from_millis(1));
    }
    held.others() == 0
}

fn torn(name: &str, setback: Setback) -> Setback {
    match setback {
        Setback::Failed(failure) => {
            let message = format!("the fixture `{name}` could not be torn down: {}", failure.message);
            Setback::Failed(Failure { message, ..failure })
        }
        other => other,
    }
}

fn cyclic(cycle: &Cycle) -> Setback {
    failed(FailureKind::Error, format!("fixtures need each other: {cycle}"))
}

/// What the error of a benchmark's set-up means for it.
pub(super) fn not_set_up(error: &(dyn Error + 'static)) -> Setback {
    match reason_to_skip(error) {
        Some(reason) => Setback::Skipped(reason.to_owned()),
        None => failed(FailureKind::Error, format!("the set-up returned an error: {}", with_causes(error))),
    }
}
