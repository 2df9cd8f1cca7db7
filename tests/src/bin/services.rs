//! A suite of services: each notes in a file when it is started and torn down.

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use adapter_bench::{
    Bencher, Fixture, Prepared, Scope, SetupError, Unavailable, adapter_bench, bench_group, fixture, service,
};

/// Appends a line to a file that a test reads.
fn note(line: &str) {
    append("notes", line);
}

fn append(file: &str, line: &str) {
    use std::io::Write;
    let folder = PathBuf::from(adapter_bench::param("folder").unwrap_or_else(|| ".".to_owned()));
    let file = std::fs::OpenOptions::new().create(true).append(true).open(folder.join(file));
    let _ = file.and_then(|mut file| writeln!(file, "{line}"));
}

/// Something that runs until the run ends: a file that is there.
fn started(scope: &Scope, name: &'static str) {
    let folder = PathBuf::from(adapter_bench::param("folder").unwrap_or_else(|| ".".to_owned()));
    let file = folder.join(format!("running-{name}"));
    let _ = std::fs::write(&file, scope.run());
    note(&format!("{name} started"));
    scope.on_teardown_async(async move || {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let _ = std::fs::remove_file(&file);
        note(&format!("{name} torn down"));
    });
}

/// Where a service can be reached, and the password for it.
type Address = (String, String);

#[service]
async fn server(scope: Scope) -> Result<Address, SetupError> {
    started(&scope, "server");
    scope.secret("the-secret-password");
    scope.progress("warming up");
    tokio::time::sleep(Duration::from_millis(10)).await;
    Ok(("here".to_owned(), "the-secret-password".to_owned()))
}

#[service]
fn queue(scope: Scope, server: Fixture<Address>) -> String {
    started(&scope, "queue");
    format!("a queue beside {}", server.0)
}

#[fixture]
fn session(server: Fixture<Address>, queue: Fixture<String>) -> usize {
    server.0.len() + server.1.len() + queue.len()
}

#[service]
async fn unneeded(scope: Scope) -> u8 {
    started(&scope, "unneeded");
    1
}

#[bench_group(group = "good")]
mod good {
    use super::*;

    #[adapter_bench(reference, fixture = session)]
    fn direct(session: Fixture<usize>) -> usize {
        *session
    }

    #[adapter_bench(fixture = server)]
    async fn awaited(b: Bencher, server: Fixture<Address>) -> Prepared {
        b.iter_async(async move || server.1.len())
    }

    #[adapter_bench(fixture = unneeded, ignore = "its service is not started")]
    fn ignored(unneeded: Fixture<u8>) -> u8 {
        *unneeded
    }
}

/// What `--param name=…` says, or `or`.
fn param(name: &str, or: &str) -> String {
    adapter_bench::param(name).unwrap_or_else(|| or.to_owned())
}

#[service]
fn database(scope: Scope) -> u8 {
    scope.identity("db.version", param("version", "16.4"));
    scope.identity("db.fsync", "on");
    1
}

#[fixture]
fn connection(database: Fixture<u8>) -> u8 {
    adapter_bench::identity("db.fsync", "off");
    *database
}

/// What they run on they tell at three places.
#[bench_group(group = "told", iterations = 1)]
mod told {
    use super::*;

    #[adapter_bench(reference, fixture = connection)]
    fn query(b: Bencher, connection: Fixture<u8>) -> Prepared {
        let plan = param("plan", "Index Scan using t_pkey on t");
        let takes = Duration::from_millis(if plan.starts_with("Index") { 1 } else { 10 });
        adapter_bench::identity("client.cache", "cold");
        adapter_bench::query_plan("by_id", &format!("{plan}  (cost=0.1..8.2 rows=1)\n  Filter: (id = 7)"));
        b.iter(move || {
            std::thread::sleep(takes);
            *connection
        })
    }

    #[adapter_bench(fixture = connection)]
    fn other(connection: Fixture<u8>) -> u8 {
        *connection
    }
}

