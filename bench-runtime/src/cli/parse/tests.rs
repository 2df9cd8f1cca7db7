use std::time::Duration;

use super::super::ListFormat;
use super::*;
use crate::model::{
    Against, BaselineAt, Column, Depth, Gate, Ignored, Kind, NoMatch, RunOptions, Shard, Verbosity,
};

fn with_env(args: &[&str], env: &[(&str, &str)]) -> Result<Invocation, UsageError> {
    let lookup = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    parse(args.iter().map(OsString::from), &lookup, None)
}

fn call(args: &[&str]) -> Invocation {
    with_env(args, &[]).unwrap()
}

fn run(args: &[&str]) -> RunOptions {
    call(args).run
}

fn refused(args: &[&str]) -> String {
    with_env(args, &[]).unwrap_err().to_string()
}

#[test]
fn the_mode_follows_the_flags_and_then_who_started_the_program() {
    assert_eq!(call(&["--bench"]).mode, Mode::Measure);
    assert_eq!(call(&["--test", "--bench"]).mode, Mode::Test);
    assert_eq!(call(&[]).mode, Mode::Measure);
    let by = |name: &'static str| with_env(&[], &[(name, "1")]).unwrap().mode;
    assert_eq!((by("CARGO"), by("NEXTEST")), (Mode::Test, Mode::Test));
    assert_eq!(with_env(&["--bench"], &[("CARGO", "/bin/cargo")]).unwrap().mode, Mode::Measure);
    assert_eq!(call(&["--profile-time", "5", "--bench"]).mode, Mode::Profile(Duration::from_secs(5)));
    assert_eq!(call(&["--list", "--bench"]).mode, Mode::List(ListFormat::Pretty));
    assert_eq!(call(&["--help", "--list"]).mode, Mode::Help);
    assert_eq!(call(&["-V"]).mode, Mode::Version);
}

#[test]
fn what_nextest_and_editors_pass_is_accepted() {
    assert_eq!(call(&["--list", "--format", "terse"]).mode, Mode::List(ListFormat::Terse));
    assert_eq!(run(&["--list", "--format", "terse", "--ignored"]).selection.ignored, Ignored::Only);
    let one = call(&["pkg::b::f[rows=1]", "--exact", "--nocapture"]);
    assert_eq!(one.run.selection.filters, ["pkg::b::f[rows=1]"]);
    assert!(one.run.selection.exact && one.display.nocapture);
    call(&[
        "--test-threads",
        "4",
        "--show-output",
        "--no-capture",
        "-Z",
        "unstable-options",
        "-Zx",
        "--color=never",
    ]);
}

#[test]
fn selection_takes_each_flag_several_times_or_with_commas() {
    let s = run(&["a", "--group", "x,y", "b", "--group=z", "--kind", "core, db", "--skip", "k,l", "--tag=t"])
        .selection;
    assert_eq!(
        (s.filters, s.groups),
        (vec!["a".to_owned(), "b".into()], vec!["x".to_owned(), "y".into(), "z".into()])
    );
    assert_eq!((s.kinds, s.skip), (vec![Kind::Core, Kind::Db], vec!["k,l".to_owned()]));
    let s = run(&["--shard", "2/3", "--extended", "--include-ignored", "--skip-tag", "slow"]).selection;
    assert_eq!((s.shard, s.extended, s.ignored), (Shard::new(2, 3), true, Ignored::Include));
    assert_eq!(s.skip_tags, ["slow"]);
}

#[test]
fn measuring_flags_arrive() {
    let r =
        run(&["--quick", "--seed", "7", "--budget", "8m", "--memory-limit=1GiB", "--in-process", "--resume"]);
    assert_eq!((r.depth, r.seed, r.budget), (Depth::Quick, 7, Some(Duration::from_secs(480))));
    assert_eq!((r.memory_limit, r.in_process, r.resume), (Some(1 << 30), true, true));
    let o = run(&["--min-rounds", "5", "--max-time", "1.5s", "--processes=8", "--iterations", "9"]).overrides;
    assert_eq!((o.min_rounds, o.processes, o.iterations), (Some(5), Some(8), Some(9)));
    assert_eq!(o.max_time, Some(Duration::from_millis(1500)));
    let r = run(&["--param", "driver=native", "--param", "url=a=b,c", "--no-match=fail"]);
    assert_eq!((r.params["driver"].as_str(), r.params["url"].as_str()), ("native", "a=b,c"));
    assert_eq!(r.no_match, NoMatch::Fail);
}

