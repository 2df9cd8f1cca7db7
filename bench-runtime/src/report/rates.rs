//! What a page says of the highest rates that hold a target: a table of what held and what did not, and sentences on what
//! that does not tell. Main function: [`lines`].

use super::columns::scaled;
use super::console::WIDTH;
use super::options::TableOptions;
use super::room::{aligned, room_for_names};
use super::table::laid_out;
use super::text::{clean, shorten_all, wrap};
use super::units::{OPERATIONS, TIME, chosen, rounded};
use crate::model::{RateEnding, RateSearch, RateTry, Record};

/// A record whose highest rate was looked for, and what was found.
type Row<'a> = (&'a Record, &'a RateSearch);

/// The lines of those `records` whose highest rate was looked for; none where there are none.
pub(super) fn lines(records: &[&Record], options: &TableOptions) -> Vec<String> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for record in records {
        if let Some(Ok(search)) = &record.highest_rate {
            rows.push((record, search));
        }
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new()];
    lines.extend(table(&rows, options));
    let told: Vec<String> = rows.iter().filter_map(remark).collect();
    if !told.is_empty() && !options.is_quiet() {
        lines.push(String::new());
        let wrapped = |text: &String| {
            let text = clean(text);
            wrap(&text, WIDTH).into_iter().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>()
        };
        lines.extend(told.iter().flat_map(wrapped));
    }
    lines
}

fn table(rows: &[Row<'_>], options: &TableOptions) -> Vec<String> {
    let rates = |of: fn(&RateSearch) -> Option<&RateTry>| {
        let figures: Vec<_> = rows.iter().map(|(_, search)| of(search).map(|one| (one.rate, 3))).collect();
        aligned(&scaled(&OPERATIONS, None, &figures))
    };
    let times = |of: fn(&RateSearch) -> Option<&RateTry>| {
        let figures: Vec<_> = rows.iter().map(|(_, search)| of(search).map(|one| (one.p99_ns, 3))).collect();
        aligned(&scaled(&TIME, chosen(options.time_unit), &figures))
    };
    let target = targets(rows);
    let mut columns = vec![
        (target.as_str(), Vec::new()),
        ("holds at", rates(RateSearch::held)),
        ("p99", times(RateSearch::held)),
        ("not at", rates(RateSearch::missed)),
        ("p99", times(RateSearch::missed)),
        ("limit", rows.iter().map(|(_, search)| limit(search).to_owned()).collect()),
    ];
    columns.retain(|(_, texts)| texts.is_empty() || texts.iter().any(|text| !text.is_empty()));
    let room = room_for_names(&columns);
    let label = |(record, _): &Row<'_>| [clean(&record.name), params(record)];
    columns[0].1 = shorten_all(&rows.iter().map(label).collect::<Vec<_>>(), room);
    laid_out(&columns)
}

/// What had to hold, if it is the same for all.
fn targets(rows: &[Row<'_>]) -> String {
    let first = &rows[0].1.targets;
    if rows.iter().all(|(_, search)| search.targets == *first) {
        clean(&first.join(", "))
    } else {
        "target".to_owned()
    }
}

/// The parameters without the rate.
fn params(record: &Record) -> String {
    let mut params = record.id.params.clone();
    params.0.retain(|param| param.name != "rate");
    clean(&params.to_string())
}

/// What it was that did not hold; nothing where that is not known.
pub(super) fn limit(search: &RateSearch) -> &'static str {
    match search.missed().map(|missed| missed.ending) {
        Some(RateEnding::GeneratorLate) => "generator",
        Some(_) => "target",
        None => "",
    }
}

/// What a reader has to know beside the two rates.
fn remark((record, search): &Row<'_>) -> Option<String> {
    let name = format!("{}{}", record.name, params(record));
    let what = match (search.held(), search.missed()) {
        (_, Some(RateTry { rate, ending: RateEnding::GeneratorLate, .. })) => {
            format!(
                "the generator, not the server, was the limit at {}; the server may hold more",
                told(*rate)
            )
        }
        (None, Some(RateTry { rate, .. })) if search.cut_short.is_some() => {
            format!("no rate held, down to {}", told(*rate))
        }
        (None, Some(RateTry { rate, .. })) => format!(
            "no rate held: {} is the lowest at which `max_time` is long enough to tell; raise it to try lower ones",
            told(*rate)
        ),
        (Some(held), None) if search.cut_short.is_none() => {
            format!("every rate held, up to {}", told(held.rate))
        }
        _ => String::new(),
    };
    let short = search.cut_short.as_ref().map(|why| format!("the search ended early: {why}"));
    let all: Vec<String> =
        [Some(what).filter(|what| !what.is_empty()), short].into_iter().flatten().collect();
    (!all.is_empty()).then(|| format!("{name}: {}", all.join("; ")))
}

/// A rate as people read it.
pub(super) fn told(rate: f64) -> String {
    let unit = OPERATIONS.unit(rate);
    format!("{} {}", rounded(rate / unit.size, 3), unit.name)
}
