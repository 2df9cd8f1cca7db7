//! What a user may choose about tables. Main type: [`TableOptions`].

use crate::model::{Column, DisplayOptions, Sort, TimeUnit, Verbosity};

/// How the tables on the console look.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableOptions {
    /// The order of the rows of each table.
    pub(crate) sort: Sort,
    /// The columns, in order. The name comes first unless it is listed; columns without anything to say are left out.
    pub(crate) columns: Vec<Column>,
    /// The unit of all times; [`TimeUnit::Auto`] chooses one per column.
    pub(crate) time_unit: TimeUnit,
    /// How many of the slowest benchmarks are listed once more, under the tables.
    pub(crate) slowest: usize,
    /// Whether words are coloured by ANSI codes: for terminals, unless `NO_COLOR` is set.
    pub(crate) color: bool,
    /// Whether only results and failures are told, or even what happens on every machine.
    pub(crate) verbosity: Verbosity,
}

const DEFAULT_COLUMNS: [Column; 8] = [
    Column::Name,
    Column::Median,
    Column::Ratio,
    Column::Throughput,
    Column::Allocations,
    Column::MemoryRatio,
    Column::Baseline,
    Column::SinceLast,
];

/// The columns of the table about the event loop.
const EVENT_LOOP_COLUMNS: [Column; 9] = [
    Column::Name,
    Column::PollsPerOp,
    Column::Busy,
    Column::Wait,
    Column::Scheduled,
    Column::LongestPoll,
    Column::LoopIteration,
    Column::TasksAlive,
    Column::WorkerBusyRatio,
];

impl TableOptions {
    /// What the user chose; `color` is what his choice comes to on this terminal.
    pub(crate) fn of(display: &DisplayOptions, color: bool) -> Self {
        let columns =
            if display.columns.is_empty() { DEFAULT_COLUMNS.to_vec() } else { display.columns.clone() };
        Self {
            sort: display.sort,
            columns,
            time_unit: display.time_unit,
            slowest: display.slowest.unwrap_or(0) as usize,
            color,
            verbosity: display.verbosity,
        }
    }

    /// Whether the user chose the columns: then none of them gives way to another, and the throughput is shown in
    /// operations where nothing else is told, though it says no more than the time.
    pub(super) fn are_columns_chosen(&self) -> bool {
        self.columns != DEFAULT_COLUMNS
    }

    /// The options of the table about the event loop; `None` where the user chose the columns of the only one.
    pub(super) fn of_event_loop(&self) -> Option<Self> {
        let columns = EVENT_LOOP_COLUMNS.to_vec();
        (!self.are_columns_chosen()).then(|| Self { columns, ..self.clone() })
    }

    /// Whether only results and failures are told.
    pub(super) fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }
}

impl Default for TableOptions {
    fn default() -> Self {
        Self::of(&DisplayOptions::default(), false)
    }
}

/// The word over a column.
pub(super) fn title(column: Column) -> &'static str {
    match column {
        Column::Name => "benchmark",
        Column::SinceLast => "since last",
        Column::MemoryRatio => "memory",
        Column::PollsPerOp => "polls",
        Column::LongestPoll => "longest",
        Column::LoopIteration => "loop",
        Column::TasksAlive => "tasks",
        Column::WorkerBusyRatio => "workers",
        other => Column::WORDS.iter().find(|(_, column)| *column == other).map_or("", |(word, _)| word),
    }
}
