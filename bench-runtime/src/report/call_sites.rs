//! The lines that allocate most, under the tables of memory. Main function: [`lines`].

use super::columns::measurement;
use super::options::TableOptions;
use super::text::clean;
use super::units::{SIZE, rounded};
use crate::model::{Record, Site, Verbosity};

/// Lines of each benchmark that are listed; the result file has more.
const SHOWN: usize = 3;

/// The lines that allocate the most bytes in each benchmark, where it is known: under `--verbose`, and where nothing but
/// memory was measured. Else there are none.
pub(super) fn lines(records: &[Record], options: &TableOptions) -> Vec<String> {
    let is_about_memory = records.iter().all(|record| measurement(record).is_none());
    if options.verbosity != Verbosity::Verbose && (options.is_quiet() || !is_about_memory) {
        return Vec::new();
    }
    let known: Vec<_> = records.iter().flat_map(of_record).collect();
    if known.is_empty() { known } else { [vec!["most bytes are from".to_owned()], known].concat() }
}

fn of_record(record: &Record) -> Vec<String> {
    let sites = record.measured_memory().map_or(&[][..], |memory| &memory.sites.by_bytes);
    // The benchmark's own line, where no other is known, says nothing.
    let shown: Vec<_> = sites.iter().filter(|site| !site.is_approximate).take(SHOWN).map(line).collect();
    if shown.is_empty() {
        shown
    } else {
        [vec![format!("  {}", clean(&record.id.to_string()))], shown].concat()
    }
}

fn line(site: &Site) -> String {
    let unit = SIZE.unit(site.bytes as f64);
    let size = format!("{} {}", rounded(site.bytes as f64 / unit.size, 3), unit.name);
    format!("    {size:>9} in {:>6} blocks  {}", site.count, clean(&site.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;
    use crate::model::{Memory, Outcome, Sites};

    fn site(line: u32, bytes: u64, is_approximate: bool) -> Site {
        let (function, file) = (Some("rows::load".to_owned()), "src/rows.rs".to_owned());
        Site { function, file, line, is_approximate, count: 3, bytes, retained: 0 }
    }

    fn record(sites: Vec<Site>) -> Record {
        let sites = Sites { by_bytes: sites, ..Sites::default() };
        let mut record = sample::record("rows", 1.0);
        record.outcome = Outcome::Passed;
        record.memory = Some(Ok(Memory { sites, ..Memory::default() }));
        record
    }

    #[test]
    fn the_largest_three_of_each_benchmark_are_listed_where_only_memory_was_measured() {
        let found = (1..=4).map(|line| site(line, 4_096 * u64::from(line), false)).rev().collect();
        let shown = lines(&[record(found)], &TableOptions::default());
        assert_eq!(shown.len(), 5, "{shown:#?}");
        assert_eq!(
            (shown[0].as_str(), shown[2].as_str()),
            ("most bytes are from", "     16.0 KiB in      3 blocks  src/rows.rs:4 (rows::load)")
        );
        assert!(shown[4].ends_with("rows.rs:2 (rows::load)"), "{shown:#?}");
    }

    #[test]
    fn beside_times_they_are_listed_when_asked_for() {
        let mut timed = record(vec![site(7, 100, false)]);
        timed.outcome = sample::record("rows", 1.0).outcome;
        let records = [timed];
        assert!(lines(&records, &TableOptions::default()).is_empty());
        let verbose = TableOptions { verbosity: Verbosity::Verbose, ..TableOptions::default() };
        assert_eq!(lines(&records, &verbose).len(), 3);
    }

    #[test]
    fn the_benchmarks_own_line_is_none() {
        assert!(lines(&[record(vec![site(1, 9, true)])], &TableOptions::default()).is_empty());
    }
}
