//! The report for a pull request: one line that sums it up, what a reviewer must read with the worst first, and the
//! rest folded. Main function: [`render`].
//!
//! Text from outside stands in code, which GitHub takes neither for markup nor for a mention.

use std::io::{self, Write};
use std::iter;
use std::time::Duration;

use super::columns::{self, measurement};
use super::compared::{Conclusion, endings, headline, worse_by};
use super::loaded;
use super::sentences::{self, figure_of, signed};
use super::text::clean;
use super::units::{TIME, digits, percent, rounded, spoken};
use crate::model::{
    Change, Check, Comparison, Finding, Level, Measurement, Met, Outcome, Record, Report, RunInfo, Verdict,
};
use crate::order;

/// A comment may have 65,536 characters; what goes beyond this many bytes is left out.
const MOST_BYTES: usize = 60_000;

/// The room that is kept for what follows the rows.
const TAIL_BYTES: usize = 6_000;

/// More rows than this of what did not change are folded.
const MOST_UNFOLDED: usize = 10;

/// Writes `report` as GitHub's Markdown, at most [`MOST_BYTES`] long.
///
/// # Errors
///
/// When `out` cannot be written to.
pub(crate) fn render(report: &Report, out: &mut impl Write) -> io::Result<()> {
    out.write_all(page(report).as_bytes())
}

fn page(report: &Report) -> String {
    let mut page = Page { text: heading(report), left_out: 0 };
    page.table(
        &["benchmark", "metric", "before, or limit", "now", "difference", "verdict"],
        &notable(report),
    );
    let titles = ["benchmark", "median", "ratio to the reference", "difference"];
    page.folded_table("others", &titles, &unchanged(report));
    let titles: Vec<&str> = iter::once("benchmark").chain(loaded::TITLES).collect();
    page.folded_table("under load", &titles, &under_load(report));
    let titles: Vec<&str> = iter::once("benchmark").chain(loaded::RATE_TITLES).collect();
    page.folded_table("highest rates", &titles, &highest_rates(report));
    if page.left_out > 0 {
        page.text += &format!("\n{} further rows are left out, for want of room.\n", page.left_out);
    }
    page.text += &measured_on(report);
    page.text
}

/// The text so far, and how many rows did not fit.
struct Page {
    text: String,
    left_out: usize,
}

impl Page {
    /// The same as [`table`](Self::table), folded where it is long, below how many of `what` there are.
    fn folded_table(&mut self, what: &str, titles: &[&str], rows: &[String]) {
        let is_folded = rows.len() > MOST_UNFOLDED;
        if is_folded {
            self.text += &format!("\n<details><summary>{} {what}</summary>\n", rows.len());
        }
        self.table(titles, rows);
        if is_folded {
            self.text += "\n</details>\n";
        }
    }

    /// Adds a table of the rows that fit; nothing where there are none.
    fn table(&mut self, titles: &[&str], rows: &[String]) {
        if rows.is_empty() {
            return;
        }
        self.text += &format!("\n| {} |\n|{}\n", titles.join(" | "), " --- |".repeat(titles.len()));
        for row in rows {
            if self.text.len() + row.len() < MOST_BYTES - TAIL_BYTES {
                self.text += row;
            } else {
                self.left_out += 1;
            }
        }
    }
}

fn heading(report: &Report) -> String {
    const MOST_WARNINGS: usize = 10;
    let mut text = format!("**{}**\n", summary(report));
    if let Some(compared) = &report.compared_with {
        let with = code(&sentences::compared_with(&report.run, compared).join(", "));
        text += &format!("\nAgainst {with}: {}.\n", sentences::counted(report));
    }
    if let Some(verdict) = report.verdict {
        text += &format!("\nVerdict: {}.\n", sentences::suite(verdict));
    }
    let warnings = report.warnings.iter().enumerate().filter(|(at, w)| !report.warnings[..*at].contains(w));
    for (at, (_, warning)) in warnings.take(MOST_WARNINGS).enumerate() {
        text += &format!("{}- Warning: {}\n", if at == 0 { "\n" } else { "" }, code(&cut(&warning.message)));
    }
    text
}

