//! Another program that this one takes turns with: a revision that is built for it, or a runner that was kept. Main
//! function: [`prepare`].

mod cargo;
mod error;
mod git;
mod layout;
mod outside;
mod place;
mod recipe;

#[cfg(test)]
mod testing;

use std::env;
use std::path::{Path, PathBuf};

use self::cargo::{Cargo, Suite};
use self::git::Repository;
use self::place::{Lock, Place};
use self::recipe::Recipe;
use super::api::can_be_copied;
use super::program::Program;
use super::session::{all_names, launcher};
use crate::model::{Against, RunOptions, Side, Warning, WarningKind};
use crate::worker::{Greeting, Programs, Setback};

pub(super) use self::error::AgainstError;
pub(super) use self::layout::of_same_code;

/// The other program, ready to be measured in turns with this one.
pub(super) struct Other {
    /// Both, as they are to be started.
    pub(super) programs: Programs,
    /// What it is, to show: `git:main (0123abc)`.
    pub(super) origin: String,
    /// What tells it from other programs of the same origin.
    pub(super) identity: String,
    /// The full names of its benchmarks.
    pub(super) names: Vec<String>,
    /// What a reader should know.
    pub(super) warnings: Vec<Warning>,
    /// Nobody else builds in the same place meanwhile.
    _lock: Option<Lock>,
}

/// The program that the options ask for, if any: built if it has to be, started once, and found to be of use. `say`
/// tells the user what goes on.
///
/// # Errors
///
/// Whatever stands in the way, with what to do about it. Nothing is left in the repository.
pub(super) fn prepare(
    program: &Program,
    options: &RunOptions,
    say: &dyn Fn(&str),
) -> Result<Option<Other>, AgainstError> {
    let Some(against) = &options.comparing.against else { return Ok(None) };
    has_workers(options)?;
    let mut other = match against {
        Against::Binary(path) => kept(path)?,
        Against::Revision(revision) => built(program, revision, say)?,
    };
    let here = greeting(options, &other, Side::This)?;
    let there = greeting(options, &other, Side::Other)?;
    if here.compiler != there.compiler {
        other.warnings.push(compilers_differ(&here, &there));
    }
    other.names = there.names;
    Ok(Some(other))
}

/// Two programs take worker processes.
fn has_workers(options: &RunOptions) -> Result<(), AgainstError> {
    match options.in_process {
        true => Err(AgainstError::InProcess),
        false if !can_be_copied() => Err(AgainstError::NoWorkers),
        false => Ok(()),
    }
}

/// This very program, to be compared with itself.
///
/// # Errors
///
/// When the program cannot be started as a worker.
pub(super) fn itself(options: &RunOptions) -> Result<Other, AgainstError> {
    has_workers(options)?;
    let own = env::current_exe().map_err(|error| AgainstError::file("this program", error))?;
    Ok(Other {
        programs: Programs { this: own.clone(), other: Some(own) },
        origin: "itself".to_owned(),
        identity: String::new(),
        names: all_names(),
        warnings: Vec::new(),
        _lock: None,
    })
}

/// A runner that was kept.
fn kept(path: &Path) -> Result<Other, AgainstError> {
    let own = env::current_exe().map_err(|error| AgainstError::file("this program", error))?;
    let there = path.canonicalize().map_err(|error| AgainstError::file(path.display(), error))?;
    let message = "the two programs were not built for this comparison: where the layout of their code differs, so may \
                   times, by a few per cent; `--against REVISION` builds both with aligned code";
    Ok(Other {
        programs: Programs { this: own, other: Some(there.clone()) },
        origin: format!("binary:{}", path.display()),
        identity: place::stamp_of(&there),
        names: Vec::new(),
        warnings: vec![Warning::new(WarningKind::CodeLayout, message)],
        _lock: None,
    })
}

/// A revision, and this one, both built for the comparison.
fn built(program: &Program, revision: &str, say: &dyn Fn(&str)) -> Result<Other, AgainstError> {
    let package = program.package_root();
    let repository = Repository::around(&package)?;
    let commit = repository.commit(revision)?;
    let cargo = Cargo::standing_in(&package);
    let here = cargo.suite(&package.join("Cargo.toml"), program, "this revision")?;
    let recipe = Recipe::of(program, &env::current_exe().unwrap_or_default());
    let place = Place::within(&here.target_directory);
    let lock = place.lock(say)?;
    let building = |what: &str| say(&format!("building {what} for the comparison"));
    let mut build = Build { cargo, recipe, place, repository, warnings: Vec::new() };
    building(&format!("{revision} ({})", short(&commit)));
    let there = build.there(program, &here, &commit, revision)?;
    building("this revision");
    let this = build.cargo.build(&here, &build.recipe, &build.place.target("this"), "this revision")?;
    Ok(Other {
        programs: Programs { this, other: Some(there) },
        origin: format!("git:{revision} ({})", short(&commit)),
        identity: commit,
        names: Vec::new(),
        warnings: build.warnings,
        _lock: Some(lock),
    })
}

/// What building takes.
struct Build {
    cargo: Cargo,
    recipe: Recipe,
    place: Place,
    repository: Repository,
    warnings: Vec<Warning>,
}

impl Build {
    /// The program of another revision: kept from an earlier time, or built now.
    fn there(
        &mut self,
        program: &Program,
        here: &Suite,
        commit: &str,
        revision: &str,
    ) -> Result<PathBuf, AgainstError> {
        let outside = outside::dependencies(&self.cargo, here, self.repository.root());
        let lock_file = std::fs::read(here.workspace_root.join("Cargo.lock")).unwrap_or_default();
        let key = self.recipe.key(commit, &lock_file);
        // What lies outside the repository has no revision, so a program that was built with it may be out of date.
        if let Some(kept) = self.place.kept(&key).filter(|_| outside.is_empty()) {
            return Ok(kept);
        }
        let tree = self.place.check_out(&self.repository, commit, &mut self.warnings)?;
        outside::link(&outside, &self.repository, &tree)?;
        let manifest = tree.manifest_of(&self.repository, here, program, revision)?;
        tree.add_lock_file(&self.repository, here)?;
        let suite = self.cargo.suite(&manifest, program, revision)?;
        let recipe = self.recipe.as_far_as(&suite.features, revision, &mut self.warnings);
        let built = self.cargo.build(&suite, &recipe, &self.place.target("other"), revision)?;
        if outside.is_empty() { self.place.keep(&built, &key) } else { Ok(built) }
    }
}

fn short(commit: &str) -> &str {
    commit.get(..9).unwrap_or(commit)
}

/// What one of the programs says of itself.
fn greeting(options: &RunOptions, other: &Other, side: Side) -> Result<Greeting, AgainstError> {
    launcher(options, other.programs.clone(), false).greet(side).map_err(|setback| {
        let whose = if side == Side::This { "this revision" } else { &other.origin };
        match setback {
            Setback::Failed(failure) => AgainstError::mute(whose, &failure),
            Setback::Skipped(reason) => AgainstError::Mute { whose: whose.to_owned(), reason },
            Setback::Stopped => AgainstError::Stopped,
        }
    })
}

fn compilers_differ(here: &Greeting, there: &Greeting) -> Warning {
    let unknown =
        |text: &str| if text.is_empty() { "an unknown compiler".to_owned() } else { text.to_owned() };
    let message = format!(
        "the two programs were built by different compilers, {} here and {} there: differences may be theirs",
        unknown(&here.compiler),
        unknown(&there.compiler)
    );
    Warning::new(WarningKind::CodeLayout, message)
}
