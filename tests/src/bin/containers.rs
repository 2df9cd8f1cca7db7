//! A suite on servers in containers.

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use adapter_bench::containers::{self, Database, Image, Server, Template};
use adapter_bench::{
    Bencher, Fixture, Prepared, Scope, SetupError, adapter_bench, bench_group, fixture, service,
};

/// Appends a line to a file that a test reads.
fn note(line: &str) {
    let folder = PathBuf::from(adapter_bench::param("folder").unwrap_or_else(|| ".".to_owned()));
    let file = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("notes"));
    let _ = file.and_then(|mut file| writeln!(file, "{line}"));
}

fn started(scope: &Scope, image: Image) -> Result<Server, SetupError> {
    note(&format!("run {}", scope.run()));
    let server = image.start(scope)?;
    if !server.password.is_empty() {
        note(&format!("password {}", server.password));
    }
    Ok(server)
}

#[service]
fn pg(scope: Scope) -> Result<Server, SetupError> {
    started(&scope, containers::postgres().data_in_memory().memory(1 << 29).cpus(1.0))
}

#[service]
fn redis(scope: Scope) -> Result<Server, SetupError> {
    started(&scope, containers::redis())
}

#[service]
fn nats(scope: Scope) -> Result<Server, SetupError> {
    started(&scope, containers::nats())
}

#[service]
fn rabbitmq(scope: Scope) -> Result<Server, SetupError> {
    started(&scope, containers::rabbitmq())
}

#[service(timeout = "20s")]
fn broken(scope: Scope) -> Result<Server, SetupError> {
    // Without a password this server ends at once.
    started(&scope, Image::new("broken", usual("POSTGRES", "postgres:17"), 5432))
}

#[service(timeout = "5s")]
fn silent(scope: Scope) -> Result<Server, SetupError> {
    started(&scope, Image::new("silent", usual("REDIS", "redis:7"), 1))
}

/// The image that the tests have.
fn usual(name: &str, or: &str) -> String {
    std::env::var(format!("ADAPTER_BENCH_{name}_IMAGE")).unwrap_or_else(|_| or.to_owned())
}

/// As many bytes as a new cluster takes, and some more.
#[service(timeout = "20s")]
fn small_disk(scope: Scope) -> Result<Server, SetupError> {
    started(&scope, containers::postgres().data_in_memory_up_to(96 << 20))
}

#[service(timeout = "20s")]
fn tiny_disk(scope: Scope) -> Result<Server, SetupError> {
    started(&scope, containers::postgres().data_in_memory_up_to(4 << 20))
}

#[service]
fn newer(scope: Scope) -> Result<Server, SetupError> {
    started(&scope, containers::postgres().data_in_memory().major_version(99))
}

#[service]
fn seeded(scope: Scope, pg: Fixture<Server>) -> Result<Template, SetupError> {
    let database = pg.database(&scope, "seeded")?;
    database.sql("CREATE TABLE orders AS SELECT id FROM generate_series(1, 100) AS id")?;
    Template::of(&database)
}

#[fixture]
fn one(seeded: Fixture<Template>) -> Result<Database, SetupError> {
    seeded.copy("one")
}

#[fixture]
fn other(seeded: Fixture<Template>) -> Result<Database, SetupError> {
    seeded.copy("other")
}

/// How many orders there are.
fn orders(server: &Server) -> Result<String, SetupError> {
    let rows = server.sql("SELECT count(*) FROM orders")?;
    Ok(rows.concat().into_iter().flatten().next().unwrap_or_default())
}

/// Asks Redis for an answer.
fn ping(server: &Server) -> std::io::Result<usize> {
    let mut stream = TcpStream::connect((server.host.as_str(), server.port))?;
    stream.write_all(b"PING\r\n")?;
    stream.read(&mut [0; 64])
}

#[bench_group(group = "ready", timeout = "1m")]
mod ready {
    use super::*;

    #[adapter_bench(fixture = pg)]
    fn postgres(pg: Fixture<Server>) -> usize {
        pg.url().len()
    }

    #[adapter_bench(fixture = redis)]
    fn redis(b: Bencher, redis: Fixture<Server>) -> Prepared {
        b.try_iter(move || ping(&redis))
    }

    #[adapter_bench(fixture = nats)]
    fn nats(nats: Fixture<Server>) -> std::io::Result<TcpStream> {
        TcpStream::connect((nats.host.as_str(), nats.port))
    }

    #[adapter_bench(fixture = rabbitmq)]
    fn rabbitmq(rabbitmq: Fixture<Server>) -> std::io::Result<TcpStream> {
        TcpStream::connect((rabbitmq.host.as_str(), rabbitmq.port))
    }
}

