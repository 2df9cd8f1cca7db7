//! What a routine does with memory: per iteration, over its lifetime, and where. Main types: [`Memory`] and
//! [`MemoryProfile`].

use std::fmt::{self, Display};

use super::id::Location;
use crate::json;

/// The fewest iterations whose figures may be called exact.
pub const EXACT_FROM: u32 = 5;

/// What the memory pass measured of one benchmark.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Memory {
    /// The middle iteration of each figure by itself (the lower one of two).
    pub per_iteration: MemoryFigures,
    /// The least of each figure.
    pub lowest: MemoryFigures,
    /// The most of each figure.
    pub highest: MemoryFigures,
    /// The very first iteration in the process, which also pays for what is made once. Not part of the others.
    pub first: MemoryFigures,
    /// Iterations that the figures are taken of; the discarded ones are none.
    pub iterations: u32,
    /// What became of the blocks that these iterations allocated.
    pub generations: Generations,
    /// Bytes that an iteration leaves behind for good, on average: those that never died.
    pub retained: f64,
    /// Whether that grows steadily.
    pub leak: Leak,
    /// Where the blocks were allocated.
    pub sites: Sites,
}

json::object!(Memory {
    per_iteration,
    lowest,
    highest,
    first,
    iterations,
    generations,
    retained,
    leak,
    sites,
});

impl Memory {
    /// Whether every figure was the same in every iteration, of which there were at least [`EXACT_FROM`].
    pub fn is_exact(&self) -> bool {
        self.iterations >= EXACT_FROM && self.lowest == self.highest
    }

    /// Whether this one figure was: `memory.is_exact_in(|figures| figures.allocations)`.
    pub fn is_exact_in<T: PartialEq>(&self, figure: impl Fn(&MemoryFigures) -> T) -> bool {
        self.iterations >= EXACT_FROM && figure(&self.lowest) == figure(&self.highest)
    }
}

/// What one iteration, or one part of a program, did with memory. All threads count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct MemoryFigures {
    /// Blocks allocated.
    pub allocations: u64,
    /// Blocks freed.
    pub deallocations: u64,
    /// Blocks that were given another size.
    pub reallocations: u64,
    /// Bytes asked for, the growth of reallocated blocks included.
    pub allocated: u64,
    /// Bytes given back, what reallocated blocks shrank by included.
    pub deallocated: u64,
    /// Bytes by which the live ones grew: `allocated` − `deallocated`. Below 0 where older blocks were freed.
    pub net: i64,
    /// The most live bytes at any time, above those at the start.
    pub peak: u64,
}

json::object!(MemoryFigures { allocations, deallocations, reallocations, allocated, deallocated, net, peak });

/// What became of blocks that iterations allocated: how long they lived.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Generations {
    /// They died within the iteration that allocated them (generation 0).
    pub within_iteration: Blocks,
    /// They died in a later iteration of the same round, or between two of them (generation 1).
    pub within_round: Blocks,
    /// They died in a later round (generation 2).
    pub later: Blocks,
    /// They were still alive at the end.
    pub never: Blocks,
}

json::object!(Generations { within_iteration, within_round, later, never });

impl Generations {
    /// All that were allocated.
    pub fn total(&self) -> Blocks {
        let all = [self.within_iteration, self.within_round, self.later, self.never];
        all.into_iter().fold(Blocks::default(), |sum, part| Blocks {
            blocks: sum.blocks + part.blocks,
            bytes: sum.bytes + part.bytes,
        })
    }
}

/// A number of blocks, and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Blocks {
    /// How many.
    pub blocks: u64,
    /// Their bytes together.
    pub bytes: u64,
}

json::object!(Blocks { blocks, bytes });

/// Whether live bytes grow from iteration to iteration.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Leak {
    /// There were too few iterations to tell.
    #[default]
    Unknown,
    /// They do not grow, or not steadily: a cache that fills up, a vector that doubles.
    None,
    /// They grow in every part of the pass.
    Steady {
        /// Bytes per iteration: the median over the parts.
        per_iteration: f64,
    },
}

