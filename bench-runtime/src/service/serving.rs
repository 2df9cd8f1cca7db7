//! One service, on a thread of its own: started, kept, torn down. Main type: [`Serving`].

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Instant;

use crate::bencher::{panic_text, with_causes};
use crate::event_loop::Driver;
use crate::fixture::{Definition, Held, Made, Make, Making, Scope, Supply, Teardown, reason_to_skip};
use crate::model::{Failure, FailureKind, Flavor};
use crate::worker::Endpoint;

/// How often a service that is awaited is looked at.
#[cfg(feature = "async")]
const LOOK: std::time::Duration = std::time::Duration::from_millis(20);

/// A service that was asked to start.
pub(super) struct Serving {
    pub(super) definition: &'static Definition,
    pub(super) scope: Scope,
    /// Whether it said what came of its start.
    pub(super) has_answered: bool,
    /// Closed, it asks the service to end.
    end: Option<Sender<()>>,
    /// What did not work at its end; closed once that is over.
    complaints: Receiver<String>,
}

/// What a service needs to start.
pub(super) struct Order {
    pub(super) definition: &'static Definition,
    pub(super) scope: Scope,
    /// What the services that it needs have told.
    pub(super) needs: Vec<(&'static Definition, String)>,
}

impl Serving {
    /// Starts the service; `answer` is told what came of it.
    pub(super) fn start(order: Order, answer: impl FnOnce(Endpoint) + Send + 'static) -> Self {
        let (end, ending) = channel();
        let (complain, complaints) = channel();
        let (definition, scope) = (order.definition, order.scope.clone());
        let thread = thread::Builder::new().name(format!("service {}", definition.function));
        let spawned = thread.spawn(move || serve(order, answer, &ending, &complain));
        // A thread that did not start has dropped what it was given, so its answer is missed.
        drop(spawned);
        Self { definition, scope, has_answered: false, end: Some(end), complaints }
    }

    /// Asks it to end.
    pub(super) fn ask_to_end(&mut self) {
        self.scope.cancel();
        self.end = None;
    }

    /// Waits until all is torn down, and returns what did not work.
    pub(super) fn ended(self, deadline: Instant) -> Vec<String> {
        if !self.has_answered {
            // It hangs in its start, and will not look up.
            return tear_down(self.definition, &self.scope, new_driver().ok().as_ref());
        }
        let mut complaints = Vec::new();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.complaints.recv_timeout(left) {
                Ok(complaint) => complaints.push(complaint),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    let name = self.definition.function;
                    complaints.push(format!("the service `{name}` was not torn down in time"));
                    break;
                }
            }
        }
        complaints
    }
}

/// What the thread of a service does.
fn serve(order: Order, answer: impl FnOnce(Endpoint), ending: &Receiver<()>, complain: &Sender<String>) {
    let driver = match new_driver() {
        Ok(driver) => driver,
        Err(error) => {
            return answer(failed(FailureKind::Error, format!("its runtime does not start: {error}")));
        }
    };
    let (definition, scope) = (order.definition, order.scope.clone());
    let started = caught(|| started(order, &driver)).unwrap_or_else(|text| failed(FailureKind::Panic, text));
    let runs = matches!(started, Endpoint::Ready { .. });
    if !runs {
        // What it left half-way is not kept until the run ends.
        tear_down(definition, &scope, Some(&driver)).into_iter().for_each(|text| drop(complain.send(text)));
    }
    answer(started);
    if runs {
        let _ = ending.recv();
        tear_down(definition, &scope, Some(&driver)).into_iter().for_each(|text| drop(complain.send(text)));
    }
}

/// Calls the function and tells what came of it.
fn started(order: Order, driver: &Driver) -> Endpoint {
    let Order { definition, scope, needs } = order;
    let Make::Service { start, send, .. } = definition.make else {
        return failed(FailureKind::Error, "it is no service".to_owned());
    };
    let supply = match supply(needs) {
        Ok(supply) => supply,
        Err(why) => return failed(FailureKind::Error, why),
    };
    let made = within(driver, || match start(scope.clone(), supply) {
        Making::Done(made) => Ok(made),
        Making::Awaited(future) => awaited(future, driver, &scope),
    });
    match made {
        Ok(made) => endpoint(made, send, &scope),
        Err(given_up) => given_up,
    }
}

