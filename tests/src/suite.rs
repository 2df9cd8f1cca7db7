//! Programs that are about to be started, and those that run. Main types: [`Suite`] and [`Running`].

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::processes::{PATIENCE, Process, with_variable};
use crate::{Folder, Ran};

/// The environment variable that all processes of a run have in common, and no other.
const RUN: &str = "E2E_RUN";

/// A program that is about to be started: by hand, not as if cargo had done it.
pub struct Suite {
    command: Command,
    folder: Folder,
    stands_in: Option<PathBuf>,
}

impl Suite {
    /// `program` in a folder of its own, where it stands, looks for its `bench.toml` and keeps its results.
    pub fn of(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_heard(&name.to_string_lossy())) {
            command.env_remove(name);
        }
        Self { command, folder: Folder::new(), stands_in: None }
    }

    /// The same in `folder`, which other runs may use too.
    #[must_use]
    pub fn within(mut self, folder: &Folder) -> Self {
        self.folder = folder.clone();
        self
    }

    /// The same in the package at `path`.
    #[must_use]
    pub fn standing_in(mut self, path: &Path) -> Self {
        self.stands_in = Some(path.to_path_buf());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args(mut self, arguments: &[impl AsRef<OsStr>]) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Writes its `bench.toml`.
    #[must_use]
    pub fn configured(self, text: &str) -> Self {
        self.folder.write("bench.toml", text);
        self
    }

    /// Its folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// The command itself, with its environment, for what this type does not offer; and its folder, which must be kept
    /// while it runs.
    pub fn into_command(mut self) -> (Command, Folder) {
        let package = self.stands_in.as_deref().unwrap_or(self.folder.path());
        self.command.current_dir(package).env("CARGO_MANIFEST_DIR", package);
        (self.command, self.folder)
    }

    /// Starts it.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn start(self) -> Running {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let token = format!("{}-{number}", std::process::id());
        let (mut command, folder) = self.into_command();
        let streams = [format!("stdout-{number}"), format!("stderr-{number}")];
        let [stdout, stderr] =
            streams.each_ref().map(|name| File::create(folder.join(name)).expect("a file"));
        command.env(RUN, &token).stdin(Stdio::null()).stdout(stdout).stderr(stderr);
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Running { child, folder, token, streams }
    }

    /// Runs it to its end.
    pub fn run(self) -> Ran {
        self.start().ended()
    }

    /// Runs it to its end, however long that takes: it may have to build something.
    ///
    /// # Panics
    ///
    /// When it does not start.
    pub fn run_patiently(self) -> Ran {
        let (mut command, _folder) = self.into_command();
        let output =
            command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let [stdout, stderr] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ran { code: output.status.code(), stdout, stderr }
    }
}

/// Whether the harness, or a program that it is given to, listens to a variable.
fn is_heard(name: &str) -> bool {
    const HEARD: [&str; 6] = ["BENCH_SEED", "CARGO", "NO_COLOR", "RUST_BACKTRACE", "RUST_LIB_BACKTRACE", RUN];
    name.starts_with("ADAPTER_BENCH_") || name.starts_with("NEXTEST") || HEARD.contains(&name)
}

/// A program that runs. Dropped, it is ended with all that it started.
pub struct Running {
    child: Child,
    folder: Folder,
    token: String,
    streams: [String; 2],
}

impl Running {
    /// Sends the program a signal, and no other process.
    ///
    /// # Panics
    ///
    /// When it has ended.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the program lives");
    }

    /// Whether it has not yet ended.
    ///
    /// # Panics
    ///
    /// When the system does not tell.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a child").is_none()
    }

    /// What it started, directly or not, and what still lives of it.
    pub fn started(&self) -> Vec<Process> {
        let own = i32::try_from(self.child.id()).unwrap_or_default();
        with_variable(RUN, &self.token).into_iter().filter(|process| process.id != own).collect()
    }

    /// Waits for its end.
    ///
    /// # Panics
    ///
    /// When it does not end.
    pub fn ended(mut self) -> Ran {
        self.end()
    }

    /// Waits for its end, and keeps it so that what it left can be looked for.
    ///
    /// # Panics
    ///
    /// When it does not end.
    pub fn end(&mut self) -> Ran {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(
                Instant::now() < deadline,
                "it does not end; on stderr:\n{}",
                self.folder.read(&self.streams[1])
            );
            std::thread::sleep(Duration::from_millis(2));
        };
        let [stdout, stderr] = self.streams.each_ref().map(|name| self.folder.read(name));
        Ran { code: status.code(), stdout, stderr }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.child.try_wait().ok().flatten().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        for process in self.started() {
            let _ = Pid::from_raw(process.id).map(|id| kill_process(id, Signal::KILL));
        }
    }
}

/// Says why a test is left out.
#[expect(clippy::print_stderr, reason = "what is not tested must be seen")]
pub fn left_out(reason: &str) {
    eprintln!("left out: {reason}");
}

/// Says why a test is left out that should not be here.
///
/// # Panics
///
/// Where `ADAPTER_BENCH_REQUIRE_FIXTURES` is set: there, all that tests need is promised to be present.
pub fn missing_fixture(reason: &str) {
    let promised = std::env::var_os("ADAPTER_BENCH_REQUIRE_FIXTURES").is_some_and(|value| !value.is_empty());
    assert!(!promised, "ADAPTER_BENCH_REQUIRE_FIXTURES is set, and {reason}");
    left_out(reason);
}
