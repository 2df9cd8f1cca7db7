//! What a user may choose about tables. Main type: [`TableOptions`].

use std::str::FromStr;

use super::units::TimeUnit;

/// How the tables on the console look.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TableOptions {
    /// The order of the rows of each table.
    pub(crate) sort: Sort,
    /// The columns, in order. The name comes first unless it is listed; columns without anything to say are left out.
    pub(crate) columns: Vec<Column>,
    /// The unit of all times; `None` chooses one per column.
    pub(crate) time_unit: Option<TimeUnit>,
    /// How many of the slowest benchmarks are listed once more, under the tables.
    pub(crate) slowest: usize,
    /// Whether words are coloured by ANSI codes: for terminals, unless `NO_COLOR` is set.
    pub(crate) color: bool,
}

impl Default for TableOptions {
    fn default() -> Self {
        Self {
            sort: Sort::default(),
            columns: vec![Column::Name, Column::Median, Column::Ratio, Column::Throughput],
            time_unit: None,
            slowest: 0,
            color: false,
        }
    }
}

/// The order of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    /// As the benchmarks are declared.
    #[default]
    Declared,
    /// By name; the cases of one benchmark stay in order.
    Name,
    /// By median, the fastest first; what was not measured comes last.
    Time,
    /// By ratio to the reference, the smallest first; the reference counts as 1, what has no ratio comes last.
    Ratio,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    /// The benchmark's name and parameters.
    Name,
    /// The median time per iteration and the relative standard deviation.
    Median,
    /// The mean time per iteration.
    Mean,
    /// The shortest sub-sample.
    Min,
    /// The longest sub-sample.
    Max,
    /// The standard deviation of the sub-samples.
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
    /// The ratio to the reference, its interval and the word for it.
    Ratio,
    /// Bytes per second where bytes are told, else items per second, at the median time.
    Throughput,
    /// Measured rounds, over all runs.
    Rounds,
    /// Worker processes.
    Runs,
    /// Iterations per sub-sample.
    Iterations,
    /// Sub-samples beyond the outer fences.
    Outliers,
}

const COLUMNS: [(&str, Column); 17] = [
    ("name", Column::Name),
    ("median", Column::Median),
    ("mean", Column::Mean),
    ("min", Column::Min),
    ("max", Column::Max),
    ("stddev", Column::Stddev),
    ("p50", Column::P50),
    ("p90", Column::P90),
    ("p95", Column::P95),
    ("p99", Column::P99),
    ("p999", Column::P999),
    ("ratio", Column::Ratio),
    ("throughput", Column::Throughput),
    ("rounds", Column::Rounds),
    ("runs", Column::Runs),
    ("iterations", Column::Iterations),
    ("outliers", Column::Outliers),
];

impl Column {
    /// The word over the column.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Name => "benchmark",
            other => COLUMNS.iter().find(|(_, column)| *column == other).map_or("", |(word, _)| word),
        }
    }
}

impl FromStr for Column {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        parse_word("column", text, &COLUMNS)
    }
}

impl FromStr for Sort {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        const SORTS: [(&str, Sort); 4] = [
            ("declared", Sort::Declared),
            ("name", Sort::Name),
            ("time", Sort::Time),
            ("ratio", Sort::Ratio),
        ];
        parse_word("order", text, &SORTS)
    }
}

/// A word that is none of those there are.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{found}` is not a known {what}; choose from {known}")]
pub(crate) struct UnknownWord {
    /// What the word should name.
    what: &'static str,
    /// The word.
    found: String,
    /// Those there are.
    known: String,
}

/// Finds what `text` names in `words`; `what` says what they are, for the error.
pub(super) fn parse_word<T: Copy>(
    what: &'static str,
    text: &str,
    words: &[(&'static str, T)],
) -> Result<T, UnknownWord> {
    let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let known: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        UnknownWord { what, found: text.to_owned(), known: known.join(", ") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_word() {
        for (word, column) in COLUMNS {
            assert_eq!(word.parse(), Ok(column));
        }
    }

    #[test]
    fn an_unknown_word_is_told_with_those_there_are() {
        let error = "speed".parse::<Sort>().expect_err("no such order");
        assert_eq!(
            error.to_string(),
            "`speed` is not a known order; choose from declared, name, time, ratio"
        );
    }
}
