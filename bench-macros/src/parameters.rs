//! What each parameter of a benchmark is for. Main type: [`Roles`].

use crate::model::Model;
use crate::signature::{Parameter, Signature};

/// The parameters by their role.
#[derive(Debug, Default)]
pub(crate) struct Roles<'a> {
    /// Each parameter's role, in the order of declaration.
    pub(crate) order: Vec<Role>,
    /// What `args` fills; one, unless there is a mistake.
    pub(crate) values: Vec<&'a Parameter>,
    /// What `fixture` fills.
    pub(crate) fixture: Option<&'a Parameter>,
    /// Benchers after the first one.
    pub(crate) extra_benchers: Vec<&'a Parameter>,
    /// Benchers behind a reference.
    pub(crate) borrowed_benchers: Vec<&'a Parameter>,
}

/// What a parameter is filled from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The harness.
    Bencher,
    /// `args`.
    Value,
    /// `fixture`.
    Fixture,
}

impl<'a> Roles<'a> {
    /// Assigns the roles: the first `Bencher` is the bencher, with `fixture` the last other one is the fixture, the
    /// rest are values.
    pub(crate) fn of(function: &'a Signature, model: &Model) -> Self {
        let mut roles = Self::default();
        let is_bencher = |parameter: &Parameter| parameter.is("Bencher");
        let last = function.parameters.iter().rposition(|parameter| !is_bencher(parameter));
        for (index, parameter) in function.parameters.iter().enumerate() {
            if is_bencher(parameter) {
                roles.bencher(parameter);
            } else if parameter.refers_to("Bencher") {
                roles.borrowed_benchers.push(parameter);
            } else if model.attempts("fixture") && last == Some(index) {
                roles.order.push(Role::Fixture);
                roles.fixture = Some(parameter);
            } else {
                roles.order.push(Role::Value);
                roles.values.push(parameter);
            }
        }
        roles
    }

    fn bencher(&mut self, parameter: &'a Parameter) {
        if self.has_bencher() {
            self.extra_benchers.push(parameter);
        } else {
            self.order.push(Role::Bencher);
        }
    }

    /// Whether the function makes its own `Prepared`.
    pub(crate) fn has_bencher(&self) -> bool {
        self.order.contains(&Role::Bencher) || !self.borrowed_benchers.is_empty()
    }

    /// The parameter that takes the values of `args`.
    pub(crate) fn value(&self) -> Option<&'a Parameter> {
        self.values.first().copied()
    }
}
