//! What recording does to a file.

use serde_json::json;

use super::*;

const SUITE: &str = "pkg::one";

fn names(path: &Path) -> Vec<String> {
    load_baseline(path).expect("a baseline").entries.into_pairs().map(|(name, _)| name).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("readable")
}

#[test]
fn a_benchmark_takes_a_few_lines() {
    let scratch = Scratch::new("baseline-lines");
    let path = scratch.path().join("baselines/linux-x86_64.json");
    let report = testing::report(SUITE, &[("b", 2000.125), ("a", 1.0 / 3.0)]);
    let recorded = record_baseline(&path, &report, true).expect("recorded");
    assert_eq!(recorded, Recorded { written: 2, ..Recorded::default() });
    assert_eq!(
        read(&path),
        r#"{
  "version": 1,
  "arch": "linux-x86_64",
  "recorded_at": "2026-03-14T15:09:26.535Z",
  "host": {"cores":2,"cpu":"a processor","kernel":"6.8","rustc":"rustc 1.95.0"},
  "seed": 7,
  "benchmarks": [
    {
      "name": "pkg::one::a",
      "median": 0.3333333333, "stddev": 0.003333333333, "rounds": 40, "unit": "ns", "recorded_at": "2026-03-14T15:09:29.535Z",
      "min": 0.3333333333, "max": 0.3333333333, "mean": 0.3333333333, "p50": 0.3333333333, "p90": 0.3333333333, "p95": 0.3333333333, "p99": 0.3333333333, "p999": 0.3333333333, "percentiles_of": "calls",
      "runs": [0.3333333333, 0.3333333333, 0.3333333333, 0.3333333333]
    },
    {
      "name": "pkg::one::b",
      "median": 2000.125, "stddev": 20.00125, "rounds": 40, "unit": "ns", "recorded_at": "2026-03-14T15:09:29.535Z",
      "min": 2000.125, "max": 2000.125, "mean": 2000.125, "p50": 2000.125, "p90": 2000.125, "p95": 2000.125, "p99": 2000.125, "p999": 2000.125, "percentiles_of": "calls",
      "runs": [2000.125, 2000.125, 2000.125, 2000.125]
    }
  ]
}
"#
    );
}

#[test]
fn what_was_recorded_is_what_was_measured() {
    let scratch = Scratch::new("baseline-measured");
    let path = scratch.path().join("b.json");
    let mut arm = testing::benchmark(SUITE, "arm", 30_000.0);
    arm["throughput"] = json!({"items": 0.0, "bytes": 4500.0});
    arm["ratio"] =
        json!({"reference": "pkg::one::r", "value": 1.25, "low": 1.2, "high": 1.3, "verdict": "slower"});
    let mut unsure = testing::benchmark(SUITE, "unsure", 40_000.0);
    unsure["ratio"] =
        json!({"reference": "pkg::one::r", "value": 1.25, "low": 0.0, "high": null, "verdict": "same"});
    let report = testing::of_file(&testing::file(SUITE, vec![arm, unsure]));
    record_baseline(&path, &report, true).expect("recorded");
    let mut baseline = load_baseline(&path).expect("a baseline");
    let mut measured = baseline_of(&report, path.display().to_string());
    // A file says nothing of what changes by itself, and no ratio without an interval.
    measured.host = crate::model::Host { name: String::new(), ..measured.host };
    let unsure = measured.entries.get_mut("pkg::one::unsure").expect("measured");
    unsure.figures = unsure.figures.iter().filter(|(metric, _)| *metric != Metric::Ratio).collect();
    (unsure.ratio_interval, unsure.reference) = (None, None);
    for entries in [&mut baseline.entries, &mut measured.entries] {
        let names: Vec<String> = entries.iter().map(|(name, _)| name.to_owned()).collect();
        for name in names {
            let figures = &mut entries.get_mut(&name).expect("of this name").figures;
            let rate = figures[Metric::Throughput];
            figures.insert(Metric::Throughput, (rate * 1e3).round());
        }
    }
    assert_eq!(baseline, measured);
}

#[test]
fn a_suite_keeps_the_entries_of_others_and_drops_its_own_that_are_gone() {
    let scratch = Scratch::new("baseline-suites");
    let path = scratch.path().join("b.json");
    record_baseline(&path, &testing::report("pkg::one", &[("a", 1.0), ("b", 1.0)]), true).expect("recorded");
    record_baseline(&path, &testing::report("pkg::one_more", &[("a", 1.0)]), true).expect("recorded");
    assert_eq!(names(&path), ["pkg::one::a", "pkg::one::b", "pkg::one_more::a"]);

    let selected = record_baseline(&path, &testing::report(SUITE, &[("a", 2.0)]), false).expect("recorded");
    assert_eq!((selected.written, selected.kept, selected.dropped.len()), (1, 2, 0));
    let whole = record_baseline(&path, &testing::report(SUITE, &[("a", 3.0)]), true).expect("recorded");
    assert_eq!((whole.written, whole.kept, whole.dropped), (1, 1, vec!["pkg::one::b".to_owned()]));
    assert_eq!(names(&path), ["pkg::one::a", "pkg::one_more::a"]);
    assert_eq!(load_baseline(&path).expect("a baseline").entries["pkg::one::a"].figures[Metric::Median], 3.0);
}