/// What is wrong, else how many were measured.
fn summary(report: &Report) -> String {
    let told = Conclusion::of(report);
    let missed = |level| told.missed.iter().filter(|(_, check)| check.limit.level == level).count();
    let failed = endings(&report.records).into_iter().find(|(_, word)| *word == "failed");
    let wrong = [
        (failed.map_or(0, |(count, _)| count), "failed"),
        (told.failing.len(), "worse than allowed"),
        (missed(Level::Critical), "beyond a critical limit"),
        (missed(Level::Target), "beyond a target"),
    ];
    let wrong: Vec<_> =
        wrong.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let ended: Vec<_> =
        endings(&report.records).iter().map(|(count, word)| format!("{count} {word}")).collect();
    match &report.compared_with {
        _ if !wrong.is_empty() => format!("Benchmarks: {}", wrong.join(", ")),
        Some(_) => "Benchmarks: nothing is worse than allowed".to_owned(),
        None => format!("Benchmarks: {}", ended.join(", ")),
    }
}

/// How early a row is read; those of a kind are sorted by how bad they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Failed,
    Worse,
    Regressed,
    MissedCritical,
    MissedTarget,
    Inconclusive,
    NotComparable,
    New,
    Vanished,
    Improved,
    Skipped,
}

/// A row with its place among the others: its rank, how bad it is, and the name where all else is equal.
struct Ranked {
    rank: Rank,
    badness: f64,
    id: String,
    row: String,
}

/// The rows of what a reviewer must read, the worst first.
fn notable(report: &Report) -> Vec<String> {
    let mut rows: Vec<Ranked> = report.records.iter().flat_map(of_record).collect();
    let vanished = |id: &String| ranked(Rank::Vanished, 0.0, id, ["", "", "", "", "vanished"]);
    rows.extend(report.vanished.iter().map(vanished));
    let places = order::places(rows.len(), &|a, b| {
        let (a, b) = (&rows[a], &rows[b]);
        a.rank.cmp(&b.rank).then(b.badness.total_cmp(&a.badness)).then_with(|| a.id.cmp(&b.id))
    });
    places.into_iter().map(|at| rows[at].row.clone()).collect()
}

fn of_record(record: &Record) -> Vec<Ranked> {
    let mut rows = Vec::new();
    match &record.outcome {
        Outcome::Failed(failure) => {
            let message = code(&cut(failure.message.lines().next().unwrap_or_default()));
            let verdict = format!("**failed**, {}: {message}", failure.kind);
            rows.push(of(record, Rank::Failed, 0.0, ["", "", "", "", &verdict]));
        }
        Outcome::Skipped(reason) => {
            let verdict = format!("skipped: {}", code(&cut(reason)));
            rows.push(of(record, Rank::Skipped, 0.0, ["", "", "", "", &verdict]));
        }
        Outcome::Measured(_) => rows.extend(record.findings.iter().filter_map(|f| of_finding(record, f))),
        Outcome::Passed => {}
    }
    rows.extend(record.checks.iter().filter_map(|check| of_check(record, check)));
    rows
}

fn of_finding(record: &Record, finding: &Finding) -> Option<Ranked> {
    let rank = match finding.change {
        _ if finding.fails => Rank::Worse,
        Change::Regressed | Change::PlanChanged => Rank::Regressed,
        Change::Inconclusive => Rank::Inconclusive,
        Change::NotComparable => Rank::NotComparable,
        Change::New => Rank::New,
        Change::Vanished => Rank::Vanished,
        Change::Improved => Rank::Improved,
        Change::Unchanged => return None,
    };
    let [before, now] = [finding.before, finding.now].map(|value| figure_of(record, finding, value));
    let metric = finding.metric.word();
    Some(of(
        record,
        rank,
        worse_by(finding),
        [metric, &before, &now, &difference(finding), &verdict(record, finding)],
    ))
}

/// The change and its interval.
fn difference(finding: &Finding) -> String {
    if !finding.by.is_finite() {
        return String::new();
    }
    format!("{}{}", signed(finding.by), sentences::interval(finding))
}

/// The word, by how much it is worse than allowed, and why it is so.
fn verdict(record: &Record, finding: &Finding) -> String {
    let word = sentences::short_verdict(finding);
    let word = if finding.fails { format!("**{word}**") } else { word };
    let excess = sentences::excess(record, finding).filter(|_| finding.fails);
    let excess = excess.map_or_else(String::new, |excess| format!(", {excess}"));
    let reason =
        finding.reason.as_ref().map_or_else(String::new, |reason| format!(": {}", code(&cut(reason))));
    format!("{word}{excess}{reason}")
}

