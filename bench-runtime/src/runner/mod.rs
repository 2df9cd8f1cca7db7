//! Composition: from options to a report. Main type: [`Session`].

mod measure;
mod program;
mod stop;

pub(crate) use self::measure::{Mode, Session, resolver};
pub use self::program::Program;

/// TEMPORARY
pub fn main(program: Program) -> std::process::ExitCode {
    if crate::worker::is_worker(std::env::args_os()) {
        let _ = crate::worker::serve(resolver());
        return std::process::ExitCode::SUCCESS;
    }
    let _ = stop::listen();
    let options = crate::model::RunOptions::default();
    let catalog = crate::registry::Catalog::linked().expect("catalog");
    let plan =
        crate::plan::Plan::make(&catalog, &options.selection, &crate::plan::Levels::default()).expect("plan");
    let session =
        Session { program: &program, options: &options, plan, mode: Mode::Measure, shows_output: false };
    let report = session.run(&mut |_| (), &|_| Vec::new());
    for r in &report.records {
        match &r.outcome {
            crate::model::Outcome::Measured(m) => {
                println!("{} {:.1} ns {:?}", r.id, m.time.median, r.comparison)
            }
            other => println!("{} {other:?}", r.id),
        }
    }
    println!("{:?} {:?}", report.run.elapsed, report.warnings);
    crate::exit::Exit::of(&report).into()
}
