//! A PostgreSQL: one that is there already, or a container. Main function: [`postgres`].

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

use std::fs::File;
use std::io::{self, Read};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::Duration;

use adapter_bench::{OrUnavailable, Scope, SetupError, Unavailable, service};
use example_data_layers::Keeper;

const NONE: &str = "no PostgreSQL: set ADAPTER_BENCH_POSTGRES_URL, or ADAPTER_BENCH_POSTGRES_IMAGE as tests/containers/up does";

/// The URL of the server.
#[service]
pub(crate) fn postgres(scope: Scope) -> Result<String, SetupError> {
    if let Some(url) = scope.variable("ADAPTER_BENCH_POSTGRES_URL") {
        // The text of a connection that was refused names the server and not the password.
        Keeper::start(&url).or_unavailable("ADAPTER_BENCH_POSTGRES_URL does not answer")?;
        return Ok(url);
    }
    let image = scope.variable("ADAPTER_BENCH_POSTGRES_IMAGE").ok_or_else(|| Unavailable::new(NONE))?;
    started(&scope, &image)
}

/// Its data are in memory: a disk would only add noise to all layers alike.
fn started(scope: &Scope, image: &str) -> Result<String, SetupError> {
    docker(&["version"], "").or_unavailable("no container engine answers; tests/containers/up starts one")?;
    let (password, label) = (password()?, format!("adapter-bench.run={}", scope.run()));
    let run = [
        "run",
        "--detach",
        "--rm",
        "--label",
        &label,
        "--publish",
        "127.0.0.1::5432",
        "--env",
        "POSTGRES_PASSWORD",
        "--tmpfs",
        "/var/lib/postgresql/data",
        image,
    ];
    scope.progress(format!("starting {image}"));
    let container = docker(&run, &password).or_unavailable(format!("{image} cannot be started"))?;
    let removed = container.clone();
    scope.on_teardown(move || drop(docker(&["rm", "--force", "--volumes", &removed], "")));
    let address = docker(&["port", &container, "5432/tcp"], "")?;
    let url = format!("postgres://postgres:{password}@{address}/postgres");
    await_server(scope, &url)?;
    Ok(url)
}

fn await_server(scope: &Scope, url: &str) -> Result<(), SetupError> {
    loop {
        match Keeper::start(url) {
            Ok(_) => return Ok(()),
            Err(error) if scope.is_cancelled() || scope.time_left().is_zero() => return Err(error.into()),
            Err(_) => sleep(Duration::from_millis(20)),
        }
    }
}

fn password() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What the command prints. The password goes through the environment, where other users do not see it.
fn docker(arguments: &[&str], password: &str) -> io::Result<String> {
    let output = Command::new("docker").args(arguments).env("POSTGRES_PASSWORD", password).output()?;
    let Output { status, stdout, stderr } = output;
    if status.success() {
        Ok(String::from_utf8_lossy(&stdout).trim().to_owned())
    } else {
        Err(io::Error::other(String::from_utf8_lossy(&stderr).trim().to_owned()))
    }
}
