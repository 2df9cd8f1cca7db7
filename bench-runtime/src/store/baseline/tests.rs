//! Baselines as they are read and written.

mod bad;
mod processes;
mod recording;
#[cfg(feature = "schema")]
mod schema;

use std::fs;

use serde_json::json;

use super::*;
use crate::files::scratch::Scratch;
use crate::model::{Canary, Metric, Per};
use crate::store::testing;

/// The example of the document that the format is from.
const PLAIN: &str = r#"{
  "version": 1,
  "arch": "linux-x86_64",
  "recorded_at": "2024-05-19T12:34:56Z",
  "benchmarks": [
    {
      "name": "test_cold_start::test_cold_start_to_healthz",
      "median": 4.213,
      "stddev": 0.150,
      "rounds": 5,
      "unit": "s"
    }
  ]
}
"#;

/// The baseline that is read from `text`.
fn loaded(text: &str) -> Baseline {
    convert::baseline(parse::file(text).expect("a baseline"), "origin".to_owned())
}

/// The plain example with one entry that has `median` and `unit`, and `rest` behind them.
fn with_entry(median: &str, unit: &str, rest: &str) -> String {
    format!(
        r#"{{"version": 1, "arch": "linux-x86_64", "recorded_at": "2024-05-19T12:34:56Z", "benchmarks": [
            {{"name": "a::b::c", "median": {median}, "stddev": 0.5, "rounds": 5, "unit": "{unit}"{rest}}}]}}"#
    )
}

#[test]
fn a_file_with_the_plain_fields_alone_is_read() {
    let baseline = loaded(PLAIN);
    assert_eq!((baseline.arch.as_str(), baseline.origin.as_str()), ("linux-x86_64", "origin"));
    let moment = humantime::parse_rfc3339("2024-05-19T12:34:56Z").expect("a moment");
    assert_eq!(baseline.recorded_at, Some(moment));
    let entry = &baseline.entries["test_cold_start::test_cold_start_to_healthz"];
    let figure = |metric| entry.figures.get(metric);
    assert_eq!(figure(Metric::Median), Some(4.213e9));
    assert_eq!(figure(Metric::Stddev), Some(0.15e9));
    assert_eq!((entry.rounds, entry.runs.len(), &entry.reference, &entry.host), (5, 0, &None, &None));
}

