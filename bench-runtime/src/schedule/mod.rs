//! When which arm takes its turn: rounds, runs, warm-up, budget. It owns *when*, never *how*. Main type: [`Schedule`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::model::{ArmInfo, Calibration, Failure, Placement, Run};
use crate::plan::GroupCase;

/// One run of a case as it ended: what the journal keeps and a resumed run starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FinishedRun {
    /// The number of the run, from 0.
    pub(crate) index: u32,
    /// Where the arms ran.
    pub(crate) placement: Placement,
    /// What every arm that took part brought, by its id.
    pub(crate) arms: BTreeMap<String, ArmShare>,
}

/// What one arm brought to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ArmShare {
    /// Its turns.
    Measured {
        /// How it was set up.
        info: ArmInfo,
        /// How it was sampled.
        calibration: Calibration,
        /// The turns.
        run: Run,
    },
    /// It cannot run here, for this reason.
    Skipped(String),
    /// It failed, and takes no part in later runs.
    Failed(Failure),
}

/// What happens while a case is measured, for progress, logs and the journal.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'a> {
    /// A case begins.
    CaseStarted(&'a GroupCase),
    /// A round ended.
    RoundEnded {
        /// The run, from 0.
        run: u32,
        /// The runs there will be, as far as is known.
        runs: u32,
        /// The round within the run, from 0, warm-up rounds included.
        round: u32,
        /// The rounds of each run, warm-up rounds included.
        rounds: u32,
    },
    /// An arm failed and is left out from here on.
    ArmEvicted {
        /// Its id.
        id: &'a str,
        /// Why.
        failure: &'a Failure,
    },
    /// A run ended.
    RunEnded(&'a GroupCase, &'a FinishedRun),
    /// A case ended.
    CaseEnded(&'a GroupCase),
}
