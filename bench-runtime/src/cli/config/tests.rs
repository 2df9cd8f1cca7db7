use super::*;
use crate::cli::{Mode, parse};
use crate::model::{Depth, Gate, Ignored, OutputFormat};
use std::ffi::OsString;

fn config(text: &str) -> Config {
    Config::parse(text, Path::new("/project/suite/bench.toml")).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(text: &str) -> String {
    Config::parse(text, Path::new("bench.toml")).unwrap_err().to_string()
}

#[test]
fn options_of_benchmarks_are_levels_of_their_own() {
    let config = config(
        r#"
        min_rounds = 5
        max_time = "30s"
        threads = 2
        [group.insert]
        warmup_time = "500ms"
        [group."two words"]
        iterations = 3
        "#,
    );
    let mut run = RunOptions { depth: Depth::Quick, ..RunOptions::default() };
    run.overrides.processes = Some(9);
    let levels = config.levels(&run);
    assert_eq!((levels.file.min_rounds, levels.file.threads), (Some(5), Some(2)));
    assert_eq!(levels.file.max_time, Some(Duration::from_secs(30)));
    assert_eq!(levels.file_groups["insert"].warmup_time, Some(Duration::from_millis(500)));
    assert_eq!(levels.file_groups["two words"].iterations, Some(3));
    assert_eq!((levels.run.processes, levels.depth), (Some(9), Depth::Quick));
}

#[test]
fn sizes_of_data_memory_ceilings_and_the_store_have_tables() {
    let config = config(
        r#"
        [datasets]
        medium = 5_000
        [max_memory]
        core = "10MB"
        async = 20_000_000
        [store]
        dir = "../results"
        "#,
    );
    let mut run = RunOptions::default();
    config.complete(&mut run);
    assert_eq!(run.datasets, Datasets { small: 100, medium: 5_000, large: 10_000 });
    assert_eq!(run.store_dir, Some(PathBuf::from("/project/suite/../results")));
    let levels = config.levels(&run);
    assert_eq!(levels.max_memory, [(Kind::Async, 20_000_000), (Kind::Core, 10_000_000)]);
}

#[test]
fn baselines_and_limits_have_tables() {
    let config = config(
        r#"
        [baseline]
        arch = "linux-arm64"
        dir = "../figures"
        max_age = "30 days"
        gate = "plain"
        fail_on = ["median:5%", "p99:2ms"]
        [limits]
        target = "p99 <= 10ms"
        max_ratio = 2
        [group.insert]
        critical = ["throughput >= 5K rows/s", "p99 <= 50ms"]
        max_ratio = 1.2
        "#,
    );
    let c = parse([], &|_| None, Some(&config)).unwrap().run.comparing;
    assert_eq!(c.canonical_arch.as_deref(), Some("linux-arm64"));
    assert_eq!(c.baseline_dir, Some(PathBuf::from("/project/suite/../figures")));
    assert_eq!((c.max_age, c.gate), (Some(Duration::from_secs(30 * 86_400)), Gate::Plain));
    assert_eq!((c.fail_on.len(), c.fail_on[0].text.as_str()), (2, "median:5%"));
    let levels = config.levels(&RunOptions::default());
    let shown = |limits: &FileLimits| {
        let texts: Vec<String> = limits.limits.iter().map(|limit| limit.text.clone()).collect();
        (texts.join(", "), limits.max_ratio)
    };
    assert_eq!(shown(&levels.file_limits), ("p99 <= 10ms".to_owned(), Some(2.0)));
    let insert = &levels.file_group_limits["insert"];
    assert_eq!(shown(insert), ("throughput >= 5K rows/s, p99 <= 50ms".to_owned(), Some(1.2)));
    assert_eq!(
        (levels.file_limits.limits[0].level, insert.limits[0].level),
        (Level::Target, Level::Critical)
    );
}

#[test]
fn rules_of_the_file_are_weaker_than_those_of_the_command_line() {
    let config = config("[baseline]\ngate = 'plain'\nfail_on = 'median:5%'");
    let args = ["--gate", "confident", "--fail-on", "p99:1%"].map(OsString::from);
    let c = parse(args, &|_| None, Some(&config)).unwrap().run.comparing;
    assert_eq!((c.gate, c.fail_on.len(), c.fail_on[0].text.as_str()), (Gate::Confident, 1, "p99:1%"));
}

#[test]
fn a_limit_that_cannot_be_read_is_refused_under_its_caret() {
    let expected = "\
bench.toml:2:27: there is no metric `p98`";
    let shown = refused("[limits]\ntarget = ['p99 <= 10ms', 'p98 <= 10ms']");
    assert!(shown.starts_with(expected) && shown.ends_with("^^^^^^^^^^^"), "{shown}");
    assert!(refused("[limits]\ncritical = 'p99 <= 10'").contains("`10` is not what `p99` is compared with"));
    assert!(refused("[limits]\ntarget = 5").contains("expected a limit in quotes, such as \"p99 <= 10ms\""));
    assert!(refused("[group.x]\nmax_ratio = 0").contains("expected a number over zero, such as 1.2"));
    assert!(refused("[limits]\nmin_ratio = 1").contains("did you mean `max_ratio`?"));
    assert!(refused("[baseline]\nmax_age = 90").contains("expected an age in quotes, such as \"90 days\""));
    assert!(refused("[baseline]\narch = ''").contains("expected an architecture in quotes"));
    assert!(refused("[baseline]\ncolour = 'x'").contains("valid are arch, dir, max_age, gate, fail_on"));
    let allowance = refused("[baseline]\nfail_on = ['median:10%', 'median']");
    assert!(allowance.starts_with("bench.toml:2:27: `fail_on` needs"), "{allowance}");
    assert!(refused("gate = 'plain'").contains("unknown key `gate`"));
}

#[test]
fn an_empty_file_changes_nothing() {
    assert_eq!(config(""), Config::default());
    assert_eq!(config("# only a comment\n"), Config::default());
}

#[test]
fn flags_of_the_run_are_weaker_than_environment_and_command_line() {
    let config = config(
        r#"
        quick = true
        seed = 1
        tag = ["a", "b"]
        kind = "core, db"
        output = "json=result.json"
        memory_limit = "1GB"
        [param]
        driver = "native"
        "#,
    );
    let call = |args: &[&str], env: &dyn Fn(&str) -> Option<String>| {
        parse(args.iter().map(OsString::from), env, Some(&config)).unwrap()
    };
    let file_only = call(&[], &|_| None);
    assert_eq!((file_only.mode, file_only.run.depth, file_only.run.seed), (Mode::Measure, Depth::Quick, 1));
    assert_eq!(
        (file_only.run.selection.tags, file_only.run.memory_limit),
        (vec!["a".into(), "b".into()], Some(10_u64.pow(9)))
    );
    assert_eq!(file_only.run.selection.kinds, [Kind::Core, Kind::Db]);
    assert_eq!(file_only.run.params["driver"], "native");
    assert_eq!(file_only.display.outputs[1].format, OutputFormat::Json);
    let env = |name: &str| (name == "ADAPTER_BENCH_SEED").then(|| "2".to_owned());
    assert_eq!(call(&[], &env).run.seed, 2);
    let all = call(&["--seed", "3", "--rigorous", "--tag", "c", "--ignored"], &env).run;
    assert_eq!((all.seed, all.depth, all.selection.tags), (3, Depth::Rigorous, vec!["c".to_owned()]));
    assert_eq!(all.selection.ignored, Ignored::Only);
    assert_eq!(call(&["--quick=false"], &env).run.depth, Depth::Default);
}

#[test]
fn options_of_the_file_do_not_become_those_of_the_command_line() {
    let config = config("min_rounds = 5");
    let run = parse([], &|_| None, Some(&config)).unwrap().run;
    assert_eq!(run.overrides, Overrides::default());
}

#[test]
fn an_unknown_key_is_refused_with_the_nearest_one() {
    let expected = "\
bench.toml:2:1: unknown key `max_tmie`; did you mean `max_time`?
  |
2 | max_tmie = \"10s\"
  | ^^^^^^^^";
    assert_eq!(refused("min_rounds = 3\nmax_tmie = \"10s\"\n"), expected);
    assert!(refused("max-time = '1s'").contains("did you mean `max_time`?"));
    assert!(refused("[group.x]\nseed = 1").contains("unknown key `seed`; valid are min_rounds, max_rounds,"));
    assert!(refused("[datasets]\ntiny = 1").contains("unknown key `tiny`; valid are small, medium, large"));
    assert!(refused("[max_memory]\nsync = 1").contains("did you mean `async`?"));
    assert!(refused("[store]\ndirectory = 'x'").contains("unknown key `directory`; valid are dir"));
    assert!(refused("bench = true").contains("unknown key `bench`"));
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_an_example() {
    let expected = "\
bench.toml:1:11: `timeout` needs a duration over zero in quotes, such as \"30s\", and not the number 30
  |
1 | timeout = 30
  |           ^^";
    assert_eq!(refused("timeout = 30"), expected);
    assert!(
        refused("min_rounds = '5'")
            .contains("`min_rounds` needs a whole number from 1, such as 20, and not the text \"5\"")
    );
    assert!(refused("quick = 1").contains("`quick` needs `true` or `false`, and not the number 1"));
    assert!(refused("group = 'x'").contains("expected a table, found the text \"x\""));
    assert!(
        refused("[datasets]\nsmall = 0")
            .contains("expected a whole number from 1, such as 1000, found the number 0")
    );
    assert!(refused("[max_memory]\ncore = 'lots'").contains("expected a number of bytes, such as \"10MB\""));
    assert!(refused("[store]\ndir = 1").contains("expected a path in quotes"));
    assert!(refused("seed = [1]").contains("and not an array"));
    assert!(refused("[param]\nn = 1").contains("`param` needs a name and a value in quotes"));
}

#[test]
fn a_malformed_value_is_refused_under_its_caret() {
    let expected = "\
bench.toml:2:17: `kind` needs `core`, `db` or `async` in quotes, such as [\"core\", \"db\"], and not `disk`
  |
2 | kind = ['core','disk']
  |                 ^^^^";
    assert_eq!(refused("\nkind = ['core','disk']"), expected);
    assert!(refused("kind = 'core,disk'").contains("and not `disk`"));
    assert!(refused("max_time = '0s'").contains("and not `0s`"));
    assert!(refused("seed = -1").contains("and not `-1`"));
}

#[test]
fn all_mistakes_are_told_in_the_order_of_their_places() {
    let text = refused("zeta = 1\nmin_rounds = 0\nalpha = 2");
    let places: Vec<&str> =
        text.lines().filter_map(|line| line.split(": ").next().filter(|p| p.starts_with("bench"))).collect();
    assert_eq!(places, ["bench.toml:1:1", "bench.toml:2:14", "bench.toml:3:1"]);
}

#[test]
fn text_that_is_not_toml_is_shown_with_its_place() {
    for (text, place) in [
        ("a = 1\nquick = tru\n", "bench.toml:2:9: "),
        ("quick == true", "bench.toml:1:8: "),
        ("[group", "bench.toml:1:7: "),
        ("seed = 1\nseed = 2", "bench.toml:2:1: "),
        ("max_time = \"30s", "bench.toml:1:12: "),
    ] {
        let shown = refused(text);
        assert!(shown.starts_with(place) && shown.contains("\n  |"), "{text}:\n{shown}");
    }
}
