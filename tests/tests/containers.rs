//! Servers in containers: started, ready, and gone however the run ends; skipped with the reason where they cannot be had.
//!
//! What needs an engine and images is left out without them: `eval "$(tests/containers/up)"` makes both.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::time::Duration;

use e2e::{Folder, Ran, Running, Suite, missing_fixture, of_id, until};
use rustix::process::Signal;
use serde_json::Value;

const SUITE: &str = env!("CARGO_BIN_EXE_containers");

/// The images that `tests/containers/images` makes.
const IMAGES: [(&str, &str); 4] = [
    ("POSTGRES", "adapter-bench/postgres:15"),
    ("REDIS", "adapter-bench/redis:7"),
    ("NATS", "adapter-bench/nats:2"),
    ("RABBITMQ", "adapter-bench/rabbitmq:3"),
];

fn image(name: &str) -> String {
    let usual = IMAGES.iter().find(|(of, _)| *of == name).map(|(_, image)| (*image).to_owned());
    std::env::var(format!("ADAPTER_BENCH_{name}_IMAGE")).ok().or(usual).expect("an image of this name")
}

fn docker(arguments: &[&str]) -> Option<String> {
    let output = Command::new("docker").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether there is an engine with the images; if not, says so.
fn is_possible() -> bool {
    let missing = IMAGES.iter().find(|(name, _)| docker(&["image", "inspect", &image(name)]).is_none());
    if let Some((name, _)) = missing {
        missing_fixture(&format!("there is no engine with the image {}", image(name)));
    }
    missing.is_none()
}

fn suite(folder: &Folder, arguments: &[&str]) -> Suite {
    let place = format!("folder={}", folder.path().display());
    let suite = Suite::of(SUITE).within(folder).args(&["--param", &place]).args(arguments);
    IMAGES
        .iter()
        .fold(suite, |suite, (name, _)| suite.env(&format!("ADAPTER_BENCH_{name}_IMAGE"), image(name)))
}

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    suite(folder, arguments).args(&["--output", "json=out.json"]).run()
}

fn result(folder: &Folder) -> Value {
    e2e::read_json(&folder.join("out.json"))
}

/// What was noted after this word.
fn noted(folder: &Folder, word: &str) -> Vec<String> {
    folder
        .lines("notes")
        .iter()
        .filter_map(|line| line.strip_prefix(word))
        .map(|told| told.trim().to_owned())
        .collect()
}

/// How many containers the runs of this folder have.
fn containers(folder: &Folder) -> usize {
    let mut runs = noted(folder, "run ");
    runs.dedup();
    let count = |run: &String| {
        let filter = format!("label=adapter-bench.run={run}");
        docker(&["ps", "--all", "--quiet", "--filter", &filter]).expect("the engine answers").lines().count()
    };
    assert!(!runs.is_empty(), "a service was asked to start");
    runs.iter().map(count).sum()
}

#[test]
fn servers_are_ready_when_they_are_handed_over_and_gone_after_the_run() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "ready", "--test"]).expect_code(0);
    for name in ["postgres", "redis", "nats", "rabbitmq"] {
        assert_eq!(of_id(&result(&folder), &format!("ready::{name}"))["outcome"], "passed");
    }
    assert_eq!(containers(&folder), 0);
}

#[test]
fn what_servers_of_each_kind_answer_is_measured() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let quick = ["--group", "answers", "--quick", "--max-time", "1s", "--require-fixtures"];
    let _ = run(&folder, &quick).expect_code(0);
    for name in ["postgres", "redis", "nats", "rabbitmq"] {
        let row = of_id(&result(&folder), &format!("answers::{name}")).clone();
        assert!(row["outcome"] == "measured" && row["errors"]["count"].as_u64().unwrap_or(0) == 0, "{row}");
    }
    assert_eq!(containers(&folder), 0);
}

#[test]
fn no_container_outlives_any_end_of_a_benchmark() {
    if !is_possible() {
        return;
    }
    for (benchmark, code) in [("succeeds", 0), ("fails", 101), ("panics", 101), ("times_out", 101)] {
        let folder = Folder::new();
        let _ = run(&folder, &[&format!("endings::{benchmark}"), "--test"]).expect_code(code);
        assert_eq!(containers(&folder), 0, "{benchmark}");
    }
}

fn at_work(folder: &Folder) -> Running {
    let run = suite(folder, &["endings::goes_on", "--output", "json=out.json"]).start();
    until("at work", || {
        folder.join("notes").exists() && folder.lines("notes").iter().any(|line| line == "at work")
    });
    run
}

#[test]
fn no_container_outlives_a_signal() {
    if !is_possible() {
        return;
    }
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let folder = Folder::new();
        let run = at_work(&folder);
        assert_eq!(containers(&folder), 1);
        run.signal(signal);
        let _ = run.ended().expect_code(code);
        assert_eq!(containers(&folder), 0, "{signal:?}");
    }
}

