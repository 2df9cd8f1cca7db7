//! Reports as they were approved. `ADAPTER_BENCH_GOLDEN=write` in the environment approves what is rendered now.

use std::path::PathBuf;

use super::text::width;
use super::{TableOptions, console, render, sample};
use crate::model::Report;
use crate::model::{Column, OutputFormat, Sort, TimeUnit, Verbosity};

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
fn what_is_put_under_load_has_a_table_of_its_own() {
    check_page("loads.txt", &sample::loads(), &TableOptions::default());
    check("loads.csv", &rendered(OutputFormat::Csv, &sample::loads(), &TableOptions::default()));
}

#[test]
fn the_highest_rates_stand_beside_the_lowest_that_did_not_hold() {
    check_page("rates.txt", &sample::rates(), &TableOptions::default());
    check("rates.csv", &rendered(OutputFormat::Csv, &sample::rates(), &TableOptions::default()));
    let mut report = sample::rates();
    report.records.remove(3);
    report.records.drain(1..3);
    check("rates.json", &rendered(OutputFormat::Json, &report, &TableOptions::default()));
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
fn arms_with_futures_have_a_second_table_about_the_event_loop() {
    check_page("traced.txt", &sample::traced(), &TableOptions::default());
    let columns = vec![Column::Median, Column::PollsPerOp, Column::LongestPoll];
    check_page("traced_columns.txt", &sample::traced(), &TableOptions { columns, ..TableOptions::default() });
}

#[test]
fn what_futures_do_is_in_the_result_file_and_in_the_spreadsheet() {
    check("traced.json", &rendered(OutputFormat::Json, &sample::traced(), &TableOptions::default()));
    check("traced.csv", &rendered(OutputFormat::Csv, &sample::traced(), &TableOptions::default()));
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
fn what_arms_take_beyond_the_reference_is_shown_as_time() {
    let columns = vec![Column::Median, Column::Ratio, Column::Tax];
    check_page("tax.txt", &sample::healthy(), &TableOptions { columns, ..TableOptions::default() });
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
    let mut all = String::new();
    for report in [sample::mixed(), sample::compared()] {
        let text = rendered(OutputFormat::Console, &report, &colored);
        let stripped = ["\u{1b}[2m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[0m"]
            .into_iter()
            .fold(text.clone(), |text, code| text.replace(code, ""));
        assert_eq!(stripped, rendered(OutputFormat::Console, &report, &TableOptions::default()));
        all += &text;
    }
    for painted in ["31m slower", "31mfailed: panic", "31mregressed", "33mregressed", "32mimproved"] {
        assert!(all.contains(&format!("\u{1b}[{painted}\u{1b}[0m")), "{painted}: {all}");
    }
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
    report
        .records
        .retain(|record| ["my_adapter", "insert", "by_brand", "hangs"].contains(&record.name.as_str()));
    report.merged = sample::merged().merged;
    check("compared.json", &rendered(OutputFormat::Json, &report, &TableOptions::default()));
}

#[test]
fn changes_and_limits_are_in_the_spreadsheet() {
    check("compared.csv", &rendered(OutputFormat::Csv, &sample::compared(), &TableOptions::default()));
}

#[test]
fn what_changed_is_told_beside_the_baseline_and_below_the_tables() {
    check_page("compared.txt", &sample::compared(), &TableOptions::default());
}

#[test]
fn the_quiet_are_told_results_and_failures_only() {
    let quiet = TableOptions { verbosity: Verbosity::Quiet, ..TableOptions::default() };
    check_page("quiet.txt", &sample::compared(), &quiet);
    check_page("quiet_warnings.txt", &sample::warnings(), &quiet);
}

#[test]
fn the_change_since_the_last_results_is_a_column_without_a_verdict() {
    let mut report = sample::healthy();
    for (at, record) in report.records.iter_mut().enumerate() {
        record.since_last = [None, Some(0.0121), Some(-0.0003), Some(1.5), Some(-0.41), Some(0.0996)][at];
    }
    check_page("since_last.txt", &report, &TableOptions::default());
}

#[test]
fn suites_that_are_put_together_keep_their_tables_and_say_where_they_differ() {
    check_page("merged.txt", &sample::merged(), &TableOptions::default());
}

#[test]
fn a_reviewer_reads_the_worst_first() {
    let written = |report: &Report| rendered(OutputFormat::Markdown, report, &TableOptions::default());
    check("compared.md", &written(&sample::compared()));
    check("mixed.md", &written(&sample::mixed()));
    check("healthy.md", &written(&sample::healthy()));
    check("loads.md", &written(&sample::loads()));
    check("rates.md", &written(&sample::rates()));
}
