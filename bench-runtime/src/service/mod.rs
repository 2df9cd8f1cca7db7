//! The services of a run: started before the first benchmark that needs one, torn down when the run ends. Main type:
//! [`Services`].

mod attended;
mod serving;
mod starting;

use std::mem;
use std::time::{Duration, Instant};

pub(crate) use self::attended::Attended;
use self::serving::Serving;
use self::starting::Starting;
use crate::fixture::Definition;
use crate::model::{SetUpTime, Warning, WarningKind};
use crate::secrets::conceal;
use crate::worker::{Provisions, note_panics};

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
    /// Whether services are left to other programs, where they can be.
    pub(crate) keeps: bool,
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
    /// How long those took to start that did, by their names.
    started: Vec<(&'static str, Duration)>,
    again: Option<Again>,
    warnings: Vec<Warning>,
}

/// What services are told that are started again, and which have been.
struct Again {
    run: String,
    variable: fn(&str) -> Option<String>,
    keeps: bool,
    stop: fn() -> bool,
    done: Vec<&'static Definition>,
}

/// A service that has ended, and why.
type Ended = (&'static Definition, String);

impl Services {
    /// Starts services, of which what is needed comes before what needs it; those that do not need each other at the same
    /// time. It is no error that one does not start: its endpoint tells.
    pub(crate) fn start(definitions: &[&'static Definition], host: Host<'_>) -> Self {
        // Services run in this process, and their panics are not to tell what they know.
        note_panics();
        let Host { run, variable, keeps, stop, .. } = &host;
        let again =
            Again { run: run.clone(), variable: *variable, keeps: *keeps, stop: *stop, done: Vec::new() };
        let mut services = Starting::new(definitions, Provisions::default(), host).all();
        services.again = Some(again);
        services
    }

    /// Which services have ended, and why, if any has.
    pub(crate) fn ended(&self) -> Option<String> {
        self.serving.iter().find_map(|serving| {
            let why = serving.scope.ended()?;
            Some(format!("the service `{}` has ended: {why}", serving.definition.function))
        })
    }

    /// Starts services again that have ended, each once, and those that need them. Tells whether there were any.
    pub(crate) fn restart_ended(&mut self) -> bool {
        let Some(mut again) = self.again.take() else { return false };
        let open = self.serving.iter().filter(|serving| !again.done.contains(&serving.definition));
        let ended: Vec<Ended> = open.filter_map(|s| Some((s.definition, s.scope.ended()?))).collect();
        if !ended.is_empty() {
            again.done.extend(ended.iter().map(|(definition, _)| *definition));
            self.restart(&ended, &again);
        }
        self.again = Some(again);
        !ended.is_empty()
    }

    fn restart(&mut self, ended: &[Ended], again: &Again) {
        let anew = self.with_those_that_need(ended);
        let is_affected = |serving: &Serving| anew.contains(&serving.definition);
        let (affected, running) = mem::take(&mut self.serving).into_iter().partition(is_affected);
        self.serving = running;
        self.warnings.extend(torn_down(affected));
        let without = |known: Provisions, service: &&'static Definition| known.without(&service.path());
        let known = anew.iter().fold(mem::take(&mut self.provisions), without);
        let Again { run, variable, keeps, stop, .. } = again;
        let tell: &mut dyn FnMut(&str, &str) = &mut |_, _| {};
        let host = Host { run: run.clone(), variable: *variable, keeps: *keeps, stop: *stop, tell };
        let mut started = Starting::new(&anew, known, host).all();
        self.serving.append(&mut started.serving);
        self.provisions = mem::take(&mut started.provisions);
    }

    /// The services that have ended and all that need one of them, in the order in which they were started; says so.
    fn with_those_that_need(&mut self, ended: &[Ended]) -> Vec<&'static Definition> {
        let mut anew: Vec<&'static Definition> = Vec::new();
        for definition in self.serving.iter().map(|serving| serving.definition) {
            let why = ended.iter().find(|(ended, _)| ended.is(definition)).map(|(_, why)| why);
            let need = definition.needs().find(|need| anew.contains(need));
            let (name, need) = (definition.function, need.map(|need| need.function));
            let told = match (why, need) {
                (Some(why), _) => format!("the service `{name}` ended and was started again: {why}"),
                (None, Some(need)) => format!("the service `{name}` was started again: it needs `{need}`"),
                (None, None) => continue,
            };
            self.warnings.push(service_warning(told));
            anew.push(definition);
        }
        anew
    }

    /// How long those took to start that did.
    pub(crate) fn start_times(&self) -> Vec<SetUpTime> {
        let time = |(name, total): &(&str, Duration)| SetUpTime {
            name: (*name).to_owned(),
            times: 1,
            total: *total,
        };
        self.started.iter().map(time).collect()
    }

    /// What workers are told of them.
    pub(crate) fn provisions(&self) -> &Provisions {
        &self.provisions
    }

    /// Tears all down, what needs others before those. What does not work is told.
    pub(crate) fn stop(&mut self) -> Vec<Warning> {
        self.end()
    }

    fn end(&mut self) -> Vec<Warning> {
        let mut warnings = mem::take(&mut self.warnings);
        warnings.extend(torn_down(mem::take(&mut self.serving)));
        warnings
    }
}

/// Tears services down, what needs others before those; what does not work is told.
fn torn_down(mut left: Vec<Serving>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    while !left.is_empty() {
        let (mut free, needed) = last_first(left);
        free.iter_mut().for_each(Serving::ask_to_end);
        let deadline = Instant::now() + TIME_TO_END;
        warnings.extend(free.into_iter().flat_map(|serving| serving.ended(deadline)).map(service_warning));
        left = needed;
    }
    warnings
}

/// Those that no other one needs, and the others. There is one of the first at least: they do not need each other.
fn last_first(all: Vec<Serving>) -> (Vec<Serving>, Vec<Serving>) {
    let needed: Vec<&'static Definition> =
        all.iter().flat_map(|serving| serving.definition.needs()).collect();
    all.into_iter().partition(|serving| !needed.contains(&serving.definition))
}

/// Something about a service that the user should know.
fn service_warning(message: impl AsRef<str>) -> Warning {
    Warning::new(WarningKind::Service, conceal(message.as_ref()))
}

impl Drop for Services {
    fn drop(&mut self) {
        self.end();
    }
}
