//! What will be measured, and how: selection, merged options, order. Main type: [`Plan`].

mod empty;
mod limits;
mod make;
mod merge;
mod selection;
mod shard;
mod sides;
#[cfg(test)]
mod words;

pub(crate) use self::empty::{nearest, why_empty};
pub(crate) use self::limits::FileLimits;
pub(crate) use self::make::PlanError;
pub(crate) use self::merge::Levels;

use std::collections::{BTreeSet, HashSet};

use crate::fixture::{Definition, in_order};
use crate::model::{BenchId, Kind, Limit, Location, Params, Settings, Side, Warning};

/// Runs that a benchmark has at least, each time that it is measured, where it is measured for the record: that is twice.
pub(crate) const RUNS_FOR_THE_RECORD: u32 = 3;

/// Everything that was selected, in the order in which it is measured and reported.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Plan {
    /// What is measured together.
    pub(crate) cases: Vec<GroupCase>,
    /// What the user should know of the plan: options that this version does not act on, say.
    pub(crate) warnings: Vec<Warning>,
    /// What is registered besides.
    pub(crate) rest: Rest,
}

/// What is registered and was not selected.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rest {
    /// Filters keep things out: it could be anything.
    Anything,
    /// There are no filters: nothing but the cases of these functions, named without parameters, such as extended ones.
    Functions(BTreeSet<String>),
}

impl Default for Rest {
    fn default() -> Self {
        Self::Functions(BTreeSet::new())
    }
}

impl Rest {
    /// Whether a benchmark with this full name may be registered although it was not selected.
    pub(crate) fn may_have(&self, id: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Functions(functions) => functions.contains(id.split('[').next().unwrap_or(id)),
        }
    }
}

impl Plan {
    /// How many functions the selected benchmarks are cases of.
    pub(crate) fn functions(&self) -> usize {
        let arms = self.cases.iter().flat_map(|case| &case.arms);
        arms.map(|arm| (&arm.id.package, &arm.id.module, &arm.id.function)).collect::<HashSet<_>>().len()
    }

    /// The services that the benchmarks which run need, each once, what is needed before what needs it.
    pub(crate) fn services(&self) -> Vec<&'static Definition> {
        let arms = self.cases.iter().flat_map(|case| &case.arms).filter(|arm| arm.skip.is_none());
        let needed =
            arms.filter_map(|arm| arm.fixture).flat_map(|fixture| in_order(fixture).unwrap_or_default());
        let mut services: Vec<&'static Definition> = Vec::new();
        for service in needed.filter(|definition| definition.is_service()) {
            if !services.contains(&service) {
                services.push(service);
            }
        }
        services
    }
}

/// The arms that take turns: those of a group with equal parameters, or a benchmark without a group on its own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GroupCase {
    /// The group, if any.
    pub(crate) group: Option<String>,
    /// The parameters that the arms share.
    pub(crate) params: Params,
    /// At least one; at most one of them is the reference.
    pub(crate) arms: Vec<Arm>,
}

/// One benchmark, ready to be handed to a worker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Arm {
    /// The full name.
    pub(crate) id: BenchId,
    /// The name to show.
    pub(crate) name: String,
    /// What it exercises.
    pub(crate) kind: Kind,
    /// The words it can be selected by.
    pub(crate) tags: Vec<String>,
    /// Whether the other arms are compared with it.
    pub(crate) is_reference: bool,
    /// Where it is declared.
    pub(crate) location: Location,
    /// The limits that its figures are held to.
    pub(crate) limits: Vec<Limit>,
    /// How it is measured.
    pub(crate) settings: Settings,
    /// Why it is reported without being run: ignored, or needs what this version does not have.
    pub(crate) skip: Option<String>,
    /// What it takes from a fixture or a service.
    pub(crate) fixture: Option<&'static Definition>,
    /// The program that runs it.
    pub(crate) side: Side,
}