#[test]
fn the_canary_is_read_again_as_it_was_written() {
    let mut arm = testing::benchmark("pkg::one", "arm", 30_000.0);
    for (at, canary) in [(2.204_567, 61.0), (2.3, 70.0)].into_iter().enumerate() {
        let run = &mut arm["time"]["runs"][at];
        (run["canary_cpu"], run["canary_memory"]) = (canary.0.into(), canary.1.into());
    }
    let report = testing::of_file(&testing::file("pkg::one", vec![arm]));
    let (file, _) = Recording { report: &report, is_whole: true }.over(None).expect("recorded");
    let entry = |text: &str| loaded(text).entries["pkg::one::arm"].canary.clone();
    let text = write::text(&file);
    assert!(text.contains(r#""canary": {"work": 1, "cpu": [2.205, 2.3], "memory": [61.0, 70.0]}"#), "{text}");
    let canary = |cpu, memory| Canary { cpu, memory };
    assert_eq!(entry(&text), [canary(2.205, 61.0), canary(2.3, 70.0)]);
    assert_eq!(entry(&text.replace("\"work\": 1", "\"work\": 2")), []);
    assert_eq!(entry(&text.replace("61.0", "\"?\"")), []);
}

#[test]
fn what_a_benchmark_ran_on_is_read_again_as_it_was_written() {
    let mut arm = testing::benchmark("pkg::one", "arm", 30_000.0);
    arm["identity"] = json!({"pg.version": "17.2", "pg.\"odd\"": "é\n"});
    arm["plans"] = json!({"by_id": {"hash": "0011223344556677", "text": "Sort\n  ->  Seq Scan on product"}});
    let report = testing::of_file(&testing::file("pkg::one", vec![arm]));
    let (file, _) = Recording { report: &report, is_whole: true }.over(None).expect("recorded");
    let text = write::text(&file);
    assert_eq!(text.lines().filter(|line| line.contains("\"identity\": {")).count(), 1, "{text}");
    let read = &loaded(&text).entries["pkg::one::arm"].basis;
    assert_eq!((read, read.plans.len()), (&report.records[0].basis, 1));
}

#[test]
fn units_of_other_scales_are_converted() {
    for (unit, ns) in [("ns", 2.5), ("us", 2.5e3), ("µs", 2.5e3), ("ms", 2.5e6), ("s", 2.5e9)] {
        let rest = r#", "p99": 3.0, "runs": [2.0, 3.0], "allocations": 4"#;
        let entry = &loaded(&with_entry("2.5", unit, rest)).entries["a::b::c"];
        assert_eq!(entry.figures[Metric::Median], ns, "{unit}");
        assert_eq!(entry.figures[Metric::P99], ns / 2.5 * 3.0, "{unit}");
        assert_eq!(entry.runs, [ns / 2.5 * 2.0, ns / 2.5 * 3.0], "{unit}");
        assert_eq!(entry.figures[Metric::Allocations], 4.0, "{unit}");
    }
}

#[test]
fn a_rate_is_a_throughput_and_no_time() {
    let table =
        [("MiB/s", Per::Bytes, 1_048_576.0), ("rows/s", Per::Items, 1.0), ("K ops/s", Per::Operations, 1e3)];
    for (unit, per, factor) in table {
        let entry = &loaded(&with_entry("85.5", unit, "")).entries["a::b::c"];
        assert_eq!((entry.per, entry.figures[Metric::Throughput]), (per, 85.5 * factor), "{unit}");
        assert_eq!(entry.figures[Metric::Stddev], 0.5 * factor, "{unit}");
        assert_eq!(entry.figures.get(Metric::Median), None, "{unit}");
    }
}

#[test]
fn a_time_is_a_rate_too() {
    let rate = |rest| {
        let entry = loaded(&with_entry("4", "ms", rest)).entries["a::b::c"].clone();
        (entry.per, entry.figures.get(Metric::Throughput))
    };
    assert_eq!(rate(""), (Per::Operations, Some(250.0)));
    assert_eq!(rate(r#", "items_per_s": 25000"#), (Per::Items, Some(25_000.0)));
    assert_eq!(rate(r#", "bytes_per_s": 1e9"#), (Per::Bytes, Some(1e9)));
    let zero = loaded(&with_entry("0", "ms", "")).entries["a::b::c"].clone();
    assert_eq!(zero.figures.get(Metric::Throughput), None, "nothing takes no time");
}

#[test]
fn a_figure_that_is_null_is_not_there() {
    let entry =
        &loaded(&with_entry("4", "ms", r#", "p99": null, "p999": 5, "seed": null"#)).entries["a::b::c"];
    assert_eq!(entry.figures.get(Metric::P99), None);
    assert_eq!(entry.figures[Metric::P999], 5e6);
}

#[test]
fn an_iteration_may_free_more_than_it_allocates() {
    let entry = &loaded(&with_entry("4", "ms", r#", "net": -23.0, "peak": 64.0"#)).entries["a::b::c"];
    assert_eq!((entry.figures[Metric::Net], entry.figures[Metric::Peak]), (-23.0, 64.0));
}

#[test]
fn what_a_file_says_of_its_machine_holds_for_entries_that_do_not() {
    let of_entry = r#", "host": {"cpu": "another", "cores": 8}"#;
    let text = with_entry("4", "ms", of_entry)
        .replace(r#""version": 1,"#, r#""version": 1, "host": {"cpu": "one", "kernel": "6.8"},"#);
    let baseline = loaded(&text);
    assert_eq!((baseline.host.cpu.as_str(), baseline.host.kernel.as_str()), ("one", "6.8"));
    let host = baseline.entries["a::b::c"].host.as_ref().expect("a machine of its own");
    assert_eq!((host.cpu.as_str(), host.cores, host.arch.as_str()), ("another", 8, "linux-x86_64"));
}

#[test]
fn what_is_written_is_read_back() {
    let mut file = parse::file(PLAIN).expect("a baseline");
    let everything = r#", "recorded_at": "2026-03-14T15:09:29.535Z", "min": 1.0, "p999": 5.125, "peak": 7.0,
        "percentiles_of": "sub_samples", "items_per_s": 12.5, "runs": [3.0, 4.0], "owner": "the \"B\" team",
        "ratio": {"reference": "a::b::r[x=\"1\"]", "value": 1.5, "low": 1.25, "high": 1.75},
        "host": {"cpu": "another"}, "seed": 18446744073709551615, "iqr": [1, {"of": null}]"#;
    let rich = parse::file(&with_entry("4", "µs", everything)).expect("a baseline");
    for (name, entry) in rich.entries.into_pairs() {
        file.entries.insert(name, entry);
    }
    file.others.push(("note".to_owned(), "kept".into()));
    file.seed = Some(3);
    let text = write::text(&file);
    assert_eq!(parse::file(&text).expect("written by this version"), file, "{text}");
    assert_eq!(write::text(&parse::file(&text).expect("a baseline")), text);
    let standard: serde_json::Value = text.parse().expect("JSON");
    assert_eq!(standard["benchmarks"][0]["iqr"][1]["of"], serde_json::Value::Null);
}
