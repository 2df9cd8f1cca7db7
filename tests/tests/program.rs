//! Benchmarks are run from code: in workers after `init`, else in the process itself.

use e2e::{Folder, Suite};

const WITH_INIT: &str = env!("CARGO_BIN_EXE_program_with_init");
const WITHOUT_INIT: &str = env!("CARGO_BIN_EXE_program_without_init");

struct Told {
    lines: Vec<String>,
    own_process: String,
    set_ups: Vec<String>,
}

fn told_by(program: &str) -> Told {
    let folder = Folder::new();
    let ran = Suite::of(program).within(&folder).args(&["4", "log"]).run().expect_code(0);
    let mut lines = ran.stdout.lines().map(str::to_owned);
    let own =
        lines.next().and_then(|line| Some(line.strip_prefix("this is ")?.to_owned())).expect("its number");
    let process = |line: String| line.strip_prefix("set up in ").expect("a number").to_owned();
    Told {
        lines: lines.collect(),
        own_process: own,
        set_ups: folder.lines("log").into_iter().map(process).collect(),
    }
}

fn tells(told: &Told, placement: &str) {
    let [measured, failed] = told.lines.as_slice() else { panic!("{:?}", told.lines) };
    assert_eq!(*measured, format!("e2e::e2e::programs::in_some_process: {placement}"));
    assert!(failed.starts_with("e2e::e2e::programs::panics: no table called orders"), "{failed}");
    assert!(failed.ends_with("(panic)"), "{failed}");
}

#[test]
fn without_init_everything_happens_in_the_process_itself() {
    let told = told_by(WITHOUT_INIT);
    tells(&told, "InProcess, `adapter_bench::init()` was not called, which makes worker processes possible");
    assert!(!told.set_ups.is_empty() && told.set_ups.iter().all(|process| *process == told.own_process));
}

#[test]
fn after_init_every_run_has_a_fresh_process() {
    let told = told_by(WITH_INIT);
    tells(&told, "Shared");
    assert!(told.set_ups.len() >= 2 && !told.set_ups.contains(&told.own_process), "{:?}", told.set_ups);
    let mut processes = told.set_ups.clone();
    processes.dedup();
    assert_eq!(processes, told.set_ups);
}

#[test]
fn what_contradicts_itself_is_an_error_and_no_exit() {
    for program in [WITH_INIT, WITHOUT_INIT] {
        let ran = Suite::of(program).args(&["1"]).run().expect_code(0);
        let told = ran.stdout.contains("`min_rounds` is 2 and `max_rounds` is 1");
        assert!(ran.stdout.starts_with("error: ") && told, "{}", ran.stdout);
    }
}

#[test]
fn the_file_of_the_package_is_read() {
    for program in [WITH_INIT, WITHOUT_INIT] {
        let ran = Suite::of(program).args(&["4"]).configured("max_tmie = '1s'").run().expect_code(0);
        assert!(ran.stdout.contains("did you mean `max_time`?"), "{}", ran.stdout);
    }
}