fn of_check(record: &Record, check: &Check) -> Option<Ranked> {
    let level = sentences::level(check.limit.level);
    let rank = match (&check.met, check.limit.level) {
        (Met::Yes, _) => return None,
        (Met::Unknown(_), _) => Rank::NotComparable,
        (Met::No, Level::Critical) => Rank::MissedCritical,
        (Met::No, Level::Target) => Rank::MissedTarget,
    };
    let (by, verdict) = match &check.met {
        Met::Unknown(reason) => (String::new(), format!("{level} not checked: {}", code(&cut(reason)))),
        _ => (format!("{} beyond", sentences::missed_by(check)), format!("**{level} missed**")),
    };
    let (metric, limit) = (check.limit.metric.word(), code(&check.limit.text));
    Some(of(record, rank, check.by, [metric, &limit, &sentences::checked(record, check), &by, &verdict]))
}

fn of(record: &Record, rank: Rank, badness: f64, cells: [&str; 5]) -> Ranked {
    ranked(rank, badness, &record.id.to_string(), cells)
}

fn ranked(rank: Rank, badness: f64, id: &str, cells: [&str; 5]) -> Ranked {
    let row = format!("| {} | {} |\n", code(id), cells.join(" | "));
    Ranked { rank, badness, id: id.to_owned(), row }
}

/// The rows of what was measured and of which there is nothing else to say, in the order of the report.
fn unchanged(report: &Report) -> Vec<String> {
    let is_quiet =
        |record: &Record| record.findings.iter().all(|f| f.change == Change::Unchanged && !f.fails);
    let quiet = report.records.iter().filter(|record| is_quiet(record));
    quiet.filter_map(|record| Some(plain_row(record, measurement(record)?))).collect()
}

fn plain_row(record: &Record, measurement: &Measurement) -> String {
    let change = headline(record).map_or_else(String::new, difference);
    format!("| {} | {} | {} | {change} |\n", code(&record.id.to_string()), median(measurement), ratio(record))
}

/// The rows of what was put under load, in the order of the report: what was seen, or why nothing was.
fn under_load(report: &Report) -> Vec<String> {
    let row = |record: &Record| {
        let cells = match record.load.as_ref()? {
            Ok(load) => loaded::cells(load).join(" | "),
            Err(reason) => format!("{}{}", code(&cut(reason)), " |".repeat(loaded::TITLES.len() - 1)),
        };
        Some(format!("| {} | {cells} |\n", code(&record.id.to_string())))
    };
    report.records.iter().filter_map(row).collect()
}

/// The rows of what has a highest rate, in the order of the report: what was found, or why nothing was.
fn highest_rates(report: &Report) -> Vec<String> {
    let row = |record: &Record| {
        let cells = match record.highest_rate.as_ref()? {
            Ok(search) => {
                format!("{} | {}", code(&search.targets.join(", ")), loaded::rate_cells(search).join(" | "))
            }
            Err(reason) => format!("{}{}", code(&cut(reason)), " |".repeat(loaded::RATE_TITLES.len() - 1)),
        };
        Some(format!("| {} | {cells} |\n", code(&record.id.to_string())))
    };
    report.records.iter().filter_map(row).collect()
}

fn median(measurement: &Measurement) -> String {
    let time = &measurement.time;
    let unit = TIME.unit(time.median);
    let spread = time.mad / time.median;
    let value = rounded(time.median / unit.size, digits(spread));
    if spread > 0.0 {
        format!("{value} {} ±{}", unit.name, percent(spread))
    } else {
        format!("{value} {}", unit.name)
    }
}

fn ratio(record: &Record) -> String {
    match &record.comparison {
        _ if record.is_reference => "reference".to_owned(),
        Some(Comparison::Ratio(ratio)) => {
            let value = rounded(ratio.value, digits((ratio.high - ratio.low) / 2.0 / ratio.value));
            let word = columns::word(ratio.verdict);
            let is_plain = matches!(ratio.verdict, Verdict::Same | Verdict::Inconclusive);
            if is_plain { format!("{value}x {word}") } else { format!("{value}x **{word}**") }
        }
        Some(Comparison::NotComparable(_)) => "–".to_owned(),
        None => String::new(),
    }
}

