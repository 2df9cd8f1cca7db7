//! The services of a run: started before the first benchmark that needs one, torn down when the run ends. Main type:
//! [`Services`].

mod serving;
mod starting;

use std::mem;
use std::time::{Duration, Instant};

use self::serving::Serving;
use self::starting::Starting;
use crate::fixture::Definition;
use crate::model::{Warning, WarningKind};
use crate::worker::Provisions;

/// How long a service may take to start where it does not say.
const TIME_TO_START: Duration = Duration::from_secs(120);

/// How long the teardown of a service may take.
const TIME_TO_END: Duration = Duration::from_secs(20);

/// What services are told of the run, and who is told of them.
pub(crate) struct Host<'a> {
    /// A text that tells the run from all others.
    pub(crate) run: String,
    /// Reads the environment.
    pub(crate) variable: fn(&str) -> Option<String>,
    /// Whether the user wants the run to stop.
    pub(crate) stop: fn() -> bool,
    /// Told of what the service of this name is doing.
    pub(crate) tell: &'a mut dyn FnMut(&str, &str),
}

/// The services that run. Dropped, they are torn down.
#[derive(Default)]
pub(crate) struct Services {
    /// What is needed before what needs it.
    serving: Vec<Serving>,
    provisions: Provisions,
}

impl Services {
    /// Starts services, of which what is needed comes before what needs it; those that do not need each other at the same
    /// time. It is no error that one does not start: its endpoint tells.
    pub(crate) fn start(definitions: &[&'static Definition], host: Host<'_>) -> Self {
        Starting::new(definitions, host).all()
    }

    /// What workers are told of them.
    pub(crate) fn provisions(&self) -> &Provisions {
        &self.provisions
    }

    /// Tears all down, what needs others before those. What does not work is told.
    pub(crate) fn stop(mut self) -> Vec<Warning> {
        self.end()
    }

    fn end(&mut self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let mut left = mem::take(&mut self.serving);
        while !left.is_empty() {
            let (mut free, needed) = last_first(left);
            free.iter_mut().for_each(Serving::ask_to_end);
            let deadline = Instant::now() + TIME_TO_END;
            warnings.extend(free.into_iter().flat_map(|serving| serving.ended(deadline)).map(not_torn_down));
            left = needed;
        }
        warnings
    }
}

/// Those that no other one needs, and the others. There is one of the first at least: they do not need each other.
fn last_first(all: Vec<Serving>) -> (Vec<Serving>, Vec<Serving>) {
    let needed: Vec<&'static Definition> =
        all.iter().flat_map(|serving| serving.definition.needs()).collect();
    all.into_iter().partition(|serving| !needed.contains(&serving.definition))
}

fn not_torn_down(message: String) -> Warning {
    Warning::new(WarningKind::Service, message)
}

impl Drop for Services {
    fn drop(&mut self) {
        self.end();
    }
}