#[test]
fn the_next_start_removes_what_a_killed_runner_left_and_nothing_else() {
    if !is_possible() {
        return;
    }
    let (killed, beside, next) = (Folder::new(), Folder::new(), Folder::new());
    let alive = at_work(&beside);
    let run = at_work(&killed);
    run.signal(Signal::KILL);
    let _ = run.ended();
    assert_eq!(containers(&killed), 1, "a runner that is killed cannot tear down");
    let _ = self::run(&next, &["endings::succeeds", "--test"]).expect_code(0);
    assert_eq!((containers(&killed), containers(&beside)), (0, 1));
    alive.signal(Signal::INT);
    let _ = alive.ended().expect_code(130);
    assert_eq!(containers(&beside), 0);
}

#[test]
fn a_password_is_in_no_output_file_or_list_of_processes() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let run = at_work(&folder);
    let passwords = noted(&folder, "password ");
    let [password] = passwords.as_slice() else { panic!("one password: {passwords:?}") };
    for process in run.started() {
        for of in ["cmdline", "environ"] {
            let bytes = std::fs::read(format!("/proc/{}/{of}", process.id)).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&bytes).contains(password), "{of}");
        }
    }
    run.signal(Signal::INT);
    let ran = run.ended().expect_code(130);
    assert!(!ran.stdout.contains(password) && !ran.stderr.contains(password));
    for file in files(folder.path()).iter().filter(|file| !file.ends_with("notes")) {
        let text = std::fs::read(file).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&text).contains(password), "{}", file.display());
    }
    let again = Folder::new();
    let _ = self::run(&again, &["endings::succeeds", "--test"]).expect_code(0);
    assert_ne!(noted(&again, "password "), passwords, "every run has its own");
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_server_that_ends_or_never_answers_fails_with_what_it_said() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "wrong", "--test"]).expect_code(101);
    let result = result(&folder);
    let message = |id: &str| {
        let failure = &of_id(&result, &format!("wrong::{id}"))["failure"]["message"];
        failure.as_str().expect("a failure").to_owned()
    };
    let broken = message("broken");
    assert!(broken.contains("ended with exit code 1; its last lines:\nentrypoint: no password"), "{broken}");
    let silent = message("silent");
    assert!(silent.contains("it is not ready in time") && silent.contains("its last lines:"), "{silent}");
    assert_eq!(containers(&folder), 0);
}

#[test]
fn a_server_that_is_killed_fails_those_it_let_down_and_is_started_again_for_the_others() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "killed", "--test"]).expect_code(101);
    let result = result(&folder);
    let message = of_id(&result, "killed::a_kills_it")["failure"]["message"].as_str().expect("a failure");
    let image = image("REDIS");
    let ended =
        format!("; the service `redis` has ended: redis (`{image}`): its container ended with exit code 137");
    assert!(message.contains(&ended) && message.contains("its last lines:"), "{message}");
    assert_eq!(of_id(&result, "killed::b_goes_on")["outcome"], "passed");
    let warnings = e2e::warnings(&result["run"], "service");
    assert!(
        warnings.iter().any(|text| text.starts_with("the service `redis` ended and was started again: "))
    );
    assert_eq!(containers(&folder), 0);
}

#[test]
fn a_service_that_needs_one_which_was_killed_is_started_again_too() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "killed below", "--test"]).expect_code(101);
    let result = result(&folder);
    let failed = of_id(&result, "killed::c_kills_what_its_service_needs");
    let message = failed["failure"]["message"].as_str().expect("a failure");
    assert!(message.contains("; the service `pg` has ended: "), "{message}");
    let row = of_id(&result, "killed::d_goes_on");
    assert_eq!(
        (&row["outcome"], noted(&folder, "anew ").concat()),
        (&"passed".into(), "100".to_owned()),
        "{row}"
    );
    let told = e2e::warnings(&result["run"], "service");
    for start in [
        "the service `pg` ended and was started again: ",
        "the service `seeded` was started again: it needs `pg`",
    ] {
        assert!(told.iter().any(|text| text.starts_with(start)), "{told:?}");
    }
    assert_eq!(containers(&folder), 0);
}

#[test]
fn every_copy_of_a_database_starts_from_the_same_state_and_can_be_put_back() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "snapshots", "--test"]).expect_code(0);
    let told = ["changed ", "restored ", "anew "].map(|word| noted(&folder, word).concat());
    assert_eq!(told, ["40", "100", "100"]);
    assert_eq!(containers(&folder), 0);
}

