//! cargo, asked where things are and told to build them. Main type: [`Cargo`].

use std::env;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use serde_json::Value;

use super::error::AgainstError;
use super::recipe::Recipe;
use crate::machine::TARGET;
use crate::runner::program::Program;
use crate::runner::stop;

/// Lines of cargo that an error shows.
const SHOWN_LINES: usize = 60;

/// How often a waiting runner looks whether it was told to stop.
const STOP_CHECK: Duration = Duration::from_millis(50);

/// The cargo that started this program, or the one that is found. It always stands in the same folder, so that the
/// same toolchain and the same configuration hold for whatever it builds.
#[derive(Clone, Debug)]
pub(super) struct Cargo {
    program: OsString,
    stands_in: PathBuf,
}

/// A bench target and where it is.
#[derive(Clone, Debug)]
pub(super) struct Suite {
    /// The manifest of its package.
    pub(super) manifest: PathBuf,
    /// The bench target, as the manifest calls it.
    pub(super) bench: String,
    /// The features that the package has.
    pub(super) features: Vec<String>,
    /// The root of the workspace.
    pub(super) workspace_root: PathBuf,
    /// Where the workspace is built.
    pub(super) target_directory: PathBuf,
}

impl Cargo {
    /// The cargo that started this program, standing in `folder`.
    pub(super) fn standing_in(folder: &Path) -> Self {
        Self {
            program: env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
            stands_in: folder.to_path_buf(),
        }
    }

    fn command(&self, arguments: &[&str], manifest: &Path) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--manifest-path").arg(manifest);
        command.current_dir(&self.stands_in).stdin(Stdio::null());
        // cargo sets these for the programs it starts; build scripts would take them for their own.
        let set = env::vars_os().map(|(name, _)| name).filter(|name| is_of_package(&name.to_string_lossy()));
        set.for_each(|name| {
            command.env_remove(name);
        });
        command
    }

    fn metadata(&self, arguments: &[&str], manifest: &Path) -> Result<Value, AgainstError> {
        let arguments = [&["metadata", "--format-version", "1"], arguments].concat();
        let output = self.command(&arguments, manifest).output();
        let output = output.map_err(|error| AgainstError::file("cargo cannot be started", error))?;
        let failed = |text: String| AgainstError::Command { command: "cargo metadata".to_owned(), text };
        if !output.status.success() {
            return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))
    }

    /// The bench target of a program, as the workspace around `manifest` has it.
    pub(super) fn suite(
        &self,
        manifest: &Path,
        program: &Program,
        whose: &str,
    ) -> Result<Suite, AgainstError> {
        let metadata = self.metadata(&["--no-deps"], manifest)?;
        let package = entries(&metadata["packages"]).find(|package| package["name"] == program.package);
        let package = package.ok_or_else(|| AgainstError::NoPackage {
            whose: whose.to_owned(),
            package: program.package.to_owned(),
            at: format!(" in the workspace of {}", manifest.display()),
        })?;
        let benches: Vec<String> = entries(&package["targets"])
            .filter(|target| entries(&target["kind"]).any(|kind| kind == "bench"))
            .map(|target| text(&target["name"]))
            .collect();
        let bench = benches.iter().find(|name| name.replace('-', "_") == program.bench).cloned();
        let features = package["features"].as_object().map(|features| features.keys().cloned().collect());
        Ok(Suite {
            manifest: text(&package["manifest_path"]).into(),
            bench: bench.ok_or_else(|| no_target(whose, program, &benches))?,
            features: features.unwrap_or_default(),
            workspace_root: text(&metadata["workspace_root"]).into(),
            target_directory: text(&metadata["target_directory"]).into(),
        })
    }

    /// The folders of all packages that are no registry's, among the package and what it depends on; none where cargo
    /// does not tell without a network.
    pub(super) fn local_packages(&self, manifest: &Path) -> Vec<PathBuf> {
        let metadata = self.metadata(&["--offline", "--filter-platform", TARGET], manifest);
        let metadata = metadata.unwrap_or_default();
        let local = entries(&metadata["packages"]).filter(|package| package["source"].is_null());
        let manifests = local.map(|package| PathBuf::from(text(&package["manifest_path"])));
        manifests.filter_map(|manifest| manifest.parent().map(Path::to_path_buf)).collect()
    }

    /// Builds a bench target; returns the program.
    pub(super) fn build(
        &self,
        suite: &Suite,
        recipe: &Recipe,
        into: &Path,
        whose: &str,
    ) -> Result<PathBuf, AgainstError> {
        let features = recipe.features.join(",");
        let mut command = self.command(&["bench", "--no-run", "--no-default-features"], &suite.manifest);
        command.args(["--message-format", "json-render-diagnostics", "--bench", &suite.bench]);
        command.args(["--features", &features, "--profile", &recipe.profile]);
        command.args(recipe.target.iter().flat_map(|target| ["--target", target]));
        command.arg("--target-dir").arg(into).env("CARGO_ENCODED_RUSTFLAGS", &recipe.rustflags);
        let built = Building::start(&mut command)?.ended()?;
        let program = built.messages.lines().filter_map(|line| executable(line, &suite.bench)).next_back();
        program
            .filter(|_| built.succeeded)
            .ok_or(AgainstError::Build { whose: whose.to_owned(), text: built.said })
    }
}