json::choice!(Leak { Unknown = "unknown", None = "none", Steady { per_iteration } = "steady" });

/// How allocations are traced back to the lines that made them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SitesMode {
    /// They are not.
    Off,
    /// A random one in about 64 is; figures are scaled up, and so are estimates.
    Sampled,
    /// Each one is.
    #[default]
    Full,
}

json::word!(SitesMode { Off = "off", Sampled = "sampled", Full = "full" });

/// The lines that allocate most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sites {
    /// How they were found.
    pub mode: SitesMode,
    /// Those that allocated the most bytes, the largest first.
    pub by_bytes: Vec<Site>,
    /// Those that allocated the most blocks, the largest first.
    pub by_count: Vec<Site>,
    /// Those whose live blocks hold the most bytes at the end, the largest first.
    pub by_retained: Vec<Site>,
    /// Why there are none, or why they are less precise than they could be, with what to do about it.
    pub note: Option<String>,
}

json::object!(Sites { mode, by_bytes, by_count, by_retained, note });

/// A line that allocates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The function around it, as far as the program's symbols tell.
    pub function: Option<String>,
    /// The source file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// Whether `file` and `line` are those of the benchmark as a whole, since the program has no debug information.
    pub is_approximate: bool,
    /// Blocks allocated here.
    pub count: u64,
    /// Bytes allocated here, growth included.
    pub bytes: u64,
    /// Bytes of the blocks from here that are still alive.
    pub retained: u64,
}

json::object!(Site { function, file, line, is_approximate, count, bytes, retained });

impl Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        self.function.as_ref().map_or(Ok(()), |function| write!(f, " ({function})"))
    }
}

/// What [`profile_memory`](crate::profile_memory) measured.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MemoryProfile {
    /// From the start to the end.
    pub figures: MemoryFigures,
    /// The state at the start (named `start`), at every named step, and at the end (named `end`).
    pub snapshots: Vec<Snapshot>,
    /// The lines that allocate most.
    pub sites: Sites,
    /// Where it was asked for.
    pub location: Location,
    /// Why the figures are all zero, where nothing was measured.
    pub unavailable: Option<String>,
}

impl MemoryProfile {
    /// What happened between two snapshots; `None` where one does not exist, or where `to` came before `from`.
    ///
    /// The peak is the highest one of all steps between them, above the live bytes at `from`.
    pub fn between(&self, from: &str, to: &str) -> Option<MemoryFigures> {
        let place = |name: &str| self.snapshots.iter().position(|snapshot| snapshot.name == name);
        let (from, to) = (place(from)?, place(to)?);
        let (first, last) = (self.snapshots.get(from)?, self.snapshots.get(to)?);
        let reached =
            self.snapshots.get(from + 1..=to)?.iter().map(|snapshot| snapshot.peak_since_last).max();
        Some(MemoryFigures {
            allocations: last.allocations - first.allocations,
            deallocations: last.deallocations - first.deallocations,
            reallocations: last.reallocations - first.reallocations,
            allocated: last.allocated - first.allocated,
            deallocated: last.deallocated - first.deallocated,
            net: last.live - first.live,
            peak: reached.map_or(0, |peak| (peak - first.live).max(0).unsigned_abs()),
        })
    }
}

/// The state of a [`MemoryProfile`] at one moment. All figures count from its start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Snapshot {
    /// What it was called.
    pub name: String,
    /// Blocks allocated so far.
    pub allocations: u64,
    /// Blocks freed so far.
    pub deallocations: u64,
    /// Blocks that were given another size so far.
    pub reallocations: u64,
    /// Bytes asked for so far.
    pub allocated: u64,
    /// Bytes given back so far.
    pub deallocated: u64,
    /// Bytes that are live now, above those at the start.
    pub live: i64,
    /// The most that were live since the snapshot before this one, above those at the start.
    pub peak_since_last: i64,
}