#[test]
fn comparing_flags_arrive() {
    let c = run(&["--baseline", "filter", "--fail-on", "median:10%,p99:2ms", "--fail-on=min:5%"]).comparing;
    assert_eq!(c.baseline, Some(BaselineAt::Committed));
    let texts: Vec<&str> = c.fail_on.iter().map(|allowance| allowance.text.as_str()).collect();
    assert_eq!(texts, ["median:10%", "p99:2ms", "min:5%"]);
    let c =
        run(&["--save-baseline=a/b.json", "--force", "--gate", "plain", "--strict", "--retry=2"]).comparing;
    assert_eq!(c.save_baseline, Some(BaselineAt::Path("a/b.json".into())));
    assert_eq!((c.force, c.gate, c.strict, c.retries), (true, Gate::Plain, true, 2));
    let c = run(&["--save", "main", "--compare", "00*"]).comparing;
    assert_eq!((c.save.as_deref(), c.compare.as_deref()), (Some("main"), Some("00*")));
}

#[test]
fn an_optional_value_does_not_swallow_the_filter() {
    let r = run(&["--baseline", "json", "--strict"]);
    assert_eq!(
        (r.comparing.baseline, r.selection.filters),
        (Some(BaselineAt::Committed), vec!["json".into()])
    );
    let r = run(&["--load", "a.json"]);
    assert_eq!((r.comparing.load, r.selection.filters), (Some(vec![]), vec!["a.json".to_owned()]));
}

#[test]
fn loading_takes_files_and_patterns_and_replaces_measuring() {
    let c = call(&["--bench", "--load=a.json,b/*.json", "--load=c.json"]);
    assert_eq!(c.mode, Mode::Load);
    assert_eq!(c.run.comparing.load, Some(vec!["a.json".into(), "b/*.json".into(), "c.json".into()]));
    assert_eq!(with_env(&["--load"], &[("CARGO", "/bin/cargo")]).unwrap().mode, Mode::Load);
}

#[test]
fn loading_takes_no_flags_that_measure() {
    for flag in ["--quick", "--resume", "--profile-time=3s", "--processes=8", "--shard=1/2", "--param=a=b"] {
        let name = flag.split('=').next().unwrap_or_default();
        let told = format!("`{name}` says what to measure or how, and `--load` takes what is stored");
        assert!(refused(&["--load", flag]).starts_with(&told), "{flag}");
    }
    assert_eq!(with_env(&["--load"], &[("ADAPTER_BENCH_QUICK", "1")]).unwrap().mode, Mode::Load);
    assert_eq!(call(&["--load", "--quick=false"]).mode, Mode::Load);
    assert_eq!(refused(&["--load", "--test"]), "`--load` and `--test` exclude each other");
}

#[test]
fn a_word_is_no_baseline_but_a_saved_run() {
    let told = "`--baseline` needs no value, or a path with a `/` or ending in `.json`, such as \
                `--baseline=baselines/linux-x86_64.json`, and not `main`; `--compare main` compares with what \
                `--save main` has kept";
    assert_eq!(refused(&["--baseline=main"]), told);
    assert!(refused(&["--save-baseline=main"]).ends_with("; `--save main` keeps a run under a name"));
    assert!(refused(&["--save-baseline="]).ends_with("and not ``"));
}

#[test]
fn an_allowance_that_is_none_says_why() {
    let told = refused(&["--fail-on", "p98:10%"]);
    assert!(told.contains("and not `p98:10%`: there is no metric `p98`"), "{told}");
    assert!(refused(&["--gate", "loose"]).contains("needs `confident` or `plain`"));
    assert!(refused(&["--save", "7"]).contains("that is no number"));
}