#[test]
fn programs_of_one_parent_share_what_is_kept_until_that_ends() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let place = folder.path().display();
    let once = format!("{SUITE} --param folder={place} --test --keep-services");
    // The last command is not the shell's own process then.
    let script =
        format!("{once} existing::works_in_a && {once} ready::postgres && {once} --group snapshots; exit $?");
    let shell = Suite::of("sh").within(&folder).args(&["-c", &script]);
    let with_image = |shell: Suite, (name, _): &(&str, &str)| {
        shell.env(&format!("ADAPTER_BENCH_{name}_IMAGE"), image(name))
    };
    let mut shell = IMAGES.iter().fold(shell, with_image).start();
    let _ = shell.end().expect_code(0);
    let mut passwords = noted(&folder, "password ");
    assert_eq!(passwords.len(), 3);
    passwords.dedup();
    assert_eq!(passwords.len(), 1, "they are of one container");
    until("the container is gone", || containers(&folder) == 0);
}

#[test]
fn a_full_disk_is_told_when_the_server_starts_and_while_it_runs() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "full", "--test"]).expect_code(101);
    let result = result(&folder);
    for id in ["full::when_it_starts", "full::while_it_runs"] {
        let message = of_id(&result, id)["failure"]["message"].as_str().expect("a failure");
        assert!(message.contains("No space left on device"), "{id}: {message}");
    }
    assert_eq!(containers(&folder), 0);
}

/// A container that was there before the run. It goes when this does.
struct Container {
    id: String,
    port: String,
}

impl Container {
    /// One whose server listens at this port, with these options of the engine and these arguments.
    fn start(name: &str, port: &str, options: &[&str], arguments: &[&str]) -> Self {
        let (published, image) = (format!("127.0.0.1::{port}"), image(name));
        let run = [&["run", "--detach", "--publish", &published], options, &[&image], arguments].concat();
        let id = docker(&run).expect("a container").trim().to_owned();
        let bound = docker(&["port", &id, &format!("{port}/tcp")]).expect("a port");
        let port = bound.trim().rsplit(':').next().expect("a number").to_owned();
        Self { id, port }
    }

    fn try_exec(&self, command: &[&str]) -> Option<String> {
        let told = docker(&[&["exec", &self.id], command].concat());
        told.map(|told| told.trim().to_owned())
    }

    fn exec(&self, command: &[&str]) -> String {
        self.try_exec(command).unwrap_or_else(|| panic!("{command:?}"))
    }

