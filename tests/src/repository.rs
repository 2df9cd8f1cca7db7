//! A git repository with a suite of benchmarks, made for one test. Main type: [`Repository`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::{Folder, Ran, Suite};

/// Features and dependencies are those of this workspace, which are at hand without a network.
const LOCK_FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
const HARNESS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../bench-runtime");

/// A repository: a workspace of the package with the suite and one that it depends on. Beside the repository lies another
/// dependency, which belongs to none.
pub struct Repository {
    folder: Folder,
    package: String,
    target: PathBuf,
}

impl Repository {
    /// A repository with a first commit; its package has this name. `target` is where cargo builds, and may be used by
    /// several: names of packages keep them apart.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    pub fn new(package: &str, target: &Path, benchmarks: &str) -> Self {
        let repository =
            Self { folder: Folder::new(), package: package.to_owned(), target: target.to_path_buf() };
        repository.write("../shared/Cargo.toml", &library("shared", ""));
        repository.write("../shared/src/lib.rs", "pub const ONE: u64 = 1;\n");
        repository.write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"suite\", \"work\"]\n");
        repository.write("work/Cargo.toml", &library("work", "shared = { path = \"../../shared\" }\n"));
        repository.write("work/src/lib.rs", WORK);
        repository.write("suite/Cargo.toml", &manifest(package));
        repository.write("suite/benches/speed-of.rs", &suite(benchmarks));
        repository.write(".gitignore", ".adapter-bench\n");
        fs::copy(LOCK_FILE, repository.path().join("Cargo.lock")).expect("a lock file");
        repository.git(&["init", "--quiet", "--initial-branch", "main"]);
        repository.cargo(&["metadata", "--format-version", "1"]);
        repository.commit("first");
        repository
    }

    /// The folder of the work tree.
    pub fn path(&self) -> PathBuf {
        self.folder.join("repository")
    }

    /// Writes a file of the work tree.
    ///
    /// # Panics
    ///
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        // The system does not go up from a folder that is not there yet.
        fs::create_dir_all(self.path()).expect("a folder of the test");
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder of the test");
        fs::write(path, text).expect("a file of the test");
    }

    /// Replaces the benchmarks.
    pub fn set_benchmarks(&self, benchmarks: &str) {
        self.write("suite/benches/speed-of.rs", &suite(benchmarks));
    }

    /// Has the suite optimised, which is otherwise built as quickly as can be.
    ///
    /// # Panics
    ///
    /// When it has no manifest.
    pub fn optimise(&self) {
        let manifest = fs::read_to_string(self.path().join("Cargo.toml")).expect("a manifest");
        let profile = format!("\n[profile.dev.package.{}]\nopt-level = 3\n", self.package);
        self.write("Cargo.toml", &(manifest + &profile));
    }

    /// Makes the package one that needs nothing and is quick to build, with this build script.
    pub fn set_build_script(&self, script: &str) {
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
             [[bench]]\nname = \"speed-of\"\nharness = false\n",
            self.package
        );
        self.write("suite/Cargo.toml", &manifest);
        self.write("suite/benches/speed-of.rs", "fn main() {}\n");
        self.write("suite/build.rs", script);
    }

    /// Commits all that is there.
    pub fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs git; returns what it says.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn git(&self, arguments: &[&str]) -> String {
        let settings = [
            "-c",
            "user.name=nobody",
            "-c",
            "user.email=nobody@example.org",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "core.hooksPath=/dev/null",
        ];
        let mut git = Command::new("git");
        git.args(settings).args(arguments).current_dir(self.path());
        for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            git.env_remove(variable);
        }
        text(&git.output().expect("git starts"))
    }

    /// All that somebody could have left in the repository: branches, tags and other references, work trees, stashes, the
    /// index, and what differs from the commit.
    pub fn traces(&self) -> [String; 6] {
        let refs = self.git(&["for-each-ref"]);
        let trees = self.git(&["worktree", "list", "--porcelain"]);
        let status = self.git(&["status", "--porcelain"]);
        let kept = fs::read_dir(self.path().join(".git")).expect("a repository").flatten();
        let mut files: Vec<String> =
            kept.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        files.sort();
        let index = self.git(&["ls-files", "--stage"]);
        [refs, trees, status, index, self.git(&["stash", "list"]), files.join(" ")]
    }

    fn cargo(&self, arguments: &[&str]) -> Output {
        let (mut command, _folder) = Suite::of(env!("CARGO")).within(&self.folder).into_command();
        command.args(arguments).arg("--offline").current_dir(self.path().join("suite"));
        let output = command.env("CARGO_TARGET_DIR", &self.target).output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Builds the suite as it is in the work tree.
    ///
    /// # Panics
    ///
    /// When it does not build.
    pub fn build(&self) -> PathBuf {
        let how =
            ["bench", "--profile", "dev", "--no-run", "--message-format", "json", "--bench", "speed-of"];
        let messages = text(&self.cargo(&how));
        let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let mut programs = messages.filter_map(|message| message["executable"].as_str().map(PathBuf::from));
        programs.find(|path| path.to_string_lossy().contains("speed_of")).expect("a program")
    }

    /// The program with these arguments, as cargo would start it.
    pub fn suite(&self, program: &Path, arguments: &[&str]) -> Suite {
        self.suite_in(&self.path(), program, arguments)
    }

    /// The same, standing in the package of another work tree.
    pub fn suite_in(&self, root: &Path, program: &Path, arguments: &[&str]) -> Suite {
        Suite::of(program)
            .within(&self.folder)
            .standing_in(&root.join("suite"))
            .args(&["--bench"])
            .args(arguments)
            .env("CARGO", env!("CARGO"))
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_NET_OFFLINE", "true")
    }

    /// The full name of a benchmark.
    pub fn id(&self, name: &str) -> String {
        format!("{}::speed_of::{name}", self.package)
    }

    /// Runs the program to its end, which may include building: that takes its time.
    pub fn run(&self, program: &Path, arguments: &[&str]) -> Ran {
        self.suite(program, arguments).run_patiently()
    }
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn library(name: &str, dependencies: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}"
    )
}

fn manifest(package: &str) -> String {
    let rest = "[features]\ndefault = [\"usual\"]\nusual = []\n\n\
                [[bench]]\nname = \"speed-of\"\npath = \"benches/speed-of.rs\"\nharness = false\n";
    let dependencies =
        format!("adapter-bench = {{ path = \"{HARNESS}\" }}\nwork = {{ path = \"../work\" }}\n");
    library(package, &dependencies) + "\n" + rest
}

fn suite(benchmarks: &str) -> String {
    format!(
        "use adapter_bench::adapter_bench;\n#[cfg(feature = \"usual\")]\nuse work::spin;\n{benchmarks}\n\
         adapter_bench::main!();\n"
    )
}

const WORK: &str = "pub fn spin(steps: u64) -> u64 {
    (0..steps).fold(shared::ONE, |x, step| std::hint::black_box(x.wrapping_mul(31).wrapping_add(step)))
}
";
