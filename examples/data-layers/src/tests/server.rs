//! A PostgreSQL to test with: an existing one, or a container. Main type: [`Server`].

use std::env;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Keeper;

/// A server that answers. It is removed with the last test that uses it, if it was started for them.
pub(super) struct Server {
    pub(super) url: String,
    container: Option<String>,
}

static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());

impl Server {
    /// `None`, with a line that says so, where there is none to be had; then the test tests nothing.
    ///
    /// # Panics
    ///
    /// Where there is none although `ADAPTER_BENCH_REQUIRE_FIXTURES` is set, and where one cannot be started.
    pub(super) fn shared() -> Option<Arc<Self>> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let server = shared.upgrade().or_else(|| Self::found().map(Arc::new));
        *shared = server.as_ref().map(Arc::downgrade).unwrap_or_default();
        assert!(server.is_some() || env::var_os("ADAPTER_BENCH_REQUIRE_FIXTURES").is_none(), "{NONE}");
        server
    }

    fn found() -> Option<Self> {
        if let Ok(url) = env::var("ADAPTER_BENCH_POSTGRES_URL") {
            return Some(Self { url, container: None });
        }
        let Ok(image) = env::var("ADAPTER_BENCH_POSTGRES_IMAGE") else {
            #[expect(clippy::print_stderr, reason = "a test has no other way to say that it was left out")]
            {
                eprintln!("left out: {NONE}");
            }
            return None;
        };
        Some(Self::started(&image))
    }

    fn started(image: &str) -> Self {
        let trusting = ["--env", "POSTGRES_HOST_AUTH_METHOD=trust", "--tmpfs", "/var/lib/postgresql/data"];
        let container =
            docker(&[&["run", "--detach", "--publish", "127.0.0.1::5432"], &trusting[..], &[image]].concat());
        let address = docker(&["port", &container, "5432/tcp"]);
        let server =
            Self { url: format!("postgres://postgres@{address}/postgres"), container: Some(container) };
        let started = Instant::now();
        while Keeper::start(&server.url).is_err() {
            assert!(started.elapsed() < Duration::from_secs(60), "the server does not answer");
            sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(container) = &self.container {
            docker(&["rm", "--force", "--volumes", container]);
        }
    }
}

const NONE: &str = "no PostgreSQL: set ADAPTER_BENCH_POSTGRES_URL, or ADAPTER_BENCH_POSTGRES_IMAGE as tests/containers/up does";

/// What the command prints.
fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().expect("there is a docker");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "docker {}: {said}", arguments.join(" "));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
