//! A suite of fixtures: chained, awaited, absent, failing, torn down. Benchmarks select by group, since some fail.

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use adapter_bench::{
    Bencher, DataFile, Dataset, DatasetError, Fixture, OrUnavailable, Prepared, SetupError, Unavailable,
    adapter_bench, bench_group, fixture,
};

/// Appends a line to the file that a test reads.
fn note(line: &str) {
    use std::io::Write;
    let path = PathBuf::from(adapter_bench::param("notes").unwrap_or_else(|| "notes".to_owned()));
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    let _ = file.and_then(|mut file| writeln!(file, "{} {line}", std::process::id()));
}

struct Server {
    rows: Vec<u64>,
}

struct Session {
    server: Fixture<Server>,
    calls: Cell<u64>,
}

#[fixture]
fn server() -> Server {
    note("server made");
    Server { rows: (0..100).collect() }
}

#[fixture(teardown = close)]
async fn session(server: Fixture<Server>) -> Result<Session, SetupError> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    note("session made");
    Ok(Session { server, calls: Cell::new(0) })
}

async fn close(session: Session) -> Result<(), SetupError> {
    tokio::time::sleep(Duration::from_millis(1)).await;
    note(if session.calls.get() > 0 { "session closed" } else { "session closed unused" });
    Ok(())
}

impl Drop for Server {
    fn drop(&mut self) {
        note("server dropped");
    }
}

#[bench_group(group = "chain")]
mod chain {
    use super::*;

    #[adapter_bench(reference, fixture = session)]
    async fn awaited(b: Bencher, session: Fixture<Session>) -> Prepared {
        b.iter_async(async move || {
            session.calls.set(session.calls.get() + 1);
            session.server.rows.iter().sum::<u64>()
        })
    }

    #[adapter_bench(fixture = session)]
    fn plain(b: Bencher, session: Fixture<Session>) -> Prepared {
        b.iter(move || session.server.rows.iter().sum::<u64>())
    }

    #[adapter_bench(fixture = server)]
    fn whole_body(server: Fixture<Server>) -> u64 {
        server.rows.iter().sum()
    }

    #[adapter_bench(fixture = server)]
    async fn whole_async_body(server: Fixture<Server>) -> u64 {
        server.rows.iter().sum()
    }

    #[adapter_bench(fixture = session, async(flavor = "multi_thread", workers = 2))]
    async fn on_threads(b: Bencher, session: Fixture<Session>) -> Prepared {
        b.iter_async(async move || session.server.rows.iter().sum::<u64>())
    }
}

#[bench_group(group = "with_args")]
mod with_args {
    use super::*;

    #[adapter_bench(args = [10, 100], fixture = server)]
    fn prepared(b: Bencher, rows: usize, server: Fixture<Server>) -> Prepared {
        b.iter(move || server.rows.iter().take(rows).sum::<u64>())
    }

    #[adapter_bench(args = [10, 100], fixture = server)]
    fn whole_body(rows: usize, server: Fixture<Server>) -> u64 {
        server.rows.iter().take(rows).sum()
    }
}

#[fixture]
fn engine() -> Result<u16, Unavailable> {
    note("engine asked");
    Err(Unavailable::new("no container engine answers"))
}

#[fixture(engine_port = engine)]
fn database(engine_port: Fixture<u16>) -> Result<u16, std::num::ParseIntError> {
    "x".parse::<u16>().map(|port| port + *engine_port)
}

#[fixture]
fn credentials() -> Result<String, SetupError> {
    Ok(std::env::var("E2E_NO_SUCH_VARIABLE").or_unavailable("set E2E_NO_SUCH_VARIABLE")?)
}

#[bench_group(group = "absent")]
mod absent {
    use super::*;

    #[adapter_bench(fixture = database)]
    fn insert(b: Bencher, database: Fixture<u16>) -> Prepared {
        b.iter(move || *database)
    }

    #[adapter_bench(fixture = credentials)]
    fn select(credentials: Fixture<String>) -> usize {
        credentials.len()
    }

    #[adapter_bench]
    fn update(_b: Bencher) -> Result<Prepared, Unavailable> {
        Err(Unavailable::new("the table is not there"))
    }

    #[adapter_bench]
    fn present() -> u64 {
        std::hint::black_box(7)
    }
}

#[fixture]
fn broken() -> Result<u8, std::num::ParseIntError> {
    "many".parse()
}

#[fixture]
fn panicking() -> u8 {
    panic!("no table called orders")
}

#[fixture]
async fn endless(server: Fixture<Server>) -> usize {
    tokio::time::sleep(Duration::from_secs(3600)).await;
    server.rows.len()
}

#[fixture]
fn on_top(panicking: Fixture<u8>) -> u8 {
    *panicking
}

#[bench_group(group = "failing", timeout = "300ms")]
mod failing {
    use super::*;

    #[adapter_bench(fixture = broken)]
    fn error(broken: Fixture<u8>) -> u8 {
        *broken
    }