/// What was measured where, and how long it took: a line for each kind of machine.
fn measured_on(report: &Report) -> String {
    const MOST_MACHINES: usize = 4;
    let mut machines: Vec<(String, Vec<&str>, Duration)> = Vec::new();
    for run in iter::once(&report.run).chain(&report.merged) {
        let machine = machine(run);
        match machines.iter_mut().find(|(known, ..)| *known == machine) {
            Some((_, suites, elapsed)) => {
                suites.push(&run.suite);
                *elapsed = elapsed.saturating_add(run.elapsed);
            }
            None => machines.push((machine, vec![&run.suite], run.elapsed)),
        }
    }
    let line = |(machine, mut suites, elapsed): (String, Vec<&str>, Duration)| {
        suites.dedup();
        let [suites, machine] = [suites.join(", "), machine].map(|text| code(&cut(&text)));
        format!("\n{suites} in {} on {machine}\n", spoken(elapsed))
    };
    machines.into_iter().take(MOST_MACHINES).map(line).collect()
}

fn machine(run: &RunInfo) -> String {
    let (host, build) = (&run.environment.host, &run.environment.build);
    let cores = format!("{} cores", host.cores);
    let facts = [&host.name, &host.arch, &host.cpu, &cores, &build.rustc, &build.profile];
    let known: Vec<_> = facts.into_iter().filter(|fact| !fact.is_empty()).map(String::as_str).collect();
    known.join(", ")
}

/// The beginning of a long text.
fn cut(text: &str) -> String {
    const MOST_CHARS: usize = 300;
    let mut chars = text.chars();
    let beginning: String = chars.by_ref().take(MOST_CHARS).collect();
    if chars.next().is_some() { format!("{beginning}…") } else { beginning }
}

/// `text` as code in a cell of a table. Where it holds what ends code or a cell, everything that could mean something
/// is written by its number.
fn code(text: &str) -> String {
    let text = clean(text);
    if text.is_empty() {
        return text;
    }
    if !text.contains(['`', '|']) {
        return format!("`{text}`");
    }
    let safe = |c: char| if c.is_ascii_punctuation() { format!("&#{};", c as u32) } else { c.to_string() };
    format!("<code>{}</code>", text.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    /// A report of many records, each compared with a baseline as `change` says.
    fn many(count: usize, change: Change) -> Report {
        let one = sample::compared().records.remove(0);
        let record = |at: usize| {
            let mut record = one.clone();
            record.id.function = format!("benchmark_{at:05}");
            record.findings[0].change = change;
            record
        };
        sample::report((0..count).map(record).collect())
    }

    #[test]
    fn names_with_markup_stay_names() {
        assert_eq!(code("a<T>::b_c*"), "`a<T>::b_c*`");
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(code("`@x`"), "<code>&#96;&#64;x&#96;</code>");
        assert_eq!(code("two\nlines"), "`two\\nlines`");
    }

    #[test]
    fn no_cell_breaks_its_row() {
        let mut report = sample::compared();
        for record in &mut report.records {
            record.id.function = "a|b\\|c\nd".to_owned();
        }
        let text = page(&report);
        for row in text.lines().filter(|line| line.starts_with('|')) {
            assert!(matches!(row.matches('|').count(), 5 | 7), "{row}");
        }
    }

    #[test]
    fn what_did_not_change_is_folded_when_it_is_long() {
        assert!(!page(&many(MOST_UNFOLDED, Change::Unchanged)).contains("<details>"));
        let folded = page(&many(MOST_UNFOLDED + 1, Change::Unchanged));
        assert_eq!((folded.matches("<details>").count(), folded.matches("</details>").count()), (1, 1));
    }

    #[test]
    fn a_load_that_brought_nothing_says_why_in_its_row() {
        let mut report = sample::loads();
        report.records[0].load = Some(Err("none of 9 operations | succeeded".to_owned()));
        let text = page(&report);
        let row = text.lines().find(|line| line.contains("succeeded")).expect("a row");
        assert!(row.contains("none of 9 operations &#124; succeeded</code> | | | | | |"), "{row}");
    }

    #[test]
    fn what_a_comment_cannot_hold_is_left_out_and_counted() {
        for change in [Change::Unchanged, Change::Regressed] {
            let text = page(&many(5_000, change));
            let rows = text.lines().filter(|line| line.contains("benchmark_")).count();
            assert!(text.len() <= MOST_BYTES && rows > 100, "{} bytes, {rows} rows", text.len());
            assert!(text.contains(&format!("{} further rows are left out", 5_000 - rows)));
            assert!(text.contains(&format!("benchmark_{:05}", rows - 1)), "the first ones are kept");
        }
    }

    #[test]
    fn rows_that_are_equally_bad_are_in_the_order_of_their_names() {
        let mut report = many(20, Change::Regressed);
        let sorted = page(&report);
        report.records.reverse();
        assert_eq!(page(&report), sorted);
    }
}
