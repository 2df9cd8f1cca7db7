//! Reports as they were approved. `ADAPTER_BENCH_GOLDEN=write` in the environment approves what is rendered now.

use std::path::PathBuf;

use super::text::width;
use super::{TableOptions, console, render, sample};
use crate::model::Report;
use crate::model::{Column, OutputFormat, Sort, TimeUnit};

/// Compares `text` with the golden file `name`, or replaces the file.
pub(super) fn check(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/report/golden").join(name);
    if std::env::var_os("ADAPTER_BENCH_GOLDEN").is_some_and(|value| value == "write") {
        return std::fs::write(&path, text).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        text, golden,
        "{name} differs; if that is right: ADAPTER_BENCH_GOLDEN=write cargo test --lib report"
    );
}

/// What `format` makes of `report`.
fn rendered(format: OutputFormat, report: &Report, options: &TableOptions) -> String {
    let mut out = Vec::new();
    render(format, report, options, &mut out).expect("a vector can be written to");
    String::from_utf8(out).expect("reports are UTF-8")
}

/// Compares a page with its golden file, and holds its lines within the page.
fn check_page(name: &str, report: &Report, options: &TableOptions) {
    let text = rendered(OutputFormat::Console, report, options);
    check(name, &text);
    for line in text.lines() {
        assert!(width(line) <= console::WIDTH, "{} columns: {line}", width(line));
    }
}

#[test]
fn arms_stand_side_by_side_with_their_reference() {
    check_page("healthy.txt", &sample::healthy(), &TableOptions::default());
}

#[test]
fn failures_are_rows_and_are_told_after_their_table() {
    check_page("failures.txt", &sample::failures(), &TableOptions::default());
}

#[test]
fn skips_and_warnings_are_footnotes_told_once() {
    check_page("warnings.txt", &sample::warnings(), &TableOptions::default());
}

#[test]
fn wide_names_are_cut_and_parameters_kept() {
    check_page("wide_names.txt", &sample::wide_names(), &TableOptions::default());
}

#[test]
fn tiny_and_huge_figures_keep_the_digits_that_can_be_trusted() {
    check_page("ranges.txt", &sample::ranges(), &TableOptions::default());
}

#[test]
fn benchmarks_without_a_group_share_a_table() {
    check_page("no_groups.txt", &sample::no_groups(), &TableOptions::default());
}

#[test]
fn a_report_of_nothing_says_so() {
    check_page("empty.txt", &sample::empty(), &TableOptions::default());
}

#[test]
fn columns_order_and_unit_are_chosen() {
    use Column::{Iterations, Max, Median, Min, Name, Outliers, P99, Ratio, Rounds, Runs, Stddev};
    let options = TableOptions {
        sort: Sort::Time,
        columns: vec![Ratio, Name, Min, Median, Max, P99, Stddev, Rounds, Runs, Iterations, Outliers],
        time_unit: TimeUnit::Ms,
        slowest: 2,
        color: false,
        ..TableOptions::default()
    };
    check("columns.txt", &rendered(OutputFormat::Console, &sample::healthy(), &options));
}

#[test]
fn a_throughput_that_is_asked_for_falls_back_to_operations() {
    let columns = vec![Column::Median, Column::Throughput];
    check_page("operations.txt", &sample::no_groups(), &TableOptions { columns, ..TableOptions::default() });
}

#[test]
fn rows_are_sorted_by_ratio_with_failures_last() {
    let options = TableOptions { sort: Sort::Ratio, ..TableOptions::default() };
    check_page("by_ratio.txt", &sample::mixed(), &options);
}

#[test]
fn colour_adds_codes_and_moves_nothing() {
    let colored = TableOptions { color: true, ..TableOptions::default() };
    let text = rendered(OutputFormat::Console, &sample::mixed(), &colored);
    let stripped = ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[0m"]
        .into_iter()
        .fold(text.clone(), |text, code| text.replace(code, ""));
    assert_eq!(stripped, rendered(OutputFormat::Console, &sample::mixed(), &TableOptions::default()));
    assert!(text.contains("\u{1b}[31m slower\u{1b}[0m") && text.contains("\u{1b}[31mfailed: panic\u{1b}[0m"));
}

#[test]
fn the_result_file_is_as_approved() {
    check("mixed.json", &rendered(OutputFormat::Json, &sample::mixed(), &TableOptions::default()));
}

#[test]
fn the_spreadsheet_is_as_approved() {
    check("mixed.csv", &rendered(OutputFormat::Csv, &sample::mixed(), &TableOptions::default()));
}

#[test]
fn changes_and_limits_are_in_the_result_file() {
    let mut report = sample::compared();
    report.records.retain(|record| ["my_adapter", "insert", "hangs"].contains(&record.name.as_str()));
    report.merged = sample::merged().merged;
    check("compared.json", &rendered(OutputFormat::Json, &report, &TableOptions::default()));
}

#[test]
fn changes_and_limits_are_in_the_spreadsheet() {
    check("compared.csv", &rendered(OutputFormat::Csv, &sample::compared(), &TableOptions::default()));
}