    #[adapter_bench(fixture = on_top)]
    fn panic(on_top: Fixture<u8>) -> u8 {
        *on_top
    }

    #[adapter_bench(fixture = endless)]
    fn hang(endless: Fixture<usize>) -> usize {
        *endless
    }

    #[adapter_bench(fixture = server)]
    fn healthy(server: Fixture<Server>) -> usize {
        server.rows.len()
    }
}

#[fixture(teardown = refuse)]
fn stubborn() -> u8 {
    1
}

fn refuse(_stubborn: u8) -> Result<(), std::num::ParseIntError> {
    "none".parse::<u8>().map(|_| ())
}

#[fixture]
fn clung_to() -> u8 {
    2
}

thread_local! {
    static CLINGING: Cell<Option<Fixture<u8>>> = const { Cell::new(None) };
}

#[bench_group(group = "teardown")]
mod teardown {
    use super::*;

    #[adapter_bench(fixture = stubborn)]
    fn fails(stubborn: Fixture<u8>) -> u8 {
        *stubborn
    }
}

#[bench_group(group = "clinging")]
mod clinging {
    use super::*;

    #[adapter_bench(fixture = clung_to)]
    fn held(b: Bencher, clung_to: Fixture<u8>) -> Prepared {
        CLINGING.set(Some(clung_to.clone()));
        b.iter(move || *clung_to)
    }
}

#[bench_group(group = "rounds")]
mod rounds {
    use super::*;

    #[adapter_bench]
    fn plain(b: Bencher) -> Prepared {
        b.before_round(|| note("before")).after_round(|| note("after")).iter(|| 1)
    }

    #[adapter_bench]
    async fn awaited(b: Bencher) -> Prepared {
        let hooked = b.before_round_async(async || {
            tokio::time::sleep(Duration::from_millis(1)).await;
            note("before");
        });
        hooked.after_round_async(async || note("after")).iter_async(async || 1)
    }

    #[adapter_bench]
    fn refused(b: Bencher) -> Prepared {
        b.before_round(|| "none".parse::<u8>().map(|_| ())).iter(|| 1)
    }

    #[adapter_bench]
    fn awaited_around_a_plain_one(b: Bencher) -> Prepared {
        b.before_round(|| note("before")).after_round_async(async || note("after")).iter(|| 1)
    }
}

static ORDERS: Dataset = Dataset::of_rows("orders", |row, random| {
    if row == 0 {
        note("orders made");
    }
    format!("{row},{}", random % 100)
});

#[fixture]
fn orders() -> Result<DataFile, DatasetError> {
    ORDERS.open()
}

static OTHERS: Dataset = Dataset::of_bytes("others", |_, _, to| to.write_all(b"not those")).sha256("00");

#[fixture]
fn others() -> Result<DataFile, DatasetError> {
    OTHERS.open()
}

#[bench_group(group = "datasets")]
mod datasets {
    use super::*;

    #[adapter_bench(fixture = orders)]
    fn sum(b: Bencher, orders: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        note(&format!("{} rows, {} bytes", orders.rows(), orders.bytes()));
        let lines = orders.lines()?;
        Ok(b.iter(move || lines.iter().map(String::len).sum::<usize>()))
    }

    #[adapter_bench(fixture = others)]
    fn pinned(others: Fixture<DataFile>) -> u64 {
        others.bytes()
    }
}

/// A copy of a dataset that is held for as long as nobody ends this.
fn holding(b: Bencher, orders: &DataFile) -> Result<Prepared, SetupError> {
    let copy = orders.copy()?;
    note("copied");
    Ok(b.iter(move || {
        std::thread::sleep(Duration::from_secs(600));
        copy.path().exists()
    }))
}

#[bench_group(group = "copies")]
mod copies {
    use super::*;

    #[adapter_bench(fixture = orders, timeout = "500ms")]
    fn hangs(b: Bencher, orders: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        holding(b, &orders)
    }

    #[adapter_bench(fixture = orders, timeout = "10m")]
    fn goes_on(b: Bencher, orders: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        holding(b, &orders)
    }

    #[adapter_bench(fixture = orders)]
    fn aborts(b: Bencher, orders: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        let copy = orders.copy()?;
        Ok(b.iter(move || {
            if copy.path().exists() {
                std::process::abort();
            }
        }))
    }

    #[adapter_bench(fixture = orders)]
    fn succeeds(b: Bencher, orders: Fixture<DataFile>) -> Result<Prepared, SetupError> {
        let copy = orders.copy()?;
        Ok(b.iter(move || copy.path().exists()))
    }
}

#[bench_group(group = "panicking")]
mod panicking_arm {
    use super::*;

    #[adapter_bench(fixture = session)]
    fn arm(b: Bencher, session: Fixture<Session>) -> Prepared {
        b.iter(move || assert!(session.server.rows.is_empty(), "rows are left"))
    }
}

adapter_bench::main!();