    /// What the server answers to these bytes, up to this text; `None` where it does not.
    fn asked(&self, question: &[u8], until: &str) -> Option<String> {
        let mut stream = TcpStream::connect(format!("127.0.0.1:{}", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
        stream.write_all(question).ok()?;
        let (mut told, mut buffer) = (String::new(), [0; 4096]);
        while !told.contains(until) {
            let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
            told.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
        Some(told)
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        drop(docker(&["rm", "--force", "--volumes", &self.id]));
    }
}

/// What comes of one benchmark under these variables.
fn row(folder: &Folder, benchmark: &str, variables: &[(&str, &str)]) -> Value {
    let suite = suite(folder, &[benchmark, "--test", "--output", "json=out.json"]);
    let ran = variables.iter().fold(suite, |suite, (name, value)| suite.env(name, value)).run();
    assert!(!ran.stdout.contains("the-secret") && !ran.stderr.contains("the-secret"));
    of_id(&result(folder), benchmark).clone()
}

/// The failure of a benchmark whose server is at this URL, which the variable of that name has.
fn failure_at(variable: &str, url: &str, benchmark: &str) -> String {
    let row = row(&Folder::new(), benchmark, &[(variable, url)]);
    row["failure"]["message"].as_str().unwrap_or_else(|| panic!("a failure: {row}")).to_owned()
}

/// A PostgreSQL that was there before the run, with the password `the-secret`.
struct Existing {
    container: Container,
}

impl Existing {
    fn start() -> Self {
        let options = ["--tmpfs", "/var/lib/postgresql/data", "--env", "POSTGRES_PASSWORD=the-secret"];
        let server = Self { container: Container::start("POSTGRES", "5432", &options, &[]) };
        until("the server is there", || server.try_sql("SELECT 1").is_some());
        server
    }

    fn url(&self, login: &str, database: &str) -> String {
        format!("postgres://{login}@127.0.0.1:{}/{database}", self.container.port)
    }

    fn try_sql(&self, sql: &str) -> Option<String> {
        self.container.try_exec(&["psql", "-h", "/run/postgresql", "-U", "postgres", "-Atc", sql])
    }

    fn sql(&self, sql: &str) -> String {
        self.try_sql(sql).unwrap_or_else(|| panic!("{sql}"))
    }

    fn databases(&self) -> String {
        self.sql("SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database")
    }

    fn suite(&self, folder: &Folder, benchmark: &str) -> Suite {
        let suite = suite(folder, &[benchmark, "--test", "--output", "json=out.json"]);
        suite.env("ADAPTER_BENCH_POSTGRES_URL", self.url("postgres:the-secret", "postgres"))
    }

    /// The failure of a benchmark whose server is at this URL.
    fn failure(&self, url: &str, benchmark: &str) -> String {
        failure_at("ADAPTER_BENCH_POSTGRES_URL", url, benchmark)
    }

    /// Has the server let in those whom these lines let in, and whoever comes over its own socket.
    fn let_in(&self, lines: &[&str]) {
        let all = [&["local all all trust"], lines].concat().join("\n");
        let write = format!("echo '{all}' > /var/lib/postgresql/data/pg_hba.conf");
        self.container.exec(&["sh", "-c", &write]);
        self.sql("SELECT pg_reload_conf()");
    }
}

const UNTOUCHED: &str = "postgres template0 template1";

#[test]
fn on_an_existing_server_a_run_works_in_a_database_of_its_own_and_leaves_none() {
    if !is_possible() {
        return;
    }
    let (server, folder) = (Existing::start(), Folder::new());
    let _ = server.suite(&folder, "existing::works_in_a_database_of_its_own").run().expect_code(0);
    let database = noted(&folder, "database ").concat();
    assert!(database.starts_with("adapter_bench_"), "{database}");
    let _ = server.suite(&folder, "--group=snapshots").run().expect_code(0);
    assert_eq!(server.databases(), UNTOUCHED);
    assert_eq!(server.sql("SELECT count(*) FROM pg_tables WHERE tablename = 'mine'"), "0");
}

#[test]
fn what_a_killed_run_left_on_an_existing_server_goes_with_the_next_one_and_nothing_else_does() {
    if !is_possible() {
        return;
    }
    let (server, folder) = (Existing::start(), Folder::new());
    server.sql("CREATE DATABASE adapter_bench_of_a_user");
    let run = server.suite(&folder, "existing::goes_on_with_a_copy").start();
    until("at work", || folder.lines("notes").iter().any(|line| line == "at work"));
    let processes = run.started();
    run.signal(Signal::KILL);
    let _ = run.ended();
    until("the workers are gone", || processes.iter().all(|process| !is_alive(process.id)));
    let left = server.databases();
    assert!(left.contains(&noted(&folder, "copy ").concat()), "{left}");
    let _ = server.suite(&folder, "existing::works_in_a_database_of_its_own").run().expect_code(0);
    assert_eq!(server.databases(), format!("adapter_bench_of_a_user {UNTOUCHED}"));
}

fn is_alive(id: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, after)| !after.trim_start().starts_with('Z'))
}

#[test]
fn a_database_with_tables_in_it_is_refused_and_left_alone() {
    if !is_possible() {
        return;
    }
    let server = Existing::start();
    server.sql("CREATE TABLE customers AS SELECT 1 AS id");
    let url = server.url("postgres:the-secret", "postgres");
    let message = server.failure(&url, "existing::works_in_a_database_of_its_own");
    assert!(
        message.contains("the database `postgres` has tables that are not the harness's (public.customers)"),
        "{message}"
    );
    assert_eq!(server.databases(), UNTOUCHED);
    assert_eq!(server.sql("SELECT count(*) FROM customers"), "1");
}

#[test]
fn a_login_a_database_and_a_version_that_are_wrong_are_told_at_the_start() {
    if !is_possible() {
        return;
    }
    let server = Existing::start();
    server.sql("CREATE ROLE guest LOGIN PASSWORD 'the-secret'");
    let benchmark = "existing::works_in_a_database_of_its_own";
    for (login, database, expected) in [
        (
            "postgres:not-the-secret",
            "postgres",
            "password authentication failed for user \"postgres\" (28P01)",
        ),
        ("nobody:the-secret", "postgres", "password authentication failed for user \"nobody\" (28P01)"),
        ("postgres:the-secret", "nowhere", "database \"nowhere\" does not exist (3D000)"),
        ("guest:the-secret", "postgres", "let the user make one (ALTER ROLE guest CREATEDB)"),
    ] {
        let message = server.failure(&server.url(login, database), benchmark);
        let start = "the server that ADAPTER_BENCH_POSTGRES_URL names cannot be used: ";
        assert!(message.contains(start) && message.contains(expected), "{message}");
    }
    let url = server.url("postgres:the-secret", "postgres");
    let message = server.failure(&url, "existing::is_of_another_version");
    let version = server.sql("SHOW server_version");
    let version = version.split(' ').next().expect("a number");
    assert!(message.contains(&format!("postgres is of version {version}, and 99 is asked for")), "{message}");
    assert_eq!(server.databases(), UNTOUCHED);
}

#[test]
fn a_port_that_something_else_has_taken_is_told_and_in_the_way_of_no_container() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = stream;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let reason =
        reason(&[("ADAPTER_BENCH_POSTGRES_URL", &format!("postgres://me:the-secret@127.0.0.1:{port}/x"))]);
    assert!(reason.contains(&format!("does not answer at 127.0.0.1:{port}: ")), "{reason}");
    assert!(!reason.contains("the-secret"), "{reason}");
    if is_possible() {
        // Whether it is this test that holds the server's usual port, or somebody else.
        let _usual = std::net::TcpListener::bind("127.0.0.1:5432");
        let folder = Folder::new();
        let _ = run(&folder, &["endings::succeeds", "--test"]).expect_code(0);
    }
}

