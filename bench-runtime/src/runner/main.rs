//! The program that `main!()` makes of a bench target. Main function: [`main`].

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use super::api::{self, RunError, read_config};
use super::conclusion::Conclusion;
use super::output::{Outputs, say, to_stdout};
use super::places::Places;
use super::program::Program;
use super::session::{Mode as Calls, Session};
use super::{against, doctor, profile, stop, stored};
use crate::cli::{self, Config, Invocation, ListFormat, Mode};
use crate::dataset::Swept;
use crate::exit::Exit;
use crate::model::{NoMatch, Report, Verbosity};
use crate::plan::{Plan, why_empty};
use crate::registry::Catalog;

/// What a bench target does: it is a worker, or it reads the command line and follows it.
pub fn main(program: Program) -> ExitCode {
    if let Some(ended) = api::serve() {
        return ended.into();
    }
    // A panic of the runner is not that of a benchmark, whose code is 101.
    let ended = catch_unwind(AssertUnwindSafe(|| follow(&program)));
    let exit = match ended {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => {
            say(&format!("error: {error}"));
            error.exit()
        }
        Err(_) => Exit::Unexpected,
    };
    exit.into()
}

fn follow(program: &Program) -> Result<Exit, RunError> {
    let config = read_config(program)?;
    let variable = |name: &str| env::var(name).ok();
    let mut invocation = cli::parse(env::args_os().skip(1), &variable, Some(&config))?;
    let data = program.place_data(&mut invocation.run);
    let _swept = runs_benchmarks(invocation.mode).then(|| Swept::new(&data));
    match invocation.mode {
        Mode::Help => print(&cli::help()),
        Mode::Version => print(&cli::version()),
        Mode::List(format) => list(&invocation, &config, format),
        Mode::Profile(length) => profile::all(&plan(&invocation, &config)?, &invocation.run, length),
        Mode::Load => load(program, &invocation),
        Mode::Test => execute(program, &invocation, &config, Calls::Once),
        Mode::Measure => execute(program, &invocation, &config, Calls::Measured),
        Mode::Doctor => examine(program, &invocation, &config),
    }
}

fn runs_benchmarks(mode: Mode) -> bool {
    match mode {
        Mode::Profile(_) | Mode::Test | Mode::Measure | Mode::Doctor => true,
        Mode::Help | Mode::Version | Mode::List(_) | Mode::Load => false,
    }
}

fn print(text: &str) -> Result<Exit, RunError> {
    to_stdout(text.as_bytes())?;
    Ok(Exit::Good)
}

fn plan(invocation: &Invocation, config: &Config) -> Result<Plan, RunError> {
    api::plan(&Catalog::linked()?, &invocation.run, config)
}

fn list(invocation: &Invocation, config: &Config, format: ListFormat) -> Result<Exit, RunError> {
    print(&cli::list(&plan(invocation, config)?, format))
}

/// Compares the selected benchmarks with themselves.
fn examine(program: &Program, invocation: &Invocation, config: &Config) -> Result<Exit, RunError> {
    stop::listen().map_err(|e| RunError::signals(&e))?;
    let catalog = Catalog::linked()?;
    let plan = api::plan(&catalog, &invocation.run, config)?;
    if plan.cases.is_empty() {
        say(&format!("{}: {}", program.suite(), why_empty(&catalog, &invocation.run.selection)));
        return Ok(nothing_selected(invocation.run.no_match));
    }
    doctor::examine(program, &invocation.run, &plan, &invocation.display)
}

/// Runs the selected benchmarks and writes what came of them.
fn execute(
    program: &Program,
    invocation: &Invocation,
    config: &Config,
    calls: Calls,
) -> Result<Exit, RunError> {
    stop::listen().map_err(|e| RunError::signals(&e))?;
    let catalog = Catalog::linked()?;
    let plan = api::plan(&catalog, &invocation.run, config)?;
    let (suite, selection) = (program.suite(), &invocation.run.selection);
    if plan.cases.is_empty() {
        say(&format!("{suite}: {}", why_empty(&catalog, selection)));
        return Ok(nothing_selected(invocation.run.no_match));
    }
    let outputs = Outputs::open(&invocation.display, calls, catalog.entries().len() - plan.functions())?;
    let places = Places::of(program, &invocation.run);
    let conclusion = (calls == Calls::Measured)
        .then(|| Conclusion::before_measuring(&invocation.run, places, &suite, &plan.rest));
    let conclusion = conclusion.transpose()?;
    let mut session = Session::new(program, &invocation.run, plan, calls, invocation.display.nocapture);
    if calls == Calls::Measured
        && let Some(other) = against::prepare(program, &invocation.run, &say)?
    {
        session = session.against(other);
    }
    session = session.since(conclusion.as_ref().and_then(Conclusion::earlier));
    let report = session.run_watched(&invocation.display);
    match conclusion {
        Some(conclusion) => conclude(conclusion, report, &outputs, invocation, Exit::of),
        None => outputs.write(&report).map(|()| Exit::of(&report, false)),
    }
}

/// Takes stored results and writes what comes of them.
fn load(program: &Program, invocation: &Invocation) -> Result<Exit, RunError> {
    let outputs = Outputs::open(&invocation.display, Calls::Measured, 0)?;
    let (conclusion, report) = stored::conclusion(program, &invocation.run)?;
    if report.records.is_empty() {
        say("no stored result fits all the filters");
        return Ok(nothing_selected(invocation.run.no_match));
    }
    conclude(conclusion, report, &outputs, invocation, Exit::of_results)
}

/// Draws the conclusion from a report, writes it, and keeps it where that was asked for.
fn conclude(
    mut conclusion: Conclusion<'_>,
    report: Report,
    outputs: &Outputs<'_>,
    invocation: &Invocation,
    exit: fn(&Report, bool) -> Exit,
) -> Result<Exit, RunError> {
    let report = conclusion.draw(report);
    let kept = conclusion.keep(&report);
    outputs.write(&report)?;
    if invocation.display.verbosity != Verbosity::Quiet {
        kept.done.iter().for_each(|done| say(done));
    }
    let exit = exit(&report, invocation.run.comparing.strict);
    Ok(kept.error.map_or(exit, |error| {
        say(&format!("error: {error}"));
        exit.or(error.exit())
    }))
}

/// cargo runs several programs with one filter, so a filter that matches nothing here is no mistake by itself.
fn nothing_selected(no_match: NoMatch) -> Exit {
    match no_match {
        NoMatch::Warn => Exit::Good,
        NoMatch::Fail => Exit::Nothing,
    }
}