/// What the service needs of others.
fn supply(needs: Vec<(&'static Definition, String)>) -> Result<Supply, String> {
    let mut supply = Supply::default();
    for (need, text) in needs {
        if let Make::Service { receive, .. } = need.make {
            supply.add(need, receive(&text)?);
        }
    }
    Ok(supply)
}

fn endpoint(made: Made, send: fn(&Held) -> Result<String, String>, scope: &Scope) -> Endpoint {
    match made {
        Ok(held) => match send(&held) {
            Ok(text) => Endpoint::Ready { text, facts: scope.facts() },
            Err(why) => failed(FailureKind::Error, why),
        },
        Err(error) => refused(error.as_ref()),
    }
}

fn refused(error: &(dyn Error + 'static)) -> Endpoint {
    match reason_to_skip(error) {
        Some(reason) => Endpoint::Unavailable(reason.to_owned()),
        None => failed(FailureKind::Error, with_causes(error)),
    }
}

/// Waits for a service until it is no longer wanted or its time is up.
#[cfg(feature = "async")]
fn awaited(
    mut future: std::pin::Pin<Box<dyn Future<Output = Made>>>,
    driver: &Driver,
    scope: &Scope,
) -> Result<Made, Endpoint> {
    driver.block_on(async {
        loop {
            match tokio::time::timeout(LOOK, future.as_mut()).await {
                Ok(made) => return Ok(made),
                Err(_) if scope.is_cancelled() => return Err(stopped()),
                Err(_) if scope.time_left().is_zero() => return Err(too_late(scope)),
                Err(_) => {}
            }
        }
    })
}

#[cfg(not(feature = "async"))]
fn awaited(
    _future: std::pin::Pin<Box<dyn Future<Output = Made>>>,
    _driver: &Driver,
    _scope: &Scope,
) -> Result<Made, Endpoint> {
    let reason = "it is an `async fn`, and adapter-bench was built without its feature `async`";
    Err(Endpoint::Unavailable(reason.to_owned()))
}

/// What came of a service that was no longer wanted.
pub(super) fn stopped() -> Endpoint {
    Endpoint::Unavailable("the run was stopped before it had started".to_owned())
}

/// What came of a service that took too long.
pub(super) fn too_late(scope: &Scope) -> Endpoint {
    let last = scope.last_progress().map(|doing| format!("; it was {doing}")).unwrap_or_default();
    let limit = scope.time_to_start();
    failed(FailureKind::Timeout, format!("it did not start within its time-out of {limit:?}{last}"))
}

/// A service that did not start.
pub(super) fn failed(kind: FailureKind, message: String) -> Endpoint {
    Endpoint::Failed(Failure::new(kind, message))
}

/// Tears down what a service has handed over, the last first, and returns what did not work.
fn tear_down(definition: &Definition, scope: &Scope, driver: Option<&Driver>) -> Vec<String> {
    let mut complaints = Vec::new();
    while let Some(teardown) = scope.next_teardown() {
        if let Err(text) = caught(|| tear_down_one(teardown, driver)) {
            complaints.push(format!(
                "the service `{}` panicked when it was torn down: {text}",
                definition.function
            ));
        }
    }
    complaints
}

fn tear_down_one(teardown: Teardown, driver: Option<&Driver>) {
    match (teardown, driver) {
        (Teardown::Done(action), Some(driver)) => within(driver, action),
        (Teardown::Done(action), None) => action(),
        #[cfg(feature = "async")]
        (Teardown::Awaited(action), Some(driver)) => driver.block_on(async move { action().await }),
        #[cfg(feature = "async")]
        (Teardown::Awaited(_), None) => {}
    }
}

/// A runtime whose tasks go on while the thread that made it waits for something else.
fn new_driver() -> std::io::Result<Driver> {
    Driver::new(Flavor::MultiThread, 1, false)
}

#[cfg(feature = "async")]
fn within<T>(driver: &Driver, action: impl FnOnce() -> T) -> T {
    let _guard = driver.enter();
    action()
}

#[cfg(not(feature = "async"))]
fn within<T>(_driver: &Driver, action: impl FnOnce() -> T) -> T {
    action()
}

/// Runs the user's code; of a panic the text is returned.
fn caught<T>(action: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(action)).map_err(|payload| panic_text(payload.as_ref()).to_owned())
}