#[test]
fn an_older_login_works_too() {
    if !is_possible() {
        return;
    }
    let (server, folder) = (Existing::start(), Folder::new());
    server.sql("SET password_encryption = 'md5'; CREATE ROLE old SUPERUSER LOGIN PASSWORD 'the-secret'");
    server.let_in(&["host all old all md5"]);
    let suite = server.suite(&folder, "existing::works_in_a_database_of_its_own");
    let _ = suite
        .env("ADAPTER_BENCH_POSTGRES_URL", server.url("old:the-secret", "postgres"))
        .run()
        .expect_code(0);
}

/// The reason for which PostgreSQL is skipped under these variables.
fn reason(variables: &[(&str, &str)]) -> String {
    let folder = Folder::new();
    let suite = suite(&folder, &["endings::succeeds", "--test", "--output", "json=out.json"]);
    let suite = variables.iter().fold(suite, |suite, (name, value)| suite.env(name, value));
    let _ = suite.run().expect_code(0);
    let result = result(&folder);
    of_id(&result, "endings::succeeds")["reason"].as_str().expect("it is skipped").to_owned()
}

#[test]
fn without_an_engine_what_needs_one_is_skipped_with_what_to_do() {
    let reason = reason(&[("DOCKER_HOST", "unix:///nowhere/engine.sock")]);
    let start = "succeeds ← pg: no container engine: there is no socket at /nowhere/engine.sock";
    assert!(reason.starts_with(start), "{reason}");
    assert!(reason.contains("DOCKER_HOST") && reason.contains("ADAPTER_BENCH_POSTGRES_URL"), "{reason}");
}

#[test]
fn an_engine_that_does_not_answer_is_not_waited_for() {
    let folder = Folder::new();
    let socket = folder.join("engine.sock");
    let _deaf = UnixListener::bind(&socket).expect("a socket");
    let reason = reason(&[("DOCKER_HOST", &format!("unix://{}", socket.display()))]);
    assert!(
        reason.contains("no container engine answers at") && reason.contains("it is silent for 3 s"),
        "{reason}"
    );
}

#[test]
fn an_engine_that_is_gone_is_told() {
    let folder = Folder::new();
    let socket = folder.join("engine.sock");
    drop(UnixListener::bind(&socket).expect("a socket"));
    let reason = reason(&[("DOCKER_HOST", &format!("unix://{}", socket.display()))]);
    assert!(reason.contains("nothing listens there. Start it"), "{reason}");
}

#[test]
fn an_image_that_is_not_to_be_had_is_told() {
    if !is_possible() {
        return;
    }
    let reason = reason(&[("ADAPTER_BENCH_POSTGRES_IMAGE", "localhost:1/none/such:1")]);
    assert!(reason.contains("the image `localhost:1/none/such:1` is not to be had: "), "{reason}");
    for variable in ["ADAPTER_BENCH_POSTGRES_IMAGE", "ADAPTER_BENCH_POSTGRES_URL"] {
        assert!(reason.contains(variable), "{reason}");
    }
}

#[test]
fn an_existing_server_that_does_not_answer_is_told_without_its_password() {
    let reason = reason(&[("ADAPTER_BENCH_POSTGRES_URL", "postgres://me:the-secret@127.0.0.1:1/x")]);
    let start =
        "succeeds ← pg: the server that ADAPTER_BENCH_POSTGRES_URL names does not answer at 127.0.0.1:1: ";
    assert!(reason.starts_with(start) && !reason.contains("the-secret"), "{reason}");
}

#[test]
fn servers_that_cannot_be_had_here_are_skipped_with_the_reason() {
    let names = ["mongodb", "neo4j", "qdrant", "scylladb"];
    let folder = Folder::new();
    let suite = suite(&folder, &["--group", "elsewhere", "--test", "--output", "json=out.json"]);
    let suite = names.iter().fold(suite, |suite, name| {
        let variable = format!("ADAPTER_BENCH_{}_URL", name.to_uppercase());
        suite.env(&variable, format!("{name}://me:the-secret@127.0.0.1:1"))
    });
    let _ = suite.run().expect_code(0);
    let result = result(&folder);
    for name in names {
        let row = of_id(&result, &format!("elsewhere::on_{name}"));
        let reason = row["reason"].as_str().unwrap_or_else(|| panic!("it is skipped: {row}"));
        let variable = format!("ADAPTER_BENCH_{}_URL", name.to_uppercase());
        let told = format!("the server that {variable} names does not answer at 127.0.0.1:1: ");
        assert!(reason.contains(&told) && !reason.contains("the-secret"), "{reason}");
    }
}