fn is_of_package(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
        .iter()
        .any(|start| name.starts_with(start))
}

fn no_target(whose: &str, program: &Program, benches: &[String]) -> AgainstError {
    AgainstError::NoTarget {
        whose: whose.to_owned(),
        bench: program.bench.to_owned(),
        package: program.package.to_owned(),
        known: if benches.is_empty() { "none".to_owned() } else { benches.join(", ") },
    }
}

fn entries(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The program that a message of cargo tells of, if it is that of the bench target.
fn executable(line: &str, bench: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_slice(line.as_bytes()).ok()?;
    let is_it = message["reason"] == "compiler-artifact"
        && message["target"]["name"] == bench
        && entries(&message["target"]["kind"]).any(|kind| kind == "bench");
    message["executable"].as_str().filter(|_| is_it).map(PathBuf::from)
}

/// A build that goes on.
struct Building {
    child: Child,
    messages: JoinHandle<String>,
    said: JoinHandle<String>,
}

/// A build that has ended.
struct Built {
    succeeded: bool,
    /// What cargo tells programs.
    messages: String,
    /// The last lines of what it tells people.
    said: String,
}

impl Building {
    fn start(command: &mut Command) -> Result<Self, AgainstError> {
        let cannot = |error| AgainstError::file("cargo cannot be started", error);
        // A group of its own, so that the compilers and build scripts that it starts can be ended with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(cannot)?;
        let missing = || cannot(io::Error::other("a standard stream is missing"));
        let stdout = child.stdout.take().ok_or_else(missing)?;
        let stderr = child.stderr.take().ok_or_else(missing)?;
        Ok(Self {
            child,
            messages: thread::spawn(|| all_of(stdout)),
            said: thread::spawn(|| passed_on(stderr)),
        })
    }

    /// Waits for the end, or until the user stops it.
    fn ended(mut self) -> Result<Built, AgainstError> {
        let status = loop {
            if let Some(status) = self.child.try_wait().map_err(|error| AgainstError::file("cargo", error))? {
                break status;
            }
            if stop::is_requested() {
                self.kill();
                return Err(AgainstError::Stopped);
            }
            thread::sleep(STOP_CHECK);
        };
        let said = self.said.join().unwrap_or_default();
        let messages = self.messages.join().unwrap_or_default();
        if stop::is_requested() {
            return Err(AgainstError::Stopped);
        }
        Ok(Built { succeeded: status.success(), messages, said })
    }

    /// Ends cargo, which has not been waited for, and all that it started.
    fn kill(&mut self) {
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn all_of(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Shows what cargo does as it comes, but keeps back what it says of an error: that stands in the error.
fn passed_on(stream: impl Read) -> String {
    let mut kept: Vec<String> = Vec::new();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        let is_step =
            line.starts_with("   ") && line.trim_start().starts_with(|c: char| c.is_ascii_uppercase());
        if kept.is_empty() && is_step {
            let _ = writeln!(io::stderr(), "{line}");
        } else {
            kept.push(line);
        }
    }
    let first_error = kept.iter().position(|line| line.starts_with("error")).unwrap_or(0);
    kept[first_error..].iter().take(SHOWN_LINES).map(String::as_str).collect::<Vec<_>>().join("\n")
}
