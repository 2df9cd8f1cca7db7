//! One container, from its start until its server is ready. Main type: [`Container`].

use std::collections::BTreeMap;
use std::error::Error;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::engine::{Engine, EngineError};
use super::image::{Image, Login};
use super::kept::{Keeper, password_of};
use super::leftovers::{Owner, remove, sweep};
use super::random;
use super::ready::NotReady;
use super::server::Server;
use crate::fixture::{Scope, Unavailable};
use crate::secrets::{self, conceal};

/// How often a server is asked whether it is ready.
const ASK: Duration = Duration::from_millis(20);

/// How often the engine is asked whether the container still runs.
const LOOK: Duration = Duration::from_millis(250);

/// How many of the last lines of a server are told.
const LAST_LINES: usize = 10;

/// A container on its way, or one that is watched.
#[derive(Clone)]
pub(super) struct Container {
    image: Image,
    engine: Engine,
    id: String,
    password: String,
}

type Failed = Box<dyn Error>;

impl Container {
    /// Starts a container and waits until its server is ready; or takes over the one that an earlier program has kept.
    pub(super) fn start(image: &Image, engine: &Engine, scope: &Scope) -> Result<Server, Failed> {
        sweep(engine)?;
        let Some(keeper) = Keeper::of(scope, &order(image, "", &Value::Null)) else {
            let container = Self::create(image, engine, scope, &Owner::this(scope.run()).labels())?;
            container.remove_after(scope);
            return container.started(scope);
        };
        let server = match keeper.find(engine)? {
            Some(id) => Self::found(image, engine, id)?.taken_over(scope)?,
            None => Self::create(image, engine, scope, &keeper.labels())?.kept(&keeper, scope)?,
        };
        image.set_apart(server, scope)
    }

    fn create(image: &Image, engine: &Engine, scope: &Scope, labels: &Value) -> Result<Self, Failed> {
        let password = if matches!(image.login, Login::None) { String::new() } else { random()? };
        secrets::keep(&password, &[]);
        let id = create(image, engine, scope, &order(image, &password, labels))?;
        Ok(Self { image: image.clone(), engine: engine.clone(), id, password })
    }

    fn found(image: &Image, engine: &Engine, id: String) -> Result<Self, Failed> {
        let mut found = Self { image: image.clone(), engine: engine.clone(), id, password: String::new() };
        found.password = password_of(image, &found.inspect()?);
        secrets::keep(&found.password, &[]);
        Ok(found)
    }

    fn remove_after(&self, scope: &Scope) {
        let (id, engine) = (self.id.clone(), self.engine.clone());
        scope.on_teardown(move || drop(remove(&engine, &id)));
    }

    fn started(self, scope: &Scope) -> Result<Server, Failed> {
        self.engine
            .raw("POST", &format!("/containers/{}/start", self.id), None)
            .map_err(|error| self.not_started(&error))?;
        self.watched(scope)
    }

    /// The server once it is ready, and watched from then on.
    fn watched(self, scope: &Scope) -> Result<Server, Failed> {
        let server = self.ready(scope)?;
        scope.watch(move || self.inspect().map(drop).map_err(|why| why.to_string()));
        Ok(server)
    }

    /// Starts one that stays for other programs.
    fn kept(self, keeper: &Keeper, scope: &Scope) -> Result<Server, Failed> {
        if keeper.guard(&self.engine, &self.id).is_err() {
            // It could not be removed in time.
            self.remove_after(scope);
            return self.started(scope);
        }
        let (id, engine) = (self.id.clone(), self.engine.clone());
        self.started(scope).inspect_err(|_| drop(remove(&engine, &id)))
    }

    fn taken_over(self, scope: &Scope) -> Result<Server, Failed> {
        scope.progress("taking over what an earlier program has started");
        let image = self.image.clone();
        image.cleared(self.watched(scope)?)
    }

    fn not_started(&self, error: &EngineError) -> String {
        format!("the container of `{}` does not start: {error}", self.image.image)
    }

