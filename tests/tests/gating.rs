//! The example of the guide's page on gating pull requests: its commands are run, and what it shows is what they say.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use e2e::{Repository, left_out};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/gating.md");
const SHOWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/gating.txt");

/// What the example types, as the page has it, and the program's arguments in it.
const COMMAND: (&str, [&str; 3]) =
    ("cargo bench -- --against HEAD~1 --quiet", ["--against", "HEAD~1", "--quiet"]);

const TEN: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Ten equal benchmarks, of which `seven` takes this many steps.
fn ten(steps_of_seven: u64) -> String {
    let benchmark = |name: &str| {
        let steps = if name == "seven" { steps_of_seven } else { 2_000 };
        format!("#[adapter_bench]\nfn {name}() -> u64 {{ spin({steps}) }}\n")
    };
    TEN.iter().map(|name| benchmark(name)).collect()
}

/// What a page says of `seven`, as words in their order and without what differs from run to run: figures, signs and
/// units. The lines of the nine others are left out, since a busy machine may leave one of them open.
fn said_of_seven(page: &str) -> Vec<String> {
    let is_figure = |c: char| c.is_ascii_digit() || "+-±.<".contains(c);
    let word = |word: &str| match word.replace(is_figure, "").as_str() {
        "ns" | "µs" | "ms" => "unit".to_owned(),
        bare => bare.to_owned(),
    };
    let row = page.lines().filter(|line| line.starts_with("benchmark ") || line.starts_with("seven "));
    let why =
        page.lines().skip_while(|line| *line != "worse than allowed").take_while(|line| !line.is_empty());
    row.chain(why).flat_map(str::split_whitespace).map(word).filter(|word| !word.is_empty()).collect()
}

#[test]
fn one_of_ten_that_a_commit_slows_by_15_percent_is_named_as_the_guide_shows() {
    if std::process::Command::new("git").arg("--version").output().is_err() {
        return left_out("there is no git here");
    }
    let target = Path::new(concat!(env!("CARGO_TARGET_TMPDIR"), "/against"));
    let repository = Repository::new("shop", target, &ten(2_000));
    repository.set_benchmarks(&ten(2_300));
    repository.commit("count the bytes twice");
    let program = repository.build();
    let ran = repository.run(&program, &COMMAND.1).expect_code(100);
    let of = |name: &str| ran.stdout.lines().find(|line| line.starts_with(&format!("{name} ")));
    assert!(of("seven").is_some_and(|line| line.contains("regressed")), "{}", ran.stdout);
    for name in TEN.into_iter().filter(|name| *name != "seven") {
        assert!(of(name).is_some_and(|line| !line.contains("regressed")), "{name}: {}", ran.stdout);
    }
    if std::env::var_os("ADAPTER_BENCH_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(SHOWN, &ran.stdout).expect("the golden file can be written");
    }
    let shown = fs::read_to_string(SHOWN).unwrap_or_default();
    let stdout = &ran.stdout;
    assert_eq!(
        said_of_seven(stdout),
        said_of_seven(&shown),
        "{stdout}\nis not what the guide shows:\n{shown}"
    );
    let page = fs::read_to_string(PAGE).expect("the page of the guide");
    assert!(page.contains(COMMAND.0) && page.contains("tests/golden/gating.txt"), "{page}");
}
