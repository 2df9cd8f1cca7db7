//! The start of all services: those whose needs are met, at the same time. Main type: [`Starting`].

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use super::serving::{Order, Serving, failed, stopped, too_late};
use super::{Host, Services, TIME_TO_START};
use crate::fixture::{Definition, Make, Scope};
use crate::model::{Failure, FailureKind};
use crate::secrets::conceal;
use crate::worker::{Endpoint, Provisions};

/// How often it is looked whether the user stopped the run.
const LOOK: Duration = Duration::from_millis(50);

/// A service that does not look at its deadline is given up so much later.
const GRACE: Duration = Duration::from_secs(1);

/// Services on their way.
pub(super) struct Starting<'a> {
    host: Host<'a>,
    waiting: Vec<&'static Definition>,
    services: Services,
    since: Vec<(&'static Definition, Instant)>,
    news: (Sender<News>, Receiver<News>),
}

/// What a service says.
enum News {
    /// What it is doing.
    Doing(&'static Definition, String),
    /// What came of its start.
    Answer(&'static Definition, Endpoint),
}

impl<'a> Starting<'a> {
    /// These services, beside others of which it is known what came of them.
    pub(super) fn new(definitions: &[&'static Definition], known: Provisions, host: Host<'a>) -> Self {
        let (mut services, since) = (Services::default(), Vec::new());
        services.provisions = known;
        Self { host, waiting: definitions.to_vec(), services, since, news: channel() }
    }

    /// Starts all, and waits until it is known what came of each.
    pub(super) fn all(mut self) -> Services {
        loop {
            self.start_those_that_can();
            if self.is_over() {
                return self.services;
            }
            match self.news.1.recv_timeout(LOOK) {
                Ok(News::Doing(definition, doing)) => {
                    (self.host.tell)(definition.function, &conceal(&doing));
                }
                Ok(News::Answer(definition, endpoint)) => self.answered(definition, endpoint),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => self.give_up_late_ones(),
            }
        }
    }

    fn is_over(&self) -> bool {
        self.waiting.is_empty()
            && self.services.serving.iter().all(|serving| self.is_known(serving.definition))
    }

    fn is_known(&self, definition: &Definition) -> bool {
        self.endpoint(definition).is_some()
    }

    fn endpoint(&self, definition: &Definition) -> Option<&Endpoint> {
        self.services.provisions.get(&definition.path())
    }

    /// Starts those of which all needs are met; where one cannot be, that is what comes of them.
    fn start_those_that_can(&mut self) {
        for definition in std::mem::take(&mut self.waiting) {
            match self.needs(definition) {
                Ok(Some(needs)) if !(self.host.stop)() => self.start(definition, needs),
                Ok(Some(_)) => self.settle(definition, stopped()),
                Ok(None) => self.waiting.push(definition),
                Err(endpoint) => self.settle(definition, endpoint),
            }
        }
    }

    /// What the services have told that a service needs; `None` as long as one has not.
    fn needs(
        &self,
        definition: &'static Definition,
    ) -> Result<Option<Vec<(&'static Definition, String)>>, Endpoint> {
        let mut told = Vec::new();
        for need in definition.needs() {
            match self.endpoint(need) {
                Some(Endpoint::Ready { text, .. }) => told.push((need, text.clone())),
                Some(Endpoint::Unavailable(reason)) => {
                    return Err(Endpoint::Unavailable(format!("{}: {reason}", need.function)));
                }
                Some(Endpoint::Failed(failure)) => {
                    let message = format!("{}: {}", need.function, failure.message);
                    return Err(Endpoint::Failed(Failure { message, ..failure.clone() }));
                }
                None if need.is_service() => return Ok(None),
                None => {
                    let message =
                        format!("it needs the fixture `{}`, which is made in workers only", need.function);
                    return Err(failed(FailureKind::Error, message));
                }
            }
        }
        Ok(Some(told))
    }

    fn start(&mut self, definition: &'static Definition, needs: Vec<(&'static Definition, String)>) {
        let time = match definition.make {
            Make::Service { timeout, .. } => timeout.unwrap_or(TIME_TO_START),
            Make::Fixture { .. } => TIME_TO_START,
        };
        let (doing, answer) = (self.news.0.clone(), self.news.0.clone());
        let scope =
            Scope::new(self.host.run.clone(), time, self.host.variable, self.host.keeps, move |text| {
                let _ = doing.send(News::Doing(definition, text.to_owned()));
            });
        (self.host.tell)(definition.function, "starting");
        self.since.push((definition, Instant::now()));
        let order = Order { definition, scope, needs };
        let serving = Serving::start(order, move |endpoint| {
            let _ = answer.send(News::Answer(definition, endpoint));
        });
        self.services.serving.push(serving);
    }

    fn answered(&mut self, definition: &'static Definition, endpoint: Endpoint) {
        let serving = self.services.serving.iter_mut().find(|serving| serving.definition.is(definition));
        serving.into_iter().for_each(|serving| serving.has_answered = true);
        // One that was given up has come to its end already.
        if !self.is_known(definition) {
            self.settle(definition, endpoint);
        }
    }

    /// Notes what came of a service.
    fn settle(&mut self, definition: &'static Definition, endpoint: Endpoint) {
        let endpoint = endpoint.concealed();
        let since = self.since.iter().find(|(of, _)| of.is(definition)).map(|(_, since)| since.elapsed());
        let told = match &endpoint {
            Endpoint::Ready { .. } => format!("ready in {:.2} s", since.unwrap_or_default().as_secs_f64()),
            Endpoint::Unavailable(reason) => format!("not available: {reason}"),
            Endpoint::Failed(failure) => format!("failed: {}", failure.message),
        };
        (self.host.tell)(definition.function, &told);
        if matches!(endpoint, Endpoint::Ready { .. }) {
            self.services.started.push((definition.function, since.unwrap_or_default()));
        }
        self.services.provisions.set(definition.path(), endpoint);
    }

    /// Asks all to give up once the user stopped the run, and gives up those that do not answer in time.
    fn give_up_late_ones(&mut self) {
        let is_stopped = (self.host.stop)();
        let open = |serving: &&Serving| !serving.has_answered;
        let mut given_up = Vec::new();
        for serving in self.services.serving.iter().filter(open) {
            if is_stopped {
                serving.scope.cancel();
            }
            let (scope, definition) = (&serving.scope, serving.definition);
            if scope.is_late_by(GRACE) {
                given_up.push((definition, too_late(scope)));
            } else if is_stopped && scope.is_cancelled_for(GRACE) {
                given_up.push((definition, stopped()));
            }
        }
        for (definition, endpoint) in given_up {
            if !self.is_known(definition) {
                self.settle(definition, endpoint);
            }
        }
    }
}
