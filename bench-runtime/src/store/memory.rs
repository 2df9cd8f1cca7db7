//! What a result file says of memory. Main type: [`MemoryEntry`].

use super::result::Figure;
use super::words::SitesModeWord;
use crate::json;
use crate::model::{Blocks, Generations, Leak, Memory, MemoryFigures, Site, Sites};

/// What an iteration does with memory, all threads together: of each figure the middle iteration.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct MemoryEntry {
    /// Blocks allocated.
    pub(crate) allocations: u64,
    /// Blocks freed.
    pub(crate) deallocations: u64,
    /// Blocks that were given another size.
    pub(crate) reallocations: u64,
    /// Bytes asked for, growth included.
    pub(crate) allocated: u64,
    /// Bytes given back.
    pub(crate) deallocated: u64,
    /// The most live bytes at any time, above those at the start.
    pub(crate) peak: u64,
    /// Bytes by which the live ones grew.
    pub(crate) net: i64,
    /// Bytes that an iteration leaves behind for good, on average.
    pub(crate) retained: Figure,
    /// Whether every figure was the same in every iteration, of at least five.
    pub(crate) exact: bool,
    /// Iterations that were counted.
    pub(crate) iterations: u32,
    /// The least of each figure; absent where all iterations were the same.
    pub(crate) lowest: Option<FiguresEntry>,
    /// The most of each figure; absent where all iterations were the same.
    pub(crate) highest: Option<FiguresEntry>,
    /// The very first iteration, which is not part of the other figures.
    pub(crate) first: FiguresEntry,
    /// What became of the blocks that all counted iterations allocated.
    pub(crate) generations: GenerationsEntry,
    /// Bytes by which every iteration grows steadily; 0 where it does not, absent where there were too few to tell.
    pub(crate) leak: Option<Figure>,
    /// How allocations were traced back to lines.
    pub(crate) sites: SitesModeWord,
    /// The lines that allocated the most bytes.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) top_allocations: Vec<SiteEntry>,
    /// The lines that allocated the most blocks.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) top_counts: Vec<SiteEntry>,
    /// The lines whose blocks hold the most bytes at the end.
    #[cfg_attr(feature = "schema", schemars(default, skip_serializing_if = "Vec::is_empty"))]
    pub(crate) top_retained: Vec<SiteEntry>,
    /// Why there are no lines, or why they are less precise than they could be.
    pub(crate) sites_note: Option<String>,
}

json::object!(MemoryEntry {
    allocations, deallocations, reallocations, allocated, deallocated, peak, net, retained, exact,
    iterations, lowest or absent, highest or absent, first, generations, leak or absent, sites,
    top_allocations or absent, top_counts or absent, top_retained or absent, sites_note or absent,
});

/// What one iteration did.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct FiguresEntry {
    allocations: u64,
    deallocations: u64,
    reallocations: u64,
    allocated: u64,
    deallocated: u64,
    peak: u64,
    net: i64,
}

json::object!(FiguresEntry { allocations, deallocations, reallocations, allocated, deallocated, peak, net });

/// How long blocks lived.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct GenerationsEntry {
    /// They died within the iteration that allocated them.
    within_iteration: BlocksEntry,
    /// They died later in the same round.
    within_round: BlocksEntry,
    /// They died in a later round.
    later: BlocksEntry,
    /// They were alive at the end.
    never: BlocksEntry,
}

json::object!(GenerationsEntry { within_iteration, within_round, later, never });

/// A number of blocks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct BlocksEntry {
    blocks: u64,
    bytes: u64,
}

json::object!(BlocksEntry { blocks, bytes });

/// A line that allocates.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct SiteEntry {
    /// `file:line (function)`.
    pub(crate) site: String,
    /// The source file.
    file: String,
    /// The line, from 1.
    line: u32,
    /// The function around it, where that is known.
    function: Option<String>,
    /// Whether the line is that of the benchmark as a whole.
    #[cfg_attr(feature = "schema", schemars(default))]
    approximate: bool,
    /// Blocks allocated here.
    pub(crate) count: u64,
    /// Bytes allocated here.
    pub(crate) bytes: u64,
    /// Bytes from here that are still alive.
    pub(crate) retained: u64,
}

json::object!(SiteEntry {
    site, file, line, function or absent, approximate or absent, count, bytes, retained,
});