#[test]
fn what_was_not_measured_keeps_its_entry() {
    let scratch = Scratch::new("baseline-left-out");
    let path = scratch.path().join("b.json");
    let all = [("a", 1.0), ("b", 1.0), ("c", 1.0)];
    record_baseline(&path, &testing::report(SUITE, &all), true).expect("recorded");
    let mut benchmarks: Vec<_> = all.iter().map(|(name, _)| testing::benchmark(SUITE, name, 2.0)).collect();
    benchmarks[1]["outcome"] = "skipped".into();
    benchmarks[1]["reason"] = "no server".into();
    benchmarks[2]["time"]["median"] = serde_json::Value::Null;
    let report = testing::of_file(&testing::file(SUITE, benchmarks));
    let recorded = record_baseline(&path, &report, true).expect("recorded");
    assert_eq!((recorded.written, recorded.kept), (1, 2));
    assert_eq!(recorded.left_out, ["pkg::one::b", "pkg::one::c"]);
    let entries = load_baseline(&path).expect("a baseline").entries;
    let medians: Vec<f64> = entries.values().map(|entry| entry.figures[Metric::Median]).collect();
    assert_eq!(medians, [2.0, 1.0, 1.0]);
}

#[test]
fn what_other_tools_have_added_stays_with_the_entries_that_stay() {
    let scratch = Scratch::new("baseline-others");
    let path = scratch.path().join("b.json");
    let text = with_entry("4.5", "ms", r#", "owner": "team b", "iqr": 0.25"#).replace(
        r#""version": 1,"#,
        r#""version": 1, "reviewed_by": "me", "seed": 1, "host": {"cpu": "old"},"#,
    );
    fs::write(&path, text).expect("written");
    record_baseline(&path, &testing::report(SUITE, &[("a", 1.0)]), true).expect("recorded");
    let text = read(&path);
    assert!(text.contains("\n  \"reviewed_by\": \"me\",\n"), "{text}");
    assert!(text.contains(r#""median": 4.5, "stddev": 0.5, "rounds": 5, "unit": "ms""#), "{text}");
    assert!(text.contains(r#""host": {"cpu":"old"}, "seed": 1, "owner": "team b", "iqr": 0.25"#), "{text}");
    let baseline = load_baseline(&path).expect("a baseline");
    assert_eq!(baseline.host.cpu, "a processor");
    assert_eq!(baseline.entries["a::b::c"].host.as_ref().map(|host| host.cpu.as_str()), Some("old"));
    assert_eq!(baseline.entries["pkg::one::a"].host, None);
}

#[test]
fn an_entry_that_has_come_to_the_same_machine_needs_none_of_its_own() {
    let scratch = Scratch::new("baseline-machines");
    let path = scratch.path().join("b.json");
    let mut elsewhere = testing::report("pkg::two", &[("a", 1.0)]);
    elsewhere.run.environment.host.cpu = "another".to_owned();
    let here = testing::report(SUITE, &[("a", 1.0)]);
    for (report, own) in
        [(&here, 0), (&elsewhere, 1), (&here, 1), (&testing::report("pkg::two", &[("a", 1.0)]), 0)]
    {
        record_baseline(&path, report, true).expect("recorded");
        assert_eq!(read(&path).matches("\"host\"").count(), 1 + own, "{}", read(&path));
    }
}

#[test]
fn a_baseline_of_another_architecture_is_not_mixed_with_this_one() {
    let scratch = Scratch::new("baseline-arch");
    let path = scratch.path().join("b.json");
    let before = PLAIN.replace("linux-x86_64", "linux-arm64");
    fs::write(&path, &before).expect("written");
    let error =
        record_baseline(&path, &testing::report(SUITE, &[("a", 1.0)]), true).expect_err("another one");
    assert!(
        error.to_string().contains("holds figures of linux-arm64, and these are of linux-x86_64"),
        "{error}"
    );
    assert_eq!(read(&path), before);
}

#[test]
fn runs_that_are_put_together_are_recorded_each_with_its_machine() {
    let scratch = Scratch::new("baseline-merged");
    let path = scratch.path().join("b.json");
    let mut report = testing::report(SUITE, &[("a", 1.0)]);
    let mut other = testing::report("pkg::two", &[("a", 1.0)]);
    other.run.environment.host.cpu = "another".to_owned();
    report.merged.push(other.run);
    report.records.extend(other.records);
    for baseline in [baseline_of(&report, String::new()), {
        record_baseline(&path, &report, true).expect("recorded");
        load_baseline(&path).expect("a baseline")
    }] {
        let cpu = |name: &str| baseline.entries[name].host.as_ref().map(|host| host.cpu.clone());
        assert_eq!((cpu("pkg::one::a"), cpu("pkg::two::a")), (None, Some("another".to_owned())));
    }
}