#[test]
fn a_url_that_is_none_is_a_failure_that_says_how_it_is_written() {
    let folder = Folder::new();
    let suite = suite(&folder, &["endings::succeeds", "--test", "--output", "json=out.json"]);
    let ran = suite.env("ADAPTER_BENCH_POSTGRES_URL", "me:the-secret@db").run().expect_code(101);
    let result = result(&folder);
    let message = of_id(&result, "endings::succeeds")["failure"]["message"].as_str().expect("a failure");
    assert!(message.contains("write it as postgres://USER:PASSWORD@HOST:PORT/DATABASE"), "{message}");
    assert!(!message.contains("the-secret") && !ran.stderr.contains("the-secret"));
}

#[test]
fn a_server_tells_what_it_is() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "ready", "--test"]).expect_code(0);
    let result = result(&folder);
    let identity = |name: &str| of_id(&result, &format!("ready::{name}"))["identity"].clone();
    let [postgres, redis, nats, rabbitmq] = ["postgres", "redis", "nats", "rabbitmq"].map(identity);
    assert_eq!(postgres["postgres.image"], image("POSTGRES"));
    let digest =
        docker(&["image", "inspect", "--format", "{{.Id}}", &image("POSTGRES")]).expect("it is there");
    assert_eq!(postgres["postgres.image_digest"], digest.trim());
    assert_eq!(
        (&postgres["postgres.data"], &postgres["postgres.cpu_limit"]),
        (&"in memory".into(), &"1".into())
    );
    for name in ["version", "shared_buffers", "fsync", "synchronous_commit", "work_mem"] {
        assert!(postgres[format!("postgres.{name}")].is_string(), "{name} in {postgres}");
    }
    assert_eq!((redis["redis.version"].is_string(), &redis["redis.arguments"]), (true, &"--save ".into()));
    assert_eq!((&redis["redis.appendonly"], &redis["redis.save"]), (&"no".into(), &"".into()));
    assert_eq!(nats["nats.image"], image("NATS"));
    for (told, name) in [(nats, "nats"), (rabbitmq, "rabbitmq")] {
        // The images have the major version as their tag.
        let version = told[format!("{name}.version")].as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
        let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
        assert!(major.is_some_and(|major| major > 0), "{version}");
    }
}

#[test]
fn an_arm_that_leaves_other_rows_in_its_database_is_a_failed_row() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let _ = run(&folder, &["--group", "left", "--test"]).expect_code(101);
    let result = result(&folder);
    for id in ["left::each", "left::each_again"] {
        assert_eq!(of_id(&result, id)["outcome"], "passed", "{id}");
    }
    let failure = &of_id(&result, "left::every_second")["failure"];
    assert_eq!(failure["kind"], "end_state");
    // 1 to 5 are gone there, and 2, 4, 6, 8 and 10 here.
    let message = failure["message"].as_str().expect("a text");
    assert!(message.contains("\"5020\"") && message.contains("\"5035\""), "{message}");
}

#[test]
fn an_index_that_was_made_in_between_changes_the_plan() {
    if !is_possible() {
        return;
    }
    let folder = Folder::new();
    let told = ["--group", "plan", "--quick", "--measure", "time", "--max-rounds", "6"];
    let _ = run(&folder, &[&told[..], &["--save", "scanned"]].concat()).expect_code(0);
    let _ = run(&folder, &[&told[..], &["--compare", "scanned", "--param", "indexed=yes"]].concat());
    let result = result(&folder);
    let row = of_id(&result, "planned");
    let how = "the plan of `one` was `Seq Scan on orders`, and is `Index Only Scan using by_id on orders`";
    let reason = row["verdicts"][0]["reason"].as_str().expect("a reason");
    assert!(reason.starts_with(how), "{row}");
    assert_eq!(row["plans"]["one"]["text"], "Index Only Scan using by_id on orders\n  Index Cond: (id = ?)");
}

#[test]
fn a_redis_with_keys_in_it_is_refused_and_left_alone() {
    if !is_possible() {
        return;
    }
    let server = Container::start("REDIS", "6379", &[], &["--requirepass", "the-secret"]);
    let cli = |command: &[&str]| {
        server.exec(&[&["redis-cli", "--no-auth-warning", "-a", "the-secret"], command].concat())
    };
    until("the server is there", || server.asked(b"PING\r\n", "NOAUTH").is_some());
    cli(&["SET", "customer", "1"]);
    let url = |login: &str, database: &str| format!("redis://{login}@127.0.0.1:{}{database}", server.port);
    let failure = |url: &str| failure_at("ADAPTER_BENCH_REDIS_URL", url, "keyed::leaves_a_key");
    let message = failure(&url(":the-secret", ""));
    assert!(
        message.contains("it has keys that are not the harness's (customer), and may be in use"),
        "{message}"
    );
    let message = failure(&url(":not-the-secret", ""));
    assert!(message.contains("cannot be used: it refuses: WRONGPASS "), "{message}");
    let message = failure(&url(":the-secret", "/99"));
    assert!(message.contains("cannot be used: it refuses: ERR "), "{message}");
    let (folder, other) = (Folder::new(), url(":the-secret", "/1"));
    let row = row(&folder, "ready::redis", &[("ADAPTER_BENCH_REDIS_URL", &other)]);
    assert_eq!(row["outcome"], "passed", "another database is empty: {row}");
    assert_eq!(cli(&["INFO", "keyspace"]).lines().count(), 2, "{}", cli(&["INFO", "keyspace"]));
    assert_eq!(cli(&["KEYS", "*"]), "customer");
}

