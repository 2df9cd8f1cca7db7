//! Which columns give way where a page cannot hold them all. Main function: [`make_room`].

use super::columns::Cell;
use super::console::WIDTH;
use super::options::title;
use super::text::width;
use crate::model::Column;

/// Spaces between two columns.
pub(super) const GAP: usize = 2;

/// A name that has this much room is not cut so short that another column should give way.
const ENOUGH: usize = 24;

/// The cells of a column; the marks of the footnotes have none of their own.
pub(super) type Cells = (Option<Column>, Vec<Cell>);

/// What a page can do without, the first that goes first.
#[derive(Clone, Copy)]
enum Way {
    /// This column.
    Without(Column),
    /// The intervals of the ratios, of which the words remain.
    ShortRatios,
}

/// Leaves out what the page can do without until names of `longest` columns have room. Before anything but the ratio of
/// memory, the change since the last results and the allocations goes, names are cut; unless there is a baseline, which is
/// what such a page is about.
pub(super) fn make_room(columns: &mut Vec<Cells>, longest: usize) {
    use Way::{ShortRatios, Without};
    const WAYS: [Way; 6] = [
        Without(Column::MemoryRatio),
        Without(Column::SinceLast),
        Without(Column::Allocations),
        Without(Column::Throughput),
        ShortRatios,
        Without(Column::Ratio),
    ];
    /// What goes even where there is no baseline: it can be asked for.
    const BESIDE: usize = 3;
    let is_compared = columns.iter().any(|(column, _)| *column == Some(Column::Baseline));
    for way in WAYS.into_iter().take(if is_compared { WAYS.len() } else { BESIDE }) {
        if room_for_names(&texts(columns)) >= longest.min(ENOUGH) {
            return;
        }
        way.go(columns);
    }
}

impl Way {
    fn go(self, columns: &mut Vec<Cells>) {
        match self {
            Self::Without(given) => columns.retain(|(column, _)| *column != Some(given)),
            Self::ShortRatios => {
                let ratios = columns.iter_mut().filter(|(column, _)| *column == Some(Column::Ratio));
                ratios.flat_map(|(_, cells)| cells).for_each(Cell::drop_interval);
            }
        }
    }
}

/// The titles and the aligned texts of all columns.
pub(super) fn texts(columns: &[Cells]) -> Vec<(&'static str, Vec<String>)> {
    columns.iter().map(|(column, cells)| (column.map_or("", title), aligned(cells))).collect()
}

/// What the other columns leave for the names, whose own column is still empty.
pub(super) fn room_for_names(columns: &[(&str, Vec<String>)]) -> usize {
    let taken = |(title, texts): &(&str, Vec<String>)| {
        let widest = texts.iter().map(|text| width(text)).max().unwrap_or(0);
        if texts.is_empty() { 0 } else { widest.max(title.len()) + GAP }
    };
    WIDTH.saturating_sub(columns.iter().map(taken).sum())
}

/// The texts of a column, the parts of its figures padded so that they stand under each other.
pub(super) fn aligned(cells: &[Cell]) -> Vec<String> {
    let widest = |part: usize| {
        let widths =
            cells.iter().map(|cell| if let Cell::Figure(parts) = cell { width(&parts[part]) } else { 0 });
        widths.max().unwrap_or(0)
    };
    let widths = [widest(0), widest(1), widest(2)];
    cells
        .iter()
        .map(|cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => text.clone(),
            Cell::Figure([whole, fraction, unit, rest]) => {
                let [a, b, c] = widths;
                format!("{whole:>a$}{fraction:<b$}{unit:<c$}{rest}").trim_end().to_owned()
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(column: Column, text: &str) -> Cells {
        (Some(column), vec![Cell::Text(text.to_owned())])
    }

    fn left(mut columns: Vec<Cells>, longest: usize) -> Vec<Column> {
        columns.insert(0, (Some(Column::Name), Vec::new()));
        make_room(&mut columns, longest);
        columns.into_iter().filter_map(|(column, _)| column).skip(1).collect()
    }

    #[test]
    fn a_page_with_room_keeps_everything() {
        let columns = vec![column(Column::Baseline, "x"), column(Column::SinceLast, "x")];
        assert_eq!(left(columns, 200), [Column::Baseline, Column::SinceLast]);
    }

    #[test]
    fn the_ratio_of_memory_gives_way_before_the_change_since_the_last_results() {
        let columns = |wide: usize| {
            let throughput = column(Column::Throughput, &"x".repeat(wide));
            vec![throughput, column(Column::MemoryRatio, "2x"), column(Column::SinceLast, "x")]
        };
        assert_eq!(left(columns(70), 5), [Column::Throughput, Column::MemoryRatio, Column::SinceLast]);
        assert_eq!(left(columns(70), 12), [Column::Throughput, Column::SinceLast]);
    }

    #[test]
    fn the_change_since_the_last_results_gives_way_before_what_was_measured() {
        let columns = || vec![column(Column::Throughput, &"x".repeat(75)), column(Column::SinceLast, "x")];
        assert_eq!(left(columns(), 20), [Column::Throughput]);
        assert_eq!(left(columns(), 5), [Column::Throughput, Column::SinceLast]);
    }

    #[test]
    fn names_are_cut_before_another_column_goes_unless_there_is_a_baseline() {
        let wide = || column(Column::Throughput, &"x".repeat(90));
        assert_eq!(left(vec![wide()], 40), [Column::Throughput]);
        assert_eq!(left(vec![wide(), column(Column::Baseline, "x")], 40), [Column::Baseline]);
    }

    #[test]
    fn ratios_lose_their_intervals_before_they_go() {
        let long = " [1.00, 2.00]".to_owned() + &" ".repeat(60);
        let ratio = || {
            let parts = ["1".to_owned(), ".23x".to_owned(), long.clone(), " slower".to_owned()];
            (Some(Column::Ratio), vec![Cell::Figure(parts)])
        };
        let with = |baseline: usize| vec![ratio(), column(Column::Baseline, &"x".repeat(baseline))];
        assert_eq!(left(with(30), 24), [Column::Ratio, Column::Baseline]);
        assert_eq!(left(with(70), 24), [Column::Baseline]);
    }
}