/// What servers of each kind answer to, as a client says it.
#[bench_group(group = "answers", timeout = "1m")]
mod answers {
    use super::*;

    #[adapter_bench(fixture = pg)]
    fn postgres(b: Bencher, pg: Fixture<Server>) -> Prepared {
        b.try_iter(move || pg.sql("SELECT 1"))
    }

    #[adapter_bench(fixture = redis)]
    fn redis(b: Bencher, redis: Fixture<Server>) -> Result<Prepared, SetupError> {
        let mut talk = Talk::with(&redis)?;
        if !redis.password.is_empty() {
            talk.ask(&format!("AUTH {}", redis.password), "+OK")?;
        }
        Ok(b.try_iter(move || talk.ask("PING", "+PONG")))
    }

    #[adapter_bench(fixture = nats)]
    fn nats(b: Bencher, nats: Fixture<Server>) -> Result<Prepared, SetupError> {
        let mut talk = Talk::with(&nats)?;
        talk.ask("CONNECT {\"verbose\":true}", "+OK")?;
        Ok(b.try_iter(move || talk.ask("PING", "PONG")))
    }

    /// Each takes a connection, of which there are only so many.
    #[adapter_bench(fixture = rabbitmq, iterations = 4, max_rounds = 40)]
    fn rabbitmq(b: Bencher, rabbitmq: Fixture<Server>) -> Prepared {
        b.try_iter(move || {
            let mut stream = TcpStream::connect((rabbitmq.host.as_str(), rabbitmq.port))?;
            stream.write_all(b"AMQP\0\0\x09\x01")?;
            let mut frame = [0; 7];
            stream.read_exact(&mut frame)?;
            let is_method = frame[0] == 1;
            is_method.then_some(()).ok_or_else(|| std::io::Error::from(ErrorKind::InvalidData))
        })
    }
}

/// A connection to a server that is asked and answers in lines.
struct Talk(BufReader<TcpStream>);

impl Talk {
    fn with(server: &Server) -> std::io::Result<Self> {
        let stream = TcpStream::connect((server.host.as_str(), server.port))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a line, and reads those that come up to the one that begins with `answer`.
    fn ask(&mut self, question: &str, answer: &str) -> std::io::Result<()> {
        write!(self.0.get_mut(), "{question}\r\n")?;
        let mut line = String::new();
        while !line.starts_with(answer) {
            line.clear();
            if self.0.read_line(&mut line)? == 0 || line.starts_with('-') {
                return Err(std::io::Error::new(ErrorKind::InvalidData, line));
            }
        }
        Ok(())
    }
}

/// Notes when the first query was answered, since the beginning of 1970.
#[adapter_bench(group = "first", fixture = pg)]
fn first_query(pg: Fixture<Server>) -> Result<(), SetupError> {
    pg.sql("SELECT 1")?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    note(&format!("answered {}", since.as_secs_f64()));
    Ok(())
}

/// Servers of which no package is to be had where these tests run.
mod elsewhere {
    use super::*;

    #[service]
    fn mongodb(scope: Scope) -> Result<Server, SetupError> {
        started(&scope, containers::mongodb())
    }

    #[service]
    fn neo4j(scope: Scope) -> Result<Server, SetupError> {
        started(&scope, containers::neo4j())
    }

    #[service]
    fn qdrant(scope: Scope) -> Result<Server, SetupError> {
        started(&scope, containers::qdrant())
    }

    #[service]
    fn scylladb(scope: Scope) -> Result<Server, SetupError> {
        started(&scope, containers::scylladb())
    }

    #[adapter_bench(group = "elsewhere", fixture = mongodb)]
    fn on_mongodb(mongodb: Fixture<Server>) -> usize {
        mongodb.url().len()
    }

    #[adapter_bench(group = "elsewhere", fixture = neo4j)]
    fn on_neo4j(neo4j: Fixture<Server>) -> usize {
        neo4j.url().len()
    }

    #[adapter_bench(group = "elsewhere", fixture = qdrant)]
    fn on_qdrant(qdrant: Fixture<Server>) -> usize {
        qdrant.url().len()
    }

    #[adapter_bench(group = "elsewhere", fixture = scylladb)]
    fn on_scylladb(scylladb: Fixture<Server>) -> usize {
        scylladb.url().len()
    }
}

#[bench_group(group = "endings", timeout = "500ms")]
mod endings {
    use super::*;

    #[adapter_bench(fixture = pg)]
    fn succeeds(pg: Fixture<Server>) -> u16 {
        pg.port
    }

    #[adapter_bench(fixture = pg)]
    fn fails(pg: Fixture<Server>) -> Result<(), String> {
        Err(format!("{:?}", *pg))
    }