    /// Waits until the server answers.
    fn ready(&self, scope: &Scope) -> Result<Server, Failed> {
        let mut looked = Instant::now();
        let mut server = self.server(&self.inspect()?, scope)?;
        loop {
            // It has just made the user that it refuses, and may not have come to that.
            let silence = match self.image.ready.check(&server) {
                Ok(version) => return self.image.checked(Server { version, ..server }),
                Err(NotReady::Silent(error)) => error.to_string(),
                Err(NotReady::Refuses(why)) => why,
            };
            if scope.is_cancelled() {
                return Err(Unavailable::new("the run was stopped before it was ready").into());
            }
            if scope.time_left().is_zero() {
                return Err(self.with_last_lines(&format!("it is not ready in time ({silence})")).into());
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                server = self.server(&self.inspect()?, scope)?;
            }
            thread::sleep(ASK);
        }
    }

    fn inspect(&self) -> Result<Value, Failed> {
        let state = self.engine.json("GET", &format!("/containers/{}/json", self.id), None)?;
        match &state["State"] {
            ended if ended["Running"] == false => {
                let code = ended["ExitCode"].as_i64().unwrap_or(-1);
                Err(self.with_last_lines(&format!("its container ended with exit code {code}")).into())
            }
            _ => Ok(state),
        }
    }

    /// What is known of the server once its container runs.
    fn server(&self, state: &Value, scope: &Scope) -> Result<Server, Failed> {
        let Image { name, image, scheme, user, database, ports: wanted, .. } = &self.image;
        let bound = &state["NetworkSettings"]["Ports"];
        let port_of = |port: &u16| {
            let host_port = bound[format!("{port}/tcp")][0]["HostPort"].as_str()?.parse().ok()?;
            Some((*port, host_port))
        };
        let ports: BTreeMap<u16, u16> = wanted.iter().filter_map(port_of).collect();
        let port = ports.get(&wanted[0]).copied();
        let port = port.ok_or_else(|| self.with_last_lines("the engine gave its container no port"))?;
        Ok(Server {
            name: name.clone(),
            image: Some(image.clone()),
            image_id: state["Image"].as_str().map(str::to_owned),
            host: "127.0.0.1".to_owned(),
            port,
            user: user.clone(),
            password: self.password.clone(),
            database: database.clone(),
            run: scope.run().to_owned(),
            version: None,
            home: String::new(),
            scheme: scheme.clone(),
            ports,
        })
    }

    /// What happened, and what the server said last; without its password.
    fn with_last_lines(&self, what: &str) -> String {
        let path = format!("/containers/{}/logs?stdout=true&stderr=true&tail={LAST_LINES}", self.id);
        let lines = self.engine.raw("GET", &path, None).map(|log| text_of(&log)).unwrap_or_default();
        let lines = conceal(&lines);
        let (name, image) = (&self.image.name, &self.image.image);
        match lines.trim() {
            "" => format!("{name} (`{image}`): {what}; it wrote nothing"),
            lines => format!("{name} (`{image}`): {what}; its last lines:\n{lines}"),
        }
    }
}

/// Makes a container; the image is pulled if the engine has none of that name.
fn create(image: &Image, engine: &Engine, scope: &Scope, order: &Value) -> Result<String, Failed> {
    let create = || engine.json("POST", "/containers/create", Some(order));
    let created = match create() {
        Err(EngineError::Refused { status: 404, .. }) => {
            pull(image, engine, scope)?;
            if scope.is_cancelled() {
                return Err(Unavailable::new("the run was stopped while its image was pulled").into());
            }
            create()
        }
        created => created,
    };
    let created =
        created.map_err(|error| format!("no container can be made of `{}`: {error}", image.image))?;
    Ok(created["Id"].as_str().ok_or("the engine made a container and does not say which")?.to_owned())
}

fn pull(image: &Image, engine: &Engine, scope: &Scope) -> Result<(), Unavailable> {
    scope.progress(format!("pulling {}", image.image));
    let path = format!("/images/create?fromImage={}", image.image.replace('/', "%2F").replace(':', "%3A"));
    let why = match engine.raw("POST", &path, None) {
        Ok(told) => match error_in(&told) {
            None => return Ok(()),
            Some(error) => error,
        },
        Err(EngineError::Refused { message, .. }) => message,
        Err(error) => error.to_string(),
    };
    let (image, another, server) = (&image.image, image.variable("IMAGE"), image.variable("URL"));
    Err(Unavailable::new(format!(
        "the image `{image}` is not to be had: {why}. Pull or build it, name another one with {another}, or a server that \
         runs already with {server}"
    )))
}

