//! What workers are told of the services of a run. Main type: [`Provisions`].

use std::fmt::{self, Debug};

use super::Setback;
use crate::json;
use crate::model::{ByName, Failure, FailureKind};
use crate::secrets::conceal;

/// What came of each service of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Provisions {
    /// By the full name of the service.
    endpoints: ByName<Endpoint>,
    /// Whether what is not there is a failure instead of a reason to skip.
    are_required: bool,
}

json::object!(Provisions { endpoints, are_required });

/// What came of a service.
#[derive(Clone, PartialEq)]
pub(crate) enum Endpoint {
    /// It runs.
    Ready {
        /// What it tells its fixtures, as JSON. It may hold a password, so it goes over the channel only.
        text: String,
        /// What it is, for the record.
        facts: ByName<String>,
    },
    /// It cannot be had here, for this reason.
    Unavailable(String),
    /// It did not start.
    Failed(Failure),
}

json::choice!(Endpoint {
    Ready { text, facts } = "ready",
    Unavailable(reason) = "unavailable",
    Failed(failure) = "failed",
});

impl Provisions {
    /// What came of the service of this full name, if the run has one.
    pub(crate) fn get(&self, service: &str) -> Option<&Endpoint> {
        self.endpoints.get(service)
    }

    /// Notes what came of a service.
    pub(crate) fn set(&mut self, service: String, endpoint: Endpoint) {
        self.endpoints.insert(service, endpoint);
    }

    /// The same without what came of this service.
    pub(crate) fn without(&self, service: &str) -> Self {
        let mut others = self.clone();
        others.endpoints.retain(|name| name != service);
        others
    }

    /// The same, where what is not there may be a failure.
    pub(crate) fn required(self, are_required: bool) -> Self {
        Self { are_required, ..self }
    }

    /// What came of services now, where what is not there means the same as before.
    pub(super) fn replaced_by(&self, now: &Self) -> Self {
        now.clone().required(self.are_required)
    }

    /// Whether there is nothing to tell.
    pub(super) fn are_none(&self) -> bool {
        *self == Self::default()
    }

    /// What it means that a benchmark cannot be set up.
    pub(super) fn judged(&self, setback: Setback) -> Setback {
        match setback {
            Setback::Skipped(reason) if self.are_required => {
                let message = format!("{reason} (`--require-fixtures` makes that a failure)");
                Setback::Failed(Failure::new(FailureKind::Error, message))
            }
            other => other,
        }
    }
}

impl Endpoint {
    /// The same without secrets in what is shown of it.
    pub(crate) fn concealed(self) -> Self {
        match self {
            Self::Unavailable(reason) => Self::Unavailable(conceal(&reason).into_owned()),
            Self::Failed(mut failure) => {
                failure.conceal();
                Self::Failed(failure)
            }
            ready @ Self::Ready { .. } => ready,
        }
    }
}

impl Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready { .. } => f.write_str("Ready(..)"),
            Self::Unavailable(reason) => f.debug_tuple("Unavailable").field(reason).finish(),
            Self::Failed(failure) => f.debug_tuple("Failed").field(failure).finish(),
        }
    }
}