/// What runs leave on a server that was there before, of which `left` tells how much is on it: nothing, however they end.
/// `group` has a benchmark `goes_on`, and one called `leaves`; `while_it_runs` is what a run has there.
fn nothing_is_left(
    variable: &str,
    url: &str,
    group: &str,
    leaves: &str,
    while_it_runs: usize,
    left: &dyn Fn() -> usize,
) {
    let (folder, next) = (Folder::new(), Folder::new());
    let passes = || row(&next, &format!("{group}::{leaves}"), &[(variable, url)])["outcome"] == "passed";
    assert!(passes());
    assert_eq!(left(), 0);
    for signal in [Signal::INT, Signal::KILL] {
        folder.write("notes", "");
        let run = suite(&folder, &[&format!("{group}::goes_on"), "--test"]).env(variable, url).start();
        until("at work", || folder.lines("notes").iter().any(|line| line == "at work"));
        assert!(passes(), "a run beside it is in nobody's way");
        assert_eq!(left(), while_it_runs);
        run.signal(signal);
        let _ = run.ended();
        // A runner that is killed cannot tear down.
        assert_eq!(left(), if signal == Signal::KILL { while_it_runs } else { 0 });
    }
    assert!(passes());
    assert_eq!(left(), 0);
}

#[test]
fn what_runs_leave_on_an_existing_redis_goes_with_them_or_with_the_next_one() {
    if !is_possible() {
        return;
    }
    let server = Container::start("REDIS", "6379", &[], &[]);
    until("the server is there", || server.asked(b"PING\r\n", "PONG").is_some());
    let keys = || server.exec(&["redis-cli", "DBSIZE"]).parse().expect("a number");
    let url = format!("redis://127.0.0.1:{}", server.port);
    // A key, and word of the run.
    nothing_is_left("ADAPTER_BENCH_REDIS_URL", &url, "keyed", "leaves_a_key", 2, &keys);
}

/// What the JetStream of a server answers.
fn jetstream(server: &Container, login: &str, what: &str, body: &str) -> String {
    let (connect, length) = (format!("CONNECT {{\"verbose\":false{login}}}\r\nSUB here 1\r\n"), body.len());
    let question = format!("{connect}PUB $JS.API.{what} here {length}\r\n{body}\r\n");
    server.asked(question.as_bytes(), "\"type\"").expect("an answer of JetStream")
}

#[test]
fn a_nats_with_streams_in_it_is_refused_and_left_alone() {
    if !is_possible() {
        return;
    }
    let arguments = ["-js", "--user", "me", "--pass", "the-secret"];
    let server = Container::start("NATS", "4222", &[], &arguments);
    until("the server is there", || server.asked(b"", "INFO").is_some());
    let login = ",\"user\":\"me\",\"pass\":\"the-secret\"";
    let streams = || jetstream(&server, login, "STREAM.NAMES", "{}");
    let url = |login: &str| format!("nats://{login}@127.0.0.1:{}", server.port);
    let here = url("me:the-secret");
    let passes =
        || row(&Folder::new(), "ready::nats", &[("ADAPTER_BENCH_NATS_URL", &here)])["outcome"] == "passed";
    assert!(passes());
    assert!(streams().contains("\"total\":0"), "{}", streams());
    let created =
        jetstream(&server, login, "STREAM.CREATE.orders", "{\"name\":\"orders\",\"subjects\":[\"o\"]}");
    assert!(created.contains("\"created\""), "{created}");
    let failure = |url: &str| failure_at("ADAPTER_BENCH_NATS_URL", url, "ready::nats");
    let message = failure(&here);
    assert!(
        message.contains("it has streams that are not the harness's (orders), and may be in use"),
        "{message}"
    );
    assert!(streams().contains("\"total\":1"), "{}", streams());
    let message = failure(&url("me:not-the-secret"));
    assert!(message.contains("cannot be used: it refuses: Authorization Violation"), "{message}");
    jetstream(&server, login, "STREAM.DELETE.orders", "{}");
    assert!(passes());
}

#[test]
fn a_token_of_nats_is_shown_nowhere() {
    if !is_possible() {
        return;
    }
    let server = Container::start("NATS", "4222", &[], &["--auth", "the-secret-token"]);
    until("the server is there", || server.asked(b"", "INFO").is_some());
    let at = |token: &str| format!("nats://{token}@127.0.0.1:{}", server.port);
    for (token, expected) in [("the-secret-token", ""), ("not-the-secret-token", "Authorization Violation")] {
        // `row` looks for it in what the run prints.
        let row = row(&Folder::new(), "endings::fails_with_nats", &[("ADAPTER_BENCH_NATS_URL", &at(token))]);
        let message = row["failure"]["message"].as_str().unwrap_or_else(|| panic!("a failure: {row}"));
        assert!(message.contains(expected) && !row.to_string().contains("the-secret"), "{row}");
    }
}