/// The error in what the engine tells of a pull, a JSON value per line.
fn error_in(told: &[u8]) -> Option<String> {
    let lines =
        told.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    lines.filter_map(|line| line["error"].as_str().map(str::to_owned)).next()
}

/// What the engine is asked to make.
fn order(image: &Image, password: &str, labels: &Value) -> Value {
    let (mut exposed, mut bindings, mut in_memory) = (Map::new(), Map::new(), Map::new());
    for port in image.ports.iter().map(|port| format!("{port}/tcp")) {
        exposed.insert(port.clone(), json!({}));
        bindings.insert(port, json!([{ "HostIp": "127.0.0.1", "HostPort": "" }]));
    }
    for folder in image.data.iter().filter(|_| image.in_memory) {
        let size = image.data_size.map(|bytes| format!(",size={bytes}")).unwrap_or_default();
        in_memory.insert(folder.clone(), json!(format!("rw{size}")));
    }
    let mut order = json!({
        "Image": image.image,
        "Env": environment(image, password),
        "Labels": labels,
        "ExposedPorts": exposed,
        "HostConfig": {
            "PortBindings": bindings,
            "Tmpfs": in_memory,
            "Memory": image.memory.unwrap_or(0),
            "NanoCpus": image.cpus.map_or(0, |cpus| (cpus * 1e9) as i64),
        },
    });
    if !image.args.is_empty() {
        order["Cmd"] = json!(image.args);
    }
    order
}

fn environment(image: &Image, password: &str) -> Vec<String> {
    let login: Vec<(String, String)> = match &image.login {
        Login::None => Vec::new(),
        Login::Apart { user, password: variable } => {
            let user = user.iter().map(|variable| (variable.clone(), image.user.clone()));
            user.chain([(variable.clone(), password.to_owned())]).collect()
        }
        Login::Joined(variable) => vec![(variable.clone(), format!("{}/{password}", image.user))],
    };
    login.iter().chain(&image.env).map(|(name, value)| format!("{name}={value}")).collect()
}

/// The text of a log, which comes in frames of eight bytes and what they announce, unless the container has a terminal.
fn text_of(log: &[u8]) -> String {
    let (mut text, mut rest) = (Vec::new(), log);
    while let [0..=2, 0, 0, 0, a, b, c, d, after @ ..] = rest {
        let size = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let (line, next) = after.split_at(size.min(after.len()));
        text.extend_from_slice(line);
        rest = next;
    }
    text.extend_from_slice(rest);
    String::from_utf8_lossy(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::containers::{neo4j, postgres};

    #[test]
    fn a_log_comes_in_frames_or_plain() {
        let framed = b"\x01\0\0\0\0\0\0\x03ab\n\x02\0\0\0\0\0\0\x02c\n";
        assert_eq!(text_of(framed), "ab\nc\n");
        assert_eq!(text_of(b"plain\n"), "plain\n");
    }

    #[test]
    fn a_container_is_limited_labelled_and_reached_from_this_machine_only() {
        let image = postgres().data_in_memory().memory(1 << 28).cpus(0.5).arg("-c").arg("fsync=off");
        let order = order(&image, "secret", &Owner::this("run-1").labels());
        assert_eq!(order["HostConfig"]["PortBindings"]["5432/tcp"][0]["HostIp"], "127.0.0.1");
        assert_eq!(order["HostConfig"]["Tmpfs"], json!({ "/var/lib/postgresql/data": "rw" }));
        assert_eq!(
            (&order["HostConfig"]["Memory"], &order["HostConfig"]["NanoCpus"]),
            (&json!(1 << 28), &json!(500_000_000))
        );
        assert_eq!(order["Labels"]["adapter-bench.run"], "run-1");
        assert_eq!(order["Env"], json!(["POSTGRES_USER=postgres", "POSTGRES_PASSWORD=secret"]));
        assert_eq!(order["Cmd"], json!(["-c", "fsync=off"]));
        assert_eq!(environment(&neo4j(), "secret"), ["NEO4J_AUTH=neo4j/secret"]);
    }

    #[test]
    fn the_error_of_a_pull_is_among_what_the_engine_tells() {
        let told = b"{\"status\":\"Pulling\"}\n{\"error\":\"no such image\"}\n";
        assert_eq!(error_in(told).as_deref(), Some("no such image"));
        assert_eq!(error_in(b"{\"status\":\"Done\"}\n"), None);
    }
}
