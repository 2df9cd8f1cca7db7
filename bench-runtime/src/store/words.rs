//! The words that stand in result files, most of them for the enums in memory, so that a renaming there never changes a
//! file.

use crate::json::{self, Error, FromJson, Source, ToJson, Writer};
use crate::model;

/// Declares words and, where they stand for an enum in memory, how to get from there to them and back. A variant that
/// the enum gains without a word here does not compile.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident for $model:ty {
        $($(#[$word_doc:meta])* $word:ident = $text:literal),+ $(,)?
    } $(or $(#[$other_doc:meta])* $other:ident = $other_text:literal)?) => {
        words! {
            $(#[$doc])* $name { $($(#[$word_doc])* $word = $text),+ }
            $(or $(#[$other_doc])* $other = $other_text)?
        }

        impl From<$model> for $name {
            fn from(value: $model) -> Self {
                match value {
                    $(<$model>::$word => Self::$word,)+
                    $(<$model>::$other => Self::$other,)?
                }
            }
        }

        impl From<$name> for $model {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$word => Self::$word,)+
                    $($name::$other => Self::$other,)?
                }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident {
        $($(#[$word_doc:meta])* $word:ident = $text:literal),+ $(,)?
    } $(or $(#[$other_doc:meta])* $other:ident = $other_text:literal)?) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub(crate) enum $name {
            $($(#[$word_doc])* #[cfg_attr(feature = "schema", schemars(rename = $text))] $word,)+
            $($(#[$other_doc])* #[cfg_attr(feature = "schema", schemars(rename = $other_text))] $other,)?
        }

        impl $name {
            /// The word as it stands in files.
            pub(crate) fn text(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)+
                    $(Self::$other => $other_text,)?
                }
            }

            fn of(text: &str) -> Option<Self> {
                const OTHER: &[$name] = &[$($name::$other)?];
                match text {
                    $($text => Some(Self::$word),)+
                    _ => OTHER.first().copied(),
                }
            }
        }

        impl FromJson for $name {
            fn blank() -> Self {
                let [first, ..] = [$(Self::$word),+];
                first
            }

            fn fill(&mut self, source: Source<'_>) -> Result<(), Error> {
                let text = source.text()?;
                *self = Self::of(&text).ok_or_else(|| json::unknown(&text, &[$($text),+]))?;
                Ok(())
            }
        }

        impl ToJson for $name {
            fn write(&self, out: &mut Writer) {
                out.scalar(self.text());
            }
        }
    };
}

words! {
    /// The name and version of the format.
    SchemaWord {
        /// The first.
        Result1 = "adapter-bench/result/1",
    }
}

words! {
    /// How a benchmark ended.
    OutcomeWord {
        /// It was measured.
        Measured = "measured",
        /// It was not run; `reason` says why.
        Skipped = "skipped",
        /// It failed; `failure` says how.
        Failed = "failed",
        /// It ran once without fault, as under `cargo test`.
        Passed = "passed",
    }
}

words! {
    /// How allocations were traced back to the lines that made them.
    SitesModeWord for model::SitesMode {
        /// They were not.
        Off = "off",
        /// A random part of them was.
        Sampled = "sampled",
        /// Each one was.
        Full = "full",
    }
}

words! {
    /// The unit of times.
    UnitWord {
        /// Nanoseconds.
        Ns = "ns",
    }
}

words! {
    /// What a benchmark exercises.
    KindWord for model::Kind {
        /// Computation in the process.
        Core = "core",
        /// A database or another server.
        Db = "db",
        /// Futures.
        Async = "async",
    }
}

words! {
    /// How much certainty was asked for.
    DepthWord for model::Depth {
        /// A first impression.
        Quick = "quick",
        /// What a run does unless told otherwise.
        Default = "default",
        /// As much as can be had.
        Rigorous = "rigorous",
    }
}

words! {
    /// Why a run ended before everything was measured.
    StopWord for model::Stop {
        /// Ctrl-C.
        Interrupt = "interrupt",
        /// SIGTERM.
        Terminate = "terminate",
    }
}

words! {
    /// What kind of end a failed benchmark came to.
    FailureWord for model::FailureKind {
        /// It panicked.
        Panic = "panic",
        /// It returned an error.
        Error = "error",
        /// It called `abort`.
        Abort = "abort",
        /// A signal ended its process.
        Signal = "signal",
        /// It ran out of stack.
        StackOverflow = "stack_overflow",
        /// It ran out of memory.
        OutOfMemory = "out_of_memory",
        /// It ended its own process.
        Exit = "exit",
        /// A step took longer than its `timeout`.
        Timeout = "timeout",
        /// It gave another answer than the arms it is compared with.
        Answer = "answer",
        /// It left something else behind than the arms it is compared with.
        EndState = "end_state",
    }
}

words! {
    /// How a routine is called.
    ShapeWord for model::Shape {
        /// One call after the other, on the measuring thread.
        Serial = "serial",
        /// Futures, one in flight, on the measuring thread.
        SerialAsync = "serial_async",
        /// Futures that may overlap.
        Concurrent = "concurrent",
        /// Futures on a worker thread of the runtime.
        Spawned = "spawned",
    }
}

words! {
    /// How the arrivals of an open loop follow each other.
    ArrivalsWord for model::Arrivals {
        /// At equal distances.
        Constant = "constant",
        /// At random distances with an exponential distribution.
        Poisson = "poisson",
    }
}

words! {
    /// A figure under load that is compared.
    LoadFigureWord for model::LoadFigure {
        /// Operations per second.
        Throughput = "throughput",
        /// The median latency.
        P50 = "p50",
        /// The 90th percentile of latency.
        P90 = "p90",
        /// The 99th percentile of latency.
        P99 = "p99",
        /// The 99.9th percentile of latency.
        P999 = "p999",
    }
}

words! {
    /// What came of a trial at one rate.
    RateEndingWord for model::RateEnding {
        /// Every target held.
        Held = "held",
        /// One did not.
        Missed = "missed",
        /// The generator was in the way, so it is not known.
        GeneratorLate = "generator_late",
    }
}

words! {
    /// Which thread polls a routine's futures.
    PolledOnWord for model::PolledOn {
        /// The measuring thread, inside `block_on`.
        MainThread = "main_thread",
        /// A worker thread of the runtime, as a task.
        WorkerTask = "worker_task",
    }
}

words! {
    /// Where the arms of a case ran.
    PlacementWord for model::Placement {
        /// All arms in one worker process.
        Shared = "shared",
        /// Each arm in a process of its own, all on one core, in lock step.
        LockStep = "lock_step",
        /// In the runner's own process.
        InProcess = "in_process",
    }
}

words! {
    /// When the outputs of a routine are dropped.
    DropWord for model::DropPolicy {
        /// Outside the clock.
        Untimed = "untimed",
        /// Inside the clock, as part of the routine.
        Timed = "timed",
    }
}

words! {
    /// What percentiles are taken of.
    PercentilesOfWord for model::PercentilesOf {
        /// Single calls.
        Calls = "calls",
        /// Sub-samples, each the mean of several calls.
        SubSamples = "sub_samples",
    }
}

words! {
    /// How long an operation takes, which decides how it is sampled.
    RegimeWord for model::Regime {
        /// Under 1 µs.
        Tiny = "tiny",
        /// 1 to 10 µs.
        Short = "short",
        /// 10 to 100 µs.
        Medium = "medium",
        /// 100 µs to 5 ms.
        Long = "long",
        /// 5 to 100 ms.
        Slow = "slow",
        /// Over 100 ms.
        VerySlow = "very_slow",
    }
}

words! {
    /// The word for a comparison with the reference.
    VerdictWord for model::Verdict {
        /// The arm takes less time, beyond doubt and beyond the floor.
        Faster = "faster",
        /// The arm takes more time, beyond doubt and beyond the floor.
        Slower = "slower",
        /// Any difference is within the floor.
        Same = "same",
        /// The run could not tell.
        Inconclusive = "inconclusive",
    }
}

words! {
    /// What a second look said of a difference that the first one showed.
    ConfirmationWord for model::Confirmation {
        /// There was no difference to confirm.
        NotNeeded = "not_needed",
        /// Nobody asked for one.
        NotAsked = "not_asked",
        /// There was none, for want of time or because the run was stopped.
        Lacking = "lacking",
        /// It showed the same.
        Confirmed = "confirmed",
        /// It did not show the same.
        Contradicted = "contradicted",
    }
}

words! {
    /// Which of the two measurements of a case a run belongs to.
    LookWord for model::Look {
        /// The one that every case gets.
        First = "first",
        /// The one that confirms what the first would call a change.
        Second = "second",
    }
}

words! {
    /// Where the spread between runs is taken from.
    SpreadWord for model::SpreadFrom {
        /// From the runs themselves.
        Runs = "runs",
        /// There were too few to tell, so it is largely an assumption.
        Assumption = "assumption",
    }
}

words! {
    /// The kind of tokio runtime that drives a benchmark's futures.
    FlavorWord for model::Flavor {
        /// Everything on the measuring thread.
        CurrentThread = "current_thread",
        /// A pool of worker threads.
        MultiThread = "multi_thread",
    }
}

words! {
    /// What a warning is about. The list grows: a reader meets words that it does not know.
    WarningWord for model::WarningKind {
        /// The benchmark was compiled without optimisation.
        DebugBuild = "debug_build",
        /// Other programs kept the machine busy.
        LoadedMachine = "loaded_machine",
        /// The hypervisor took the processor away.
        Steal = "steal",
        /// The kernel took the core away from the worker.
        InvoluntarySwitches = "involuntary_switches",
        /// The clock is too coarse for the figure.
        ClockResolution = "clock_resolution",
        /// The routine takes no time at all.
        OptimisedAway = "optimised_away",
        /// The first call took far longer than the rest.
        SlowFirstCall = "slow_first_call",
        /// The worker was not pinned to a core.
        NotPinned = "not_pinned",
        /// An option is set that the version does not act on.
        NotActedOn = "not_acted_on",
        /// Some iterations returned errors.
        Errors = "errors",
        /// There was less time than the settings ask for.
        ShortOfTime = "short_of_time",
        /// An arm of the case had to be left out.
        ArmEvicted = "arm_evicted",
        /// A stored file could not be used.
        Store = "store",
        Service = "service",
        /// The code of two builds is laid out differently, or may be, for another reason than its source.
        CodeLayout = "code_layout",
        /// A comparison rests on so few runs that their spread had to be assumed.
        FewRuns = "few_runs",
        /// A difference was not confirmed by a second look.
        Unconfirmed = "unconfirmed",
        /// It was measured more than once, because it stayed open.
        Retried = "retried",
        /// Every iteration leaves memory behind.
        Leak = "leak",
        /// A poll of a future took so long that it held up the event loop.
        BlockedLoop = "blocked_loop",
        /// Of an arm and its reference one is asynchronous and the other is not.
        AsyncBesideSync = "async_beside_sync",
        /// What it runs on, a server or the plan of a query, changed meanwhile or since the last results.
        Basis = "basis",
        /// The time rises or falls over the rounds of each run.
        Drift = "drift",
        /// The load was not the one that was asked for.
        Load = "load",
        /// The samples gather around more than one figure.
        Modes = "modes",
        /// Several rounds in a row were far slower than the others.
        SlowSpell = "slow_spell",
        /// A sample was far slower than the others.
        Outlier = "outlier",
        /// The earlier results that the report is compared with are old.
        StaleBaseline = "stale_baseline",
        /// The earlier results are from another kind of machine.
        OtherMachine = "other_machine",
        /// Benchmarks are better than the earlier results, and nobody has recorded it.
        UnrecordedImprovement = "unrecorded_improvement",
    } or
    /// Something that this version has no word for.
    Unknown = "unknown"
}

words! {
    /// The word for a change since an earlier time.
    ChangeWord for model::Change {
        /// It got worse.
        Regressed = "regressed",
        /// It got worse or better, and the plan of one of its queries is another one.
        PlanChanged = "plan_changed",
        /// It could not be told.
        Inconclusive = "inconclusive",
        /// The two cannot be compared.
        NotComparable = "not_comparable",
        /// It was not there before.
        New = "new",
        /// It was there before and is not any more.
        Vanished = "vanished",
        /// It got better.
        Improved = "improved",
        /// Any difference is too small to matter.
        Unchanged = "unchanged",
    }
}

words! {
    /// The rule by which changes are judged.
    GateWord for model::Gate {
        /// A change must be beyond doubt, and its estimate beyond what is allowed.
        Confident = "confident",
        /// The figures alone are compared.
        Plain = "plain",
    }
}

words! {
    /// What it means to miss a limit.
    LevelWord for model::Level {
        /// It should hold.
        Target = "target",
        /// It must hold.
        Critical = "critical",
    }
}

words! {
    /// The word for what the limits of a suite come to.
    GradeWord for model::Grade {
        /// Every limit holds.
        Good = "good",
        /// At least 80 % of the benchmarks meet theirs, and nothing critical is missed.
        Acceptable = "acceptable",
        /// Fewer do, or something critical is missed.
        NeedsInvestigation = "needs_investigation",
        /// A benchmark tagged `sustained` misses a critical throughput.
        Blocking = "blocking",
    }
}

words! {
    /// Whether a limit holds.
    MetWord {
        /// It does.
        Yes = "yes",
        /// It does not.
        No = "no",
        /// It cannot be told; `reason` says why.
        Unknown = "unknown",
    }
}