impl From<&Memory> for MemoryEntry {
    fn from(memory: &Memory) -> Self {
        let varies = memory.lowest != memory.highest;
        let MemoryFigures { allocations, deallocations, reallocations, allocated, deallocated, net, peak } =
            memory.per_iteration;
        let sites = |sites: &[Site]| sites.iter().map(SiteEntry::from).collect();
        Self {
            allocations,
            deallocations,
            reallocations,
            allocated,
            deallocated,
            peak,
            net,
            retained: memory.retained.into(),
            exact: memory.is_exact(),
            iterations: memory.iterations,
            lowest: varies.then(|| memory.lowest.into()),
            highest: varies.then(|| memory.highest.into()),
            first: memory.first.into(),
            generations: memory.generations.into(),
            leak: match memory.leak {
                Leak::Unknown => None,
                Leak::None => Some(0.0.into()),
                Leak::Steady { per_iteration } => Some(per_iteration.into()),
            },
            sites: memory.sites.mode.into(),
            top_allocations: sites(&memory.sites.by_bytes),
            top_counts: sites(&memory.sites.by_count),
            top_retained: sites(&memory.sites.by_retained),
            sites_note: memory.sites.note.clone(),
        }
    }
}

impl From<MemoryEntry> for Memory {
    fn from(entry: MemoryEntry) -> Self {
        let MemoryEntry {
            allocations, deallocations, reallocations, allocated, deallocated, peak, net, ..
        } = entry;
        let per_iteration =
            MemoryFigures { allocations, deallocations, reallocations, allocated, deallocated, net, peak };
        let sites = |sites: Vec<SiteEntry>| sites.into_iter().map(Site::from).collect();
        Self {
            per_iteration,
            lowest: entry.lowest.map_or(per_iteration, Into::into),
            highest: entry.highest.map_or(per_iteration, Into::into),
            first: entry.first.into(),
            iterations: entry.iterations,
            generations: entry.generations.into(),
            retained: entry.retained.known().unwrap_or(f64::NAN),
            leak: match entry.leak.and_then(Figure::known) {
                None => Leak::Unknown,
                Some(0.0) => Leak::None,
                Some(per_iteration) => Leak::Steady { per_iteration },
            },
            sites: Sites {
                mode: entry.sites.into(),
                by_bytes: sites(entry.top_allocations),
                by_count: sites(entry.top_counts),
                by_retained: sites(entry.top_retained),
                note: entry.sites_note,
            },
        }
    }
}

impl From<MemoryFigures> for FiguresEntry {
    fn from(figures: MemoryFigures) -> Self {
        let MemoryFigures { allocations, deallocations, reallocations, allocated, deallocated, net, peak } =
            figures;
        Self { allocations, deallocations, reallocations, allocated, deallocated, peak, net }
    }
}

impl From<FiguresEntry> for MemoryFigures {
    fn from(entry: FiguresEntry) -> Self {
        let FiguresEntry { allocations, deallocations, reallocations, allocated, deallocated, peak, net } =
            entry;
        Self { allocations, deallocations, reallocations, allocated, deallocated, net, peak }
    }
}

impl From<Generations> for GenerationsEntry {
    fn from(of: Generations) -> Self {
        let blocks = |Blocks { blocks, bytes }| BlocksEntry { blocks, bytes };
        Self {
            within_iteration: blocks(of.within_iteration),
            within_round: blocks(of.within_round),
            later: blocks(of.later),
            never: blocks(of.never),
        }
    }
}

impl From<GenerationsEntry> for Generations {
    fn from(of: GenerationsEntry) -> Self {
        let blocks = |BlocksEntry { blocks, bytes }| Blocks { blocks, bytes };
        Self {
            within_iteration: blocks(of.within_iteration),
            within_round: blocks(of.within_round),
            later: blocks(of.later),
            never: blocks(of.never),
        }
    }
}

impl From<&Site> for SiteEntry {
    fn from(site: &Site) -> Self {
        Self {
            site: site.to_string(),
            file: site.file.clone(),
            line: site.line,
            function: site.function.clone(),
            approximate: site.is_approximate,
            count: site.count,
            bytes: site.bytes,
            retained: site.retained,
        }
    }
}

impl From<SiteEntry> for Site {
    fn from(entry: SiteEntry) -> Self {
        Self {
            function: entry.function,
            file: entry.file,
            line: entry.line,
            is_approximate: entry.approximate,
            count: entry.count,
            bytes: entry.bytes,
            retained: entry.retained,
        }
    }
}
