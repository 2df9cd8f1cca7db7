//! How both sides are built. Main type: [`Recipe`].

use std::path::Path;

use crate::machine::{self, ENCODED_RUSTFLAGS, TARGET};
use crate::model::{Warning, WarningKind};
use crate::runner::program::Program;

/// Where functions and loops begin moves the time of identical code by a few per cent; beginning at multiples of 64
/// bytes, by half a per cent.
const ALIGNMENT: [&str; 2] = ["-Cllvm-args=-align-all-functions=6", "-Cllvm-args=-align-loops=64"];

/// What cargo and the compiler are told, on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recipe {
    /// The profile.
    pub(super) profile: String,
    /// The target triple, where one was given.
    pub(super) target: Option<String>,
    /// The features of the package.
    pub(super) features: Vec<String>,
    /// As `CARGO_ENCODED_RUSTFLAGS` takes them.
    pub(super) rustflags: String,
}

impl Recipe {
    /// How this program was built, with aligned code.
    pub(super) fn of(program: &Program, executable: &Path) -> Self {
        let (profile, target) = profile(executable);
        let given = Some(ENCODED_RUSTFLAGS).filter(|flags| !flags.is_empty());
        let flags: Vec<&str> = given.into_iter().chain(ALIGNMENT).collect();
        Self {
            profile,
            target,
            features: program.features.iter().map(|&feature| feature.to_owned()).collect(),
            rustflags: flags.join("\u{1f}"),
        }
    }

    /// What tells the result from others, for a commit and the contents of a lock file: a name for a file.
    pub(super) fn key(&self, commit: &str, lock_file: &[u8]) -> String {
        let how = format!("{self:?} {}", machine::build().rustc);
        let hash =
            how.bytes().chain(lock_file.iter().copied()).fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        format!("{commit}-{hash:016x}")
    }

    /// The same with no features but those that a revision knows; a warning names the others.
    pub(super) fn as_far_as(&self, known: &[String], revision: &str, warnings: &mut Vec<Warning>) -> Self {
        let (features, unknown): (Vec<String>, Vec<String>) =
            self.features.iter().cloned().partition(|feature| known.contains(feature));
        if !unknown.is_empty() {
            let names = unknown.join(", ");
            let message = format!("`{revision}` was built without features that it does not have: {names}");
            warnings.push(Warning::new(WarningKind::CodeLayout, message));
        }
        Self { features, ..self.clone() }
    }
}

/// The profile, and the target if cargo was given one, from where cargo put a program: `target/[TRIPLE/]PROFILE/deps`.
fn profile(executable: &Path) -> (String, Option<String>) {
    let name = |folder: Option<&Path>| Some(folder?.file_name()?.to_string_lossy().into_owned());
    let Some(folder) = executable.parent().filter(|folder| folder.ends_with("deps")).and_then(Path::parent)
    else {
        return (of_family(&machine::build().profile), None);
    };
    let target = name(folder.parent()).filter(|name| name == TARGET);
    (name(Some(folder)).map_or_else(String::new, |name| of_family(&name)), target)
}

/// The profile whose results are in the folder of this name.
fn of_family(folder: &str) -> String {
    match folder {
        "release" => "bench",
        "debug" => "dev",
        other => other,
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROGRAM: Program =
        Program { package: "p", bench: "b", manifest_dir: "", features: &["default", "fast"] };

    #[test]
    fn the_profile_is_where_cargo_put_the_program() {
        let cross = format!("/w/target/{TARGET}/lto/deps/b-0123");
        let table = [
            ("/w/target/release/deps/b-0123", "bench", None),
            ("/w/target/debug/deps/b-0123", "dev", None),
            ("/w/target/lto/deps/b-0123", "lto", None),
            (cross.as_str(), "lto", Some(TARGET.to_owned())),
        ];
        for (path, expected, target) in table {
            assert_eq!(profile(Path::new(path)), (expected.to_owned(), target), "{path}");
        }
    }

    #[test]
    fn both_sides_are_aligned_whatever_else_is_asked_of_the_compiler() {
        let recipe = Recipe::of(&PROGRAM, Path::new("/w/target/release/deps/b-0123"));
        let flags: Vec<&str> = recipe.rustflags.split('\u{1f}').collect();
        assert!(flags.ends_with(&ALIGNMENT), "{flags:?}");
        assert_eq!(recipe.features, ["default", "fast"]);
    }

    #[test]
    fn features_that_a_revision_does_not_have_are_told() {
        let mut warnings = Vec::new();
        let recipe =
            Recipe::of(&PROGRAM, Path::new("b")).as_far_as(&["default".to_owned()], "main", &mut warnings);
        assert_eq!(recipe.features, ["default"]);
        assert!(warnings[0].message.ends_with("does not have: fast"), "{warnings:?}");
    }

    #[test]
    fn another_commit_or_lock_file_is_another_program() {
        let recipe = Recipe::of(&PROGRAM, Path::new("b"));
        let keys = [recipe.key("1", b""), recipe.key("2", b""), recipe.key("1", b"locked")];
        assert!(keys[0] != keys[1] && keys[0] != keys[2], "{keys:?}");
        assert_eq!(keys[0], recipe.key("1", b""));
    }
}