    #[adapter_bench(fixture = nats)]
    fn fails_with_nats(nats: Fixture<Server>) -> Result<(), String> {
        Err(format!("{:?} {}", *nats, nats.url()))
    }

    #[adapter_bench(fixture = pg)]
    fn panics(pg: Fixture<Server>) {
        assert_eq!(pg.port, 0, "it has a port");
    }

    #[adapter_bench(fixture = pg)]
    fn times_out(pg: Fixture<Server>) {
        std::thread::sleep(Duration::from_secs(u64::from(pg.port)));
    }

    #[adapter_bench(fixture = pg, timeout = "10m")]
    fn goes_on(_pg: Fixture<Server>) {
        note("at work");
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(600) {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[bench_group(group = "snapshots", timeout = "1m")]
mod snapshots {
    use super::*;

    #[adapter_bench(fixture = one)]
    fn a_changes_its_own(one: Fixture<Database>) -> Result<(), SetupError> {
        one.sql("DELETE FROM orders WHERE id > 40")?;
        note(&format!("changed {}", orders(&one)?));
        one.restore()?;
        note(&format!("restored {}", orders(&one)?));
        one.sql("DELETE FROM orders").map(drop)
    }

    #[adapter_bench(fixture = other)]
    fn b_starts_anew(other: Fixture<Database>) -> Result<(), SetupError> {
        note(&format!("anew {}", orders(&other)?));
        Ok(())
    }
}

/// All orders, in one line.
fn all(server: &Server) -> Result<Vec<String>, SetupError> {
    let rows =
        server.sql("SELECT count(*), sum(id), md5(string_agg(id::text, ',' ORDER BY id)) FROM orders")?;
    Ok(rows.concat().into_iter().flatten().collect())
}

/// Takes orders away, one by one, from a database that each round begins with anew.
fn taking(b: Bencher, database: Fixture<Database>, step: u32) -> Prepared {
    let (before, after, mut next) = (database.clone(), database.clone(), 0);
    b.before_round(move || before.restore()).end_state(5, move || all(&after)).try_iter(move || {
        next += step;
        database.sql(&format!("DELETE FROM orders WHERE id = {next}"))
    })
}

/// Two arms on one template; the second does not do what the first one does.
#[bench_group(group = "left", timeout = "1m")]
mod left {
    use super::*;

    #[adapter_bench(reference, fixture = one)]
    fn each(b: Bencher, one: Fixture<Database>) -> Prepared {
        taking(b, one, 1)
    }

    #[adapter_bench(fixture = other)]
    fn each_again(b: Bencher, other: Fixture<Database>) -> Prepared {
        taking(b, other, 1)
    }

    #[adapter_bench(fixture = other)]
    fn every_second(b: Bencher, other: Fixture<Database>) -> Prepared {
        taking(b, other, 2)
    }
}

/// A query whose plan is another one where `--param` says that there is an index.
#[adapter_bench(group = "plan", timeout = "1m", fixture = one)]
fn planned(b: Bencher, one: Fixture<Database>) -> Result<Prepared, SetupError> {
    const SELECT: &str = "SELECT id FROM orders WHERE id = 7";
    one.sql("INSERT INTO orders SELECT generate_series(101, 50000); ANALYZE orders")?;
    if adapter_bench::param("indexed").is_some() {
        one.sql("CREATE INDEX by_id ON orders (id)")?;
    }
    let lines: Vec<String> = one.sql(&format!("EXPLAIN {SELECT}"))?.concat().into_iter().flatten().collect();
    adapter_bench::query_plan("one", &lines.join("\n"));
    Ok(b.try_iter(move || one.sql(SELECT)))
}

#[bench_group(group = "existing", timeout = "1m")]
mod existing {
    use super::*;

    #[adapter_bench(fixture = pg)]
    fn works_in_a_database_of_its_own(pg: Fixture<Server>) -> Result<(), SetupError> {
        note(&format!("database {}", pg.database));
        pg.sql("CREATE TABLE mine (id bigint); INSERT INTO mine VALUES (1)").map(drop)
    }

    #[adapter_bench(fixture = one)]
    fn goes_on_with_a_copy(one: Fixture<Database>) {
        note(&format!("copy {}", one.database));
        note("at work");
        std::thread::sleep(Duration::from_secs(600));
    }

    #[adapter_bench(fixture = newer)]
    fn is_of_another_version(newer: Fixture<Server>) -> u16 {
        newer.port
    }
}

/// Leaves a key behind, which is named after the run.
fn set_key(server: &Server) -> std::io::Result<usize> {
    let mut stream = TcpStream::connect((server.host.as_str(), server.port))?;
    stream.write_all(format!("SET orders:{}:1 paid\r\n", server.run).as_bytes())?;
    stream.read(&mut [0; 64])
}

#[bench_group(group = "keyed", timeout = "1m")]
mod keyed {
    use super::*;

    #[adapter_bench(fixture = redis)]
    fn leaves_a_key(redis: Fixture<Server>) -> std::io::Result<usize> {
        set_key(&redis)
    }

    #[adapter_bench(fixture = redis)]
    fn goes_on(redis: Fixture<Server>) -> std::io::Result<()> {
        set_key(&redis)?;
        note("at work");
        std::thread::sleep(Duration::from_secs(600));
        Ok(())
    }
}

/// Leaves a stream behind, which is named after the run.
fn add_stream(server: &Server) -> std::io::Result<usize> {
    let mut stream = TcpStream::connect((server.host.as_str(), server.port))?;
    let name = format!("orders-{}", server.run);
    let body = format!("{{\"name\":\"{name}\",\"subjects\":[\"{name}\"]}}");
    let login =
        format!("{{\"verbose\":false,\"user\":\"{}\",\"pass\":\"{}\"}}", server.user, server.password);
    let question =
        format!("SUB here 1\r\nPUB $JS.API.STREAM.CREATE.{name} here {}\r\n{body}\r\n", body.len());
    stream.write_all(format!("CONNECT {login}\r\n{question}").as_bytes())?;
    let (mut told, mut buffer) = (String::new(), [0; 4096]);
    while !told.contains("\"created\"") {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(std::io::Error::other(told));
        }
        told.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    Ok(told.len())
}

#[bench_group(group = "streamed", timeout = "1m")]
mod streamed {
    use super::*;

    #[adapter_bench(fixture = nats)]
    fn leaves_a_stream(nats: Fixture<Server>) -> std::io::Result<usize> {
        add_stream(&nats)
    }

    #[adapter_bench(fixture = nats)]
    fn goes_on(nats: Fixture<Server>) -> std::io::Result<()> {
        add_stream(&nats)?;
        note("at work");
        std::thread::sleep(Duration::from_secs(600));
        Ok(())
    }
}

#[bench_group(group = "full", timeout = "1m")]
mod full {
    use super::*;

    #[adapter_bench(fixture = small_disk)]
    fn while_it_runs(small_disk: Fixture<Server>) -> Result<(), SetupError> {
        let fill = "CREATE TABLE large AS SELECT repeat('x', 1000) AS text FROM generate_series(1, 200000)";
        small_disk.sql(fill).map(drop)
    }

    #[adapter_bench(fixture = tiny_disk)]
    fn when_it_starts(tiny_disk: Fixture<Server>) -> u16 {
        tiny_disk.port
    }
}

#[bench_group(group = "killed")]
mod killed {
    use super::*;

    /// Kills the container that a server of this run is in.
    fn kill(server: &Server) -> std::io::Result<()> {
        let docker = |arguments: &[&str]| std::process::Command::new("docker").args(arguments).output();
        let (run, image) = (&server.run, server.image.as_deref().unwrap_or_default());
        let filters = [format!("label=adapter-bench.run={run}"), format!("ancestor={image}")];
        let found = docker(&["ps", "--quiet", "--filter", &filters[0], "--filter", &filters[1]])?;
        docker(&["kill", String::from_utf8_lossy(&found.stdout).trim()]).map(drop)
    }

    #[adapter_bench(fixture = redis)]
    fn a_kills_it(redis: Fixture<Server>) -> std::io::Result<usize> {
        kill(&redis)?;
        ping(&redis)
    }

    #[adapter_bench(fixture = redis)]
    fn b_goes_on(redis: Fixture<Server>) -> std::io::Result<usize> {
        ping(&redis)
    }

    #[adapter_bench(group = "killed below", fixture = one)]
    fn c_kills_what_its_service_needs(one: Fixture<Database>) -> Result<String, SetupError> {
        kill(&one)?;
        orders(&one)
    }

    #[adapter_bench(group = "killed below", fixture = other)]
    fn d_goes_on(other: Fixture<Database>) -> Result<(), SetupError> {
        note(&format!("anew {}", orders(&other)?));
        Ok(())
    }
}

#[bench_group(group = "wrong")]
mod wrong {
    use super::*;

    #[adapter_bench(fixture = broken)]
    fn broken(broken: Fixture<Server>) -> u16 {
        broken.port
    }

    #[adapter_bench(fixture = silent)]
    fn silent(silent: Fixture<Server>) -> u16 {
        silent.port
    }
}

adapter_bench::main!();