#[test]
fn recording_and_comparing_are_two_calls() {
    assert_eq!(
        refused(&["--baseline", "--save-baseline"]),
        "`--baseline` and `--save-baseline` exclude each other"
    );
    assert!(refused(&["--baseline", "--compare", "main"]).ends_with("exclude each other"));
    let env = [("ADAPTER_BENCH_BASELINE", "1")];
    let c = with_env(&[], &env).unwrap().run.comparing;
    assert_eq!(c.baseline, Some(BaselineAt::Committed));
    let c = with_env(&["--save-baseline"], &env).unwrap().run.comparing;
    assert_eq!((c.baseline, c.save_baseline), (None, Some(BaselineAt::Committed)));
    assert_eq!(with_env(&["--baseline=false"], &env).unwrap().run.comparing.baseline, None);
}

#[test]
fn another_program_is_compared_with_on_its_own() {
    for other in ["--baseline", "--compare=main", "--save-baseline", "--against-binary=b"] {
        assert!(refused(&["--against", "main", other]).ends_with("exclude each other"), "{other}");
    }
    let against = |revision: &str| Some(Against::Revision(revision.to_owned()));
    let c = with_env(&["--against", "main"], &[("ADAPTER_BENCH_BASELINE", "1")]).unwrap().run.comparing;
    assert_eq!((c.against, c.baseline), (against("main"), None));
    let env = [("ADAPTER_BENCH_AGAINST", "main")];
    let c = with_env(&["--baseline"], &env).unwrap().run.comparing;
    assert_eq!((c.against, c.baseline), (None, Some(BaselineAt::Committed)));
    assert_eq!(with_env(&[], &env).unwrap().run.comparing.against, against("main"));
    assert_eq!(with_env(&["--load"], &env).unwrap().mode, Mode::Load);
}

#[test]
fn a_call_without_results_keeps_none() {
    let told = "`--save-baseline` keeps what is measured, and nothing is: measure with \
                `cargo bench -- --save-baseline`";
    let by_cargo = |args: &[&str]| with_env(args, &[("CARGO", "/bin/cargo")]);
    assert_eq!(by_cargo(&["--save-baseline"]).unwrap_err().to_string(), told);
    assert_eq!(refused(&["--list", "--save-baseline"]), told);
    assert!(refused(&["--test", "--save", "main"]).ends_with("exclude each other"));
    assert!(refused(&["--profile-time", "1s", "--save", "main"]).starts_with("`--save` keeps"));
    assert_eq!(by_cargo(&["--bench", "--save-baseline"]).unwrap().mode, Mode::Measure);
}

#[test]
fn display_flags_arrive() {
    let d = call(&["--columns", "median,p99", "--slowest", "5", "-v"]).display;
    assert_eq!((d.columns, d.slowest), (vec![Column::Median, Column::P99], Some(5)));
    assert_eq!(d.verbosity, Verbosity::Verbose);
}

#[test]
fn the_table_goes_to_stdout_unless_something_else_does() {
    let formats = |args: &[&str]| {
        let outputs = call(args).display.outputs;
        outputs.iter().map(|o| (o.format, o.path.is_some())).collect::<Vec<_>>()
    };
    use OutputFormat::{Console, Csv, Json};
    assert_eq!(formats(&[]), [(Console, false)]);
    assert_eq!(formats(&["--output", "json"]), [(Json, false)]);
    assert_eq!(
        formats(&["--output", "json=a.json,csv=a.csv"]),
        [(Console, false), (Json, true), (Csv, true)]
    );
    assert_eq!(formats(&["--output", "json", "--output", "console=t.txt"]), [(Json, false), (Console, true)]);
    assert!(refused(&["--output", "json,csv"]).starts_with("two outputs go to stdout;"));
    assert!(refused(&["--output", "json=a,csv=a"]).starts_with("two outputs go to `a`;"));
}