/// Waits for the other one: they only start if they start at the same time.
fn meet(scope: &Scope, own: &str, other: &str) -> Result<(), Unavailable> {
    append(own, "here");
    let folder = adapter_bench::param("folder").unwrap_or_default();
    while !Path::new(&folder).join(other).exists() {
        if scope.time_left().is_zero() || scope.is_cancelled() {
            return Err(Unavailable::new("the other one never came"));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

#[service(timeout = "20s")]
fn left(scope: Scope) -> Result<u8, Unavailable> {
    meet(&scope, "left", "right").map(|()| 1)
}

#[service(timeout = "20s")]
fn right(scope: Scope) -> Result<u8, Unavailable> {
    meet(&scope, "right", "left").map(|()| 2)
}

#[fixture]
fn pair(left: Fixture<u8>, right: Fixture<u8>) -> u8 {
    *left + *right
}

#[service]
async fn talkative(scope: Scope) -> Result<u8, SetupError> {
    scope.secret("the-secret-password");
    scope.progress("logging in with the-secret-password");
    Err("the-secret-password is not taken".into())
}

#[service]
async fn talkative_and_panicking(scope: Scope) -> u8 {
    scope.secret("the-secret-password");
    panic!("who is the-secret-password?")
}

#[bench_group(group = "talkative")]
mod talking {
    use super::*;

    /// Where the server is, as a URL has it.
    fn url(server: &Address) -> String {
        format!("server://me:{}@{}/", server.1, server.0)
    }

    #[adapter_bench(fixture = server)]
    #[expect(clippy::print_stdout, clippy::print_stderr, reason = "what it prints is looked at")]
    fn panics(server: Fixture<Address>) {
        println!("{}", url(&server));
        eprint!("without an end of line: {}", server.1);
        panic!("no answer at {}", url(&server));
    }

    #[adapter_bench(fixture = server)]
    fn fails(server: Fixture<Address>) -> Result<(), String> {
        Err(url(&server))
    }

    #[adapter_bench(fixture = server)]
    fn is_skipped(b: Bencher, server: Fixture<Address>) -> Result<Prepared, Unavailable> {
        drop(b);
        Err(Unavailable::new(url(&server)))
    }

    #[adapter_bench(group = "disagreeing", reference, fixture = server)]
    fn answers(b: Bencher, server: Fixture<Address>) -> Prepared {
        b.answer(|url: &String| url.clone()).iter(move || url(&server))
    }

    #[adapter_bench(group = "disagreeing", fixture = server)]
    fn answers_otherwise(b: Bencher, server: Fixture<Address>) -> Prepared {
        b.answer(|url: &String| url.clone()).iter(move || url(&server).replace("server", "other"))
    }

    #[adapter_bench(fixture = talkative)]
    fn is_without(talkative: Fixture<u8>) -> u8 {
        *talkative
    }

    #[adapter_bench(fixture = talkative_and_panicking)]
    fn is_without_too(talkative_and_panicking: Fixture<u8>) -> u8 {
        *talkative_and_panicking
    }
}

#[bench_group(group = "parallel")]
mod parallel {
    use super::*;

    #[adapter_bench(fixture = pair)]
    fn both(pair: Fixture<u8>) -> u8 {
        *pair
    }
}

#[service]
async fn absent(scope: Scope) -> Result<u8, Unavailable> {
    started(&scope, "absent");
    Err(Unavailable::new("no container engine answers"))
}

#[service]
fn on_absent(absent: Fixture<u8>) -> u8 {
    *absent
}

#[service]
async fn panicking(scope: Scope) -> u8 {
    started(&scope, "panicking");
    panic!("the port is taken")
}

#[service(timeout = "200ms")]
async fn slow(scope: Scope) -> u8 {
    started(&scope, "slow");
    scope.progress("pulling an image");
    tokio::time::sleep(Duration::from_secs(3600)).await;
    1
}

#[service(timeout = "100ms")]
fn deaf(scope: Scope) -> u8 {
    started(&scope, "deaf");
    std::thread::sleep(Duration::from_secs(3600));
    1
}

#[bench_group(group = "bad")]
mod bad {
    use super::*;

    #[adapter_bench(fixture = on_absent)]
    fn skipped(on_absent: Fixture<u8>) -> u8 {
        *on_absent
    }

    #[adapter_bench(fixture = panicking)]
    fn panics(panicking: Fixture<u8>) -> u8 {
        *panicking
    }

    #[adapter_bench(fixture = slow)]
    fn late(slow: Fixture<u8>) -> u8 {
        *slow
    }

    #[adapter_bench(fixture = deaf)]
    fn hangs(deaf: Fixture<u8>) -> u8 {
        *deaf
    }

    #[adapter_bench(fixture = server)]
    fn healthy(server: Fixture<Address>) -> usize {
        server.0.len()
    }
}

#[bench_group(group = "endings", timeout = "500ms")]
mod endings {
    use super::*;

    #[adapter_bench(fixture = server)]
    fn succeeds(server: Fixture<Address>) -> usize {
        server.0.len()
    }

    #[adapter_bench(fixture = server)]
    fn fails(server: Fixture<Address>) -> Result<(), String> {
        Err(server.0.clone())
    }

    #[adapter_bench(fixture = server)]
    fn panics(server: Fixture<Address>) {
        assert!(server.0.is_empty(), "it is not empty");
    }

    #[adapter_bench(fixture = server)]
    fn times_out(server: Fixture<Address>) {
        std::thread::sleep(Duration::from_secs(server.0.len() as u64 * 600));
    }

    #[adapter_bench(fixture = server, timeout = "10m")]
    fn goes_on(_server: Fixture<Address>) {
        note("at work");
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(600) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[service]
async fn endless(scope: Scope) -> u8 {
    started(&scope, "endless");
    std::future::pending().await
}

#[bench_group(group = "starting")]
mod starting {
    use super::*;

    #[adapter_bench(fixture = endless)]
    fn never(endless: Fixture<u8>) -> u8 {
        *endless
    }
}

adapter_bench::main!();
