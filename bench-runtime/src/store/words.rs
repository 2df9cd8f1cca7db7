//! The words that stand in result files for the enums in memory, so that a renaming there never changes a file.

use serde::{Deserialize, Serialize};

use crate::model;

/// Declares the words for an enum in memory and how to get from there to them. A variant that the enum gains without
/// a word here does not compile.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident for $model:ty {
        $($(#[$word_doc:meta])* $word:ident),+ $(,)?
    } $(or $(#[$other_doc:meta])* $other:ident)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(rename_all = "snake_case")]
        pub(crate) enum $name {
            $($(#[$word_doc])* $word,)+
            $($(#[$other_doc])* #[serde(other)] $other,)?
        }

        impl From<$model> for $name {
            fn from(value: $model) -> Self {
                match value {
                    $(<$model>::$word => Self::$word,)+
                }
            }
        }
    };
}

words! {
    /// What a benchmark exercises.
    KindWord for model::Kind {
        /// Computation in the process.
        Core,
        /// A database or another server.
        Db,
        /// Futures.
        Async,
    }
}

words! {
    /// How much certainty was asked for.
    DepthWord for model::Depth {
        /// A first impression.
        Quick,
        /// What a run does unless told otherwise.
        Default,
        /// As much as can be had.
        Rigorous,
    }
}

words! {
    /// Why a run ended before everything was measured.
    StopWord for model::Stop {
        /// Ctrl-C.
        Interrupt,
        /// SIGTERM.
        Terminate,
    }
}

words! {
    /// What kind of end a failed benchmark came to.
    FailureWord for model::FailureKind {
        /// It panicked.
        Panic,
        /// It returned an error.
        Error,
        /// It called `abort`.
        Abort,
        /// A signal ended its process.
        Signal,
        /// It ran out of stack.
        StackOverflow,
        /// It ran out of memory.
        OutOfMemory,
        /// It ended its own process.
        Exit,
        /// A step took longer than its `timeout`.
        Timeout,
        /// It gave another answer than the arms it is compared with.
        Answer,
    }
}

words! {
    /// How a routine is called.
    ShapeWord for model::Shape {
        /// One call after the other, on the measuring thread.
        Serial,
        /// Futures, one in flight, on the measuring thread.
        SerialAsync,
        /// Futures that may overlap.
        Concurrent,
        /// Futures on a worker thread of the runtime.
        Spawned,
    }
}

words! {
    /// Where the arms of a case ran.
    PlacementWord for model::Placement {
        /// All arms in one worker process.
        Shared,
        /// Each arm in a process of its own, all on one core, in lock step.
        LockStep,
        /// In the runner's own process.
        InProcess,
    }
}

words! {
    /// When the outputs of a routine are dropped.
    DropWord for model::DropPolicy {
        /// Outside the clock.
        Untimed,
        /// Inside the clock, as part of the routine.
        Timed,
    }
}

words! {
    /// What percentiles are taken of.
    PercentilesOfWord for model::PercentilesOf {
        /// Single calls.
        Calls,
        /// Sub-samples, each the mean of several calls.
        SubSamples,
    }
}

words! {
    /// How long an operation takes, which decides how it is sampled.
    RegimeWord for model::Regime {
        /// Under 1 µs.
        Tiny,
        /// 1 to 10 µs.
        Short,
        /// 10 to 100 µs.
        Medium,
        /// 100 µs to 5 ms.
        Long,
        /// 5 to 100 ms.
        Slow,
        /// Over 100 ms.
        VerySlow,
    }
}

words! {
    /// The word for a comparison with the reference.
    VerdictWord for model::Verdict {
        /// The arm takes less time, beyond doubt and beyond the floor.
        Faster,
        /// The arm takes more time, beyond doubt and beyond the floor.
        Slower,
        /// Any difference is within the floor.
        Same,
        /// The run could not tell.
        Inconclusive,
    }
}

words! {
    /// What a second look said of a difference that the first one showed.
    ConfirmationWord for model::Confirmation {
        /// There was no difference to confirm.
        NotNeeded,
        /// Nobody asked for one.
        NotAsked,
        /// There was none, for want of time or because the run was stopped.
        Lacking,
        /// It showed the same.
        Confirmed,
        /// It did not show the same.
        Contradicted,
    }
}

words! {
    /// Which of the two measurements of a case a run belongs to.
    LookWord for model::Look {
        /// The one that every case gets.
        First,
        /// The one that confirms what the first would call a change.
        Second,
    }
}

words! {
    /// Where the spread between runs is taken from.
    SpreadWord for model::SpreadFrom {
        /// From the runs themselves.
        Runs,
        /// There were too few to tell, so it is largely an assumption.
        Assumption,
    }
}

words! {
    /// The kind of tokio runtime that drives a benchmark's futures.
    FlavorWord for model::Flavor {
        /// Everything on the measuring thread.
        CurrentThread,
        /// A pool of worker threads.
        MultiThread,
    }
}

words! {
    /// What a warning is about. The list grows: a reader meets words that it does not know.
    WarningWord for model::WarningKind {
        /// The benchmark was compiled without optimisation.
        DebugBuild,
        /// Other programs kept the machine busy.
        LoadedMachine,
        /// The hypervisor took the processor away.
        Steal,
        /// The kernel took the core away from the worker.
        InvoluntarySwitches,
        /// The clock is too coarse for the figure.
        ClockResolution,
        /// The routine takes no time at all.
        OptimisedAway,
        /// The first call took far longer than the rest.
        SlowFirstCall,
        /// The worker was not pinned to a core.
        NotPinned,
        /// An option is set that the version does not act on.
        NotActedOn,
        /// Some iterations returned errors.
        Errors,
        /// There was less time than the settings ask for.
        ShortOfTime,
        /// An arm of the case had to be left out.
        ArmEvicted,
        /// A stored file could not be used.
        Store,
        /// The code of two builds is laid out differently, or may be, for another reason than its source.
        CodeLayout,
        /// A comparison rests on so few runs that their spread had to be assumed.
        FewRuns,
        /// A difference was not confirmed by a second look.
        Unconfirmed,
        /// The time rises or falls over the rounds of each run.
        Drift,
        /// The samples gather around more than one figure.
        Modes,
        /// Several rounds in a row were far slower than the others.
        SlowSpell,
        /// A sample was far slower than the others.
        Outlier,
        /// The earlier results that the report is compared with are old.
        StaleBaseline,
        /// The earlier results are from another kind of machine.
        OtherMachine,
        /// Benchmarks are better than the earlier results, and nobody has recorded it.
        UnrecordedImprovement,
    } or
    /// Something that this version has no word for.
    Unknown
}

words! {
    /// The word for a change since an earlier time.
    ChangeWord for model::Change {
        /// It got worse.
        Regressed,
        /// It could not be told.
        Inconclusive,
        /// The two cannot be compared.
        NotComparable,
        /// It was not there before.
        New,
        /// It was there before and is not any more.
        Vanished,
        /// It got better.
        Improved,
        /// Any difference is too small to matter.
        Unchanged,
    }
}

words! {
    /// The rule by which changes are judged.
    GateWord for model::Gate {
        /// A change must be beyond doubt, and its estimate beyond what is allowed.
        Confident,
        /// The figures alone are compared.
        Plain,
    }
}

words! {
    /// What it means to miss a limit.
    LevelWord for model::Level {
        /// It should hold.
        Target,
        /// It must hold.
        Critical,
    }
}

words! {
    /// The word for what the limits of a suite come to.
    GradeWord for model::Grade {
        /// Every limit holds.
        Good,
        /// At least 80 % of the benchmarks meet theirs, and nothing critical is missed.
        Acceptable,
        /// Fewer do, or something critical is missed.
        NeedsInvestigation,
        /// A benchmark tagged `sustained` misses a critical throughput.
        Blocking,
    }
}

/// Whether a limit holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum MetWord {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It cannot be told; `reason` says why.
    Unknown,
}