#[test]
fn an_unknown_flag_is_refused_with_the_nearest_one() {
    assert_eq!(
        refused(&["--gruop", "x"]),
        "unknown flag `--gruop` (did you mean `--group`?). `--help` lists all flags."
    );
    assert_eq!(refused(&["--save-it-all"]), "unknown flag `--save-it-all`. `--help` lists all flags.");
    assert_eq!(refused(&["-q=3"]), "`-q` takes no value");
    assert_eq!(refused(&["-x"]), "unknown flag `-x`. `--help` lists all flags.");
}

#[test]
fn a_malformed_value_is_refused_with_what_is_expected() {
    assert_eq!(
        refused(&["--max-time", "soon"]),
        "`--max-time` needs a duration over zero, such as `--max-time 30s`, and not `soon`"
    );
    assert_eq!(
        refused(&["--quick=maybe"]),
        "`--quick` needs `true` or `false`, such as `--quick=false`, and not `maybe`"
    );
    assert_eq!(
        refused(&["--shard", "0/3"]),
        "`--shard` needs a part and the number of parts, counted from 1, such as `--shard 1/4`, and not `0/3`"
    );
    let env = with_env(&[], &[("ADAPTER_BENCH_MIN_ROUNDS", "0")]).unwrap_err().to_string();
    assert_eq!(
        env,
        "`ADAPTER_BENCH_MIN_ROUNDS` needs a whole number from 1, such as `ADAPTER_BENCH_MIN_ROUNDS=20`, and not `0`"
    );
    assert!(refused(&["--seed", "-1"]).contains("and not `-1`"));
}

#[test]
fn a_flag_does_not_swallow_the_next_one() {
    assert_eq!(
        refused(&["--group", "--quick"]),
        "`--group` needs a name, or several with commas in between, such as `--group encode,decode`"
    );
    assert!(refused(&["--seed"]).starts_with("`--seed` needs a whole number from 0, such as `--seed 42`"));
    assert_eq!(run(&["--quick", "filter"]).selection.filters, ["filter"]);
    assert_eq!(run(&["--", "--quick"]).selection.filters, ["--quick"]);
}

#[test]
fn flags_that_pick_one_of_several_exclude_each_other() {
    assert_eq!(refused(&["--quick", "--rigorous"]), "`--quick` and `--rigorous` exclude each other");
    assert_eq!(refused(&["-vq"]), "`--verbose` and `--quiet` exclude each other");
    assert_eq!(run(&["--quick=false", "--rigorous"]).depth, Depth::Rigorous);
}

#[test]
fn the_command_line_goes_before_the_environment() {
    let env = [
        ("ADAPTER_BENCH_QUICK", "1"),
        ("ADAPTER_BENCH_TAG", "a,b"),
        ("ADAPTER_BENCH_PARAM", "x=1\ny=2,3"),
        ("ADAPTER_BENCH_MAX_TIME", "3s"),
        ("ADAPTER_BENCH_EXTENDED", ""),
    ];
    let r = with_env(&[], &env).unwrap().run;
    assert_eq!((r.depth, r.selection.tags), (Depth::Quick, vec!["a".to_owned(), "b".into()]));
    assert_eq!((r.params.len(), r.params["y"].as_str(), r.selection.extended), (2, "2,3", false));
    let r = with_env(&["--rigorous", "--tag", "c", "--max-time", "4s"], &env).unwrap().run;
    assert_eq!((r.depth, r.selection.tags), (Depth::Rigorous, vec!["c".to_owned()]));
    assert_eq!(r.overrides.max_time, Some(Duration::from_secs(4)));
    assert_eq!(with_env(&["--quick=false"], &env).unwrap().run.depth, Depth::Default);
}

#[test]
fn the_seed_has_a_short_name_in_the_environment() {
    let seed = |env: &[(&str, &str)]| with_env(&[], env).unwrap().run.seed;
    assert_eq!(seed(&[("BENCH_SEED", "5")]), 5);
    assert_eq!(seed(&[("BENCH_SEED", "5"), ("ADAPTER_BENCH_SEED", "6")]), 6);
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let error = parse([OsString::from_vec(vec![b'a', 0xff])], &|_| None, None).unwrap_err();
    assert_eq!(error.to_string(), "the argument `a\u{fffd}` is not valid Unicode");
}
