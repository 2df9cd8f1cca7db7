//! The figures of a benchmark that can be limited and compared. Main type: [`Metric`].

use std::fmt::{self, Display};

/// A figure of a benchmark. Times are nanoseconds per iteration, sizes bytes per iteration, rates per second, shares
/// parts of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Metric {
    /// The shortest sub-sample.
    Min,
    /// The longest sub-sample.
    Max,
    /// The mean of all sub-samples.
    Mean,
    /// The median of all sub-samples.
    Median,
    /// The standard deviation of all sub-samples.
    Stddev,
    /// The 50th percentile.
    P50,
    /// The 90th percentile.
    P90,
    /// The 95th percentile.
    P95,
    /// The 99th percentile.
    P99,
    /// The 99.9th percentile.
    P999,
    /// Bytes, else items, else iterations per second at the median.
    Throughput,
    /// The ratio of time to the reference of the group.
    Ratio,
    /// The ratio of allocated memory to the reference of the group.
    MemoryRatio,
    /// The peak of live memory above the start.
    Peak,
    /// Bytes allocated.
    Allocated,
    /// Bytes freed.
    Deallocated,
    /// Bytes allocated and not freed.
    Net,
    /// Bytes that stay behind.
    Retained,
    /// Blocks allocated.
    Allocations,
    /// Blocks freed.
    Deallocations,
    /// Blocks that grew or shrank.
    Reallocations,
    /// Polls of an operation's futures.
    PollsPerOp,
    /// The time in which an operation's futures were polled.
    Busy,
    /// The time in which an operation waited.
    Wait,
    /// From the moment a task is woken to its poll.
    Scheduled,
    /// The longest single poll.
    LongestPoll,
    /// One turn of the event loop.
    LoopIteration,
    /// The share of time in which workers of the runtime were busy.
    WorkerBusyRatio,
    /// The share of iterations that returned an error.
    ErrorRate,
}

/// What a metric is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Nanoseconds.
    Duration,
    /// Nanoseconds, or a share of the median.
    Spread,
    /// Per second.
    Rate,
    /// Bytes.
    Size,
    /// A plain number.
    Count,
    /// A part of one.
    Share,
    /// One figure over another.
    Ratio,
}

impl Metric {
    /// Every metric with the words for it, the one that is written first.
    pub const WORDS: [(&'static str, Self); 30] = [
        ("min", Self::Min),
        ("max", Self::Max),
        ("mean", Self::Mean),
        ("median", Self::Median),
        ("stddev", Self::Stddev),
        ("p50", Self::P50),
        ("p90", Self::P90),
        ("p95", Self::P95),
        ("p99", Self::P99),
        ("p99.9", Self::P999),
        ("p999", Self::P999),
        ("throughput", Self::Throughput),
        ("ratio", Self::Ratio),
        ("memory_ratio", Self::MemoryRatio),
        ("peak", Self::Peak),
        ("allocated", Self::Allocated),
        ("deallocated", Self::Deallocated),
        ("net", Self::Net),
        ("retained", Self::Retained),
        ("allocations", Self::Allocations),
        ("deallocations", Self::Deallocations),
        ("reallocations", Self::Reallocations),
        ("polls_per_op", Self::PollsPerOp),
        ("busy", Self::Busy),
        ("wait", Self::Wait),
        ("scheduled", Self::Scheduled),
        ("longest_poll", Self::LongestPoll),
        ("loop_iteration", Self::LoopIteration),
        ("worker_busy_ratio", Self::WorkerBusyRatio),
        ("error_rate", Self::ErrorRate),
    ];

    /// The metric that `word` stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, metric)| *metric)
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, metric)| *metric == self).map_or("", |(word, _)| word)
    }

    /// Whether it tells of memory.
    pub fn is_of_memory(self) -> bool {
        matches!(
            self,
            Self::MemoryRatio
                | Self::Peak
                | Self::Allocated
                | Self::Deallocated
                | Self::Net
                | Self::Retained
                | Self::Allocations
                | Self::Deallocations
                | Self::Reallocations
        )
    }

    /// Whether it tells of the event loop.
    pub fn is_of_event_loop(self) -> bool {
        matches!(
            self,
            Self::PollsPerOp
                | Self::Busy
                | Self::Wait
                | Self::Scheduled
                | Self::LongestPoll
                | Self::LoopIteration
                | Self::WorkerBusyRatio
        )
    }

    /// Whether a pass of its own finds it out, so that there may be one where no time was measured.
    pub fn is_of_further_pass(self) -> bool {
        self.is_of_memory() || self.is_of_event_loop()
    }

    /// Whether it is found out by the turns that measure time, and not in a pass of its own.
    pub fn is_of_turns(self) -> bool {
        !self.is_of_further_pass()
    }

    /// Whether a larger figure is a better one.
    pub fn more_is_better(self) -> bool {
        self == Self::Throughput
    }

    /// What it is counted in.
    pub fn quantity(self) -> Quantity {
        match self {
            Self::Stddev => Quantity::Spread,
            Self::Throughput => Quantity::Rate,
            Self::Ratio | Self::MemoryRatio => Quantity::Ratio,
            Self::Peak | Self::Allocated | Self::Deallocated | Self::Net | Self::Retained => Quantity::Size,
            Self::Allocations | Self::Deallocations | Self::Reallocations | Self::PollsPerOp => {
                Quantity::Count
            }
            Self::WorkerBusyRatio | Self::ErrorRate => Quantity::Share,
            _ => Quantity::Duration,
        }
    }
}

impl Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_to_its_metric_and_back() {
        for (word, metric) in Metric::WORDS {
            assert_eq!(Metric::of_word(word), Some(metric));
            assert_eq!(Metric::of_word(metric.word()), Some(metric));
        }
        assert_eq!((Metric::P999.word(), Metric::of_word("p98")), ("p99.9", None));
    }
}
