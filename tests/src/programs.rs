//! What programs that run benchmarks from code have in common. Main function: [`measure`].

use std::io::Write;

use adapter_bench::model::{Outcome, Report};
use adapter_bench::{Bencher, Prepared, RunOptions, adapter_bench};

#[adapter_bench(group = "programs", reference)]
fn in_some_process(b: Bencher) -> Prepared {
    say(&format!("set up in {}", std::process::id()));
    b.iter(|| std::hint::black_box(1))
}

#[adapter_bench(group = "programs")]
fn panics(b: Bencher) -> Prepared {
    b.iter(|| panic!("no table called orders"))
}

/// Measures the benchmarks above with the `--max-rounds` of the first argument, and tells on standard output what came of
/// it. The second argument is the file to which set-ups tell in which process they are.
///
/// # Panics
///
/// When an argument is wrong, or standard output is closed.
pub fn measure() {
    let mut arguments = std::env::args().skip(1);
    let mut options = RunOptions::default();
    options.overrides.max_rounds = arguments.next().map(|rounds| rounds.parse().expect("a number"));
    options.overrides.min_rounds = Some(2);
    options.overrides.processes = Some(2);
    options.selection.groups.push("programs".to_owned());
    options.params.extend(arguments.next().map(|path| ("log".to_owned(), path)));
    let told = match adapter_bench::run(options) {
        Ok(report) => told(&report),
        Err(error) => format!("error: {error}\n"),
    };
    std::io::stdout().write_all(told.as_bytes()).expect("standard output is open");
}

fn told(report: &Report) -> String {
    let own = format!("this is {}\n", std::process::id());
    let rows = report.records.iter().map(|record| match &record.outcome {
        Outcome::Measured(measured) => {
            let reason = measured.placement_reason.as_deref().map(|reason| format!(", {reason}"));
            format!("{}: {:?}{}\n", record.id, measured.placement, reason.unwrap_or_default())
        }
        Outcome::Failed(failure) => format!("{}: {} ({})\n", record.id, failure.message, failure.kind),
        other => format!("{}: {other:?}\n", record.id),
    });
    own + &rows.collect::<String>()
}

/// Adds a line to the file that the parameter `log` names.
fn say(line: &str) {
    let Some(path) = adapter_bench::param("log") else { return };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let written = file.and_then(|mut file| writeln!(file, "{line}"));
    written.expect("the log can be written");
}