#[test]
fn what_runs_leave_on_an_existing_nats_goes_with_them_or_with_the_next_one() {
    if !is_possible() {
        return;
    }
    let arguments = ["-js", "--user", "me", "--pass", "the-secret"];
    let server = Container::start("NATS", "4222", &[], &arguments);
    until("the server is there", || server.asked(b"", "INFO").is_some());
    let names = || jetstream(&server, ",\"user\":\"me\",\"pass\":\"the-secret\"", "STREAM.NAMES", "{}");
    let streams = || {
        let told = names();
        let total = told.split("\"total\":").nth(1).and_then(|rest| rest.split([',', '}']).next());
        total.and_then(|total| total.parse().ok()).unwrap_or_else(|| panic!("{told}"))
    };
    let url = format!("nats://me:the-secret@127.0.0.1:{}", server.port);
    // A stream, and word of the run.
    nothing_is_left("ADAPTER_BENCH_NATS_URL", &url, "streamed", "leaves_a_stream", 2, &streams);
}

#[test]
fn a_login_to_rabbitmq_that_is_wrong_is_told_at_the_start() {
    if !is_possible() {
        return;
    }
    let options = ["--env", "RABBITMQ_DEFAULT_USER=me", "--env", "RABBITMQ_DEFAULT_PASS=the-secret"];
    let server = Container::start("RABBITMQ", "5672", &options, &[]);
    until("the server is there", || server.asked(b"AMQP\0\0\x09\x01", "RabbitMQ").is_some());
    let url = |login: &str, path: &str| format!("amqp://{login}@127.0.0.1:{}{path}", server.port);
    for (login, path, expected) in [
        ("me:not-the-secret", "", "it refuses: ACCESS_REFUSED - "),
        ("nobody:the-secret", "", "it refuses: ACCESS_REFUSED - "),
        ("me:the-secret", "/nowhere", "it refuses: NOT_ALLOWED - "),
    ] {
        let message = failure_at("ADAPTER_BENCH_RABBITMQ_URL", &url(login, path), "ready::rabbitmq");
        assert!(message.contains(&format!("cannot be used: {expected}")), "{message}");
    }
    for path in ["", "/%2f"] {
        let here = url("me:the-secret", path);
        let row = row(&Folder::new(), "ready::rabbitmq", &[("ADAPTER_BENCH_RABBITMQ_URL", &here)]);
        assert_eq!(row["outcome"], "passed", "{row}");
    }
}

#[test]
fn a_postgres_that_insists_on_tls_is_told_with_what_to_do() {
    if !is_possible() {
        return;
    }
    let (server, benchmark) = (Existing::start(), "existing::works_in_a_database_of_its_own");
    let url = server.url("postgres:the-secret", "postgres");
    let message = server.failure(&format!("{url}?sslmode=require"), benchmark);
    assert!(message.contains("its URL asks for TLS: the harness speaks none"), "{message}");
    server.let_in(&["hostssl all all all scram-sha-256"]);
    let message = server.failure(&url, benchmark);
    assert!(message.contains("no pg_hba.conf entry for host") && !message.contains("TLS"), "{message}");
    if !with_certificate(&server) {
        return;
    }
    let message = server.failure(&url, benchmark);
    let told = ["no pg_hba.conf entry for host", "it offers TLS, and may insist on it", "tunnel"];
    assert!(told.iter().all(|told| message.contains(told)), "{message}");
}

/// Has the server speak TLS; `false` where no certificate can be made here, which is said.
fn with_certificate(server: &Existing) -> bool {
    let folder = Folder::new();
    let (key, certificate) = (folder.join("server.key"), folder.join("server.crt"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=localhost",
            "-keyout",
        ])
        .args([key.as_os_str(), "-out".as_ref(), certificate.as_os_str()])
        .output();
    if !made.is_ok_and(|made| made.status.success()) {
        e2e::left_out("there is no openssl to make a certificate with");
        return false;
    }
    let Container { id, .. } = &server.container;
    for file in [&key, &certificate] {
        docker(&["cp", &file.display().to_string(), &format!("{id}:/tmp/")]).expect("it is copied");
    }
    // The folder of the data is in memory, where the engine does not reach.
    let place = "cd /tmp && cp server.key server.crt $PGDATA && cd $PGDATA && chown postgres server.* && chmod 600 server.*";
    server.container.exec(&["sh", "-c", place]);
    server.sql("ALTER SYSTEM SET ssl = on");
    server.sql("SELECT pg_reload_conf()");
    until("it speaks TLS", || server.sql("SHOW ssl") == "on");
    true
}
