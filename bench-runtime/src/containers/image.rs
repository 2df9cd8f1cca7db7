//! What is started, and how. Main type: [`Image`].

use std::time::{Duration, Instant};

use super::basis;
use super::container::Container;
use super::engine::Engine;
use super::ready::{NotReady, Ready, TLS};
use super::server::{self, Server};
use super::{nats, pg, redis, shared};
use crate::fixture::{Scope, Unavailable};
use crate::secrets;

/// An existing server that does not answer within this time is not there.
const EXISTING: Duration = Duration::from_secs(5);

/// An image that a container is started from, and what is known of the server in it.
///
/// The functions of this module make it for servers that are known here; [`Image::new`] for any other.
#[derive(Clone, Debug)]
#[must_use = "`start` starts it"]
pub struct Image {
    pub(super) name: String,
    pub(super) image: String,
    pub(super) scheme: String,
    pub(super) ports: Vec<u16>,
    pub(super) user: String,
    pub(super) database: String,
    pub(super) login: Login,
    pub(super) env: Vec<(String, String)>,
    pub(super) args: Vec<String>,
    pub(super) data: Vec<String>,
    pub(super) in_memory: bool,
    pub(super) data_size: Option<u64>,
    pub(super) memory: Option<u64>,
    pub(super) cpus: Option<f64>,
    pub(super) major: Option<u32>,
    pub(super) ready: Ready,
}

/// How the server is told its password.
#[derive(Clone, Debug)]
pub(super) enum Login {
    /// It has none.
    None,
    /// In a variable of its environment, the user in another one.
    Apart {
        /// The variable of the user, if any.
        user: Option<String>,
        /// That of the password.
        password: String,
    },
    /// In one variable, as `user/password`.
    Joined(String),
}

impl Image {
    /// Any image: `name` is what it is called here and in the variables `ADAPTER_BENCH_<NAME>_URL` and `…_IMAGE`, `image`
    /// is pulled unless the engine has it, `port` is where its server listens. It is ready when that port accepts a
    /// connection.
    pub fn new(name: impl Into<String>, image: impl Into<String>, port: u16) -> Self {
        let name = name.into();
        Self {
            image: image.into(),
            scheme: name.clone(),
            name,
            ports: vec![port],
            user: String::new(),
            database: String::new(),
            login: Login::None,
            env: Vec::new(),
            args: Vec::new(),
            data: Vec::new(),
            in_memory: false,
            data_size: None,
            memory: None,
            cpus: None,
            major: None,
            ready: Ready::Listens,
        }
    }

    pub(super) fn known(name: &str, image: &str, scheme: &str, port: u16) -> Self {
        Self { scheme: scheme.to_owned(), ..Self::new(name, image, port) }
    }

    pub(super) fn with_login(self, user: &str, user_variable: &str, password: &str) -> Self {
        let login = Login::Apart { user: Some(user_variable.to_owned()), password: password.to_owned() };
        Self { user: user.to_owned(), login, ..self }
    }

    pub(super) fn with_joined_login(self, user: &str, variable: &str) -> Self {
        Self { user: user.to_owned(), login: Login::Joined(variable.to_owned()), ..self }
    }

    pub(super) fn with_data(self, folders: &[&str]) -> Self {
        Self { data: folders.iter().map(|folder| (*folder).to_owned()).collect(), ..self }
    }

    pub(super) fn with_database(self, database: &str) -> Self {
        Self { database: database.to_owned(), ..self }
    }

    pub(super) fn with_ready(self, ready: Ready) -> Self {
        Self { ready, ..self }
    }

    /// Gives the server a random password, in this variable of its environment.
    pub fn with_password(self, variable: impl Into<String>) -> Self {
        Self { login: Login::Apart { user: None, password: variable.into() }, ..self }
    }

    /// Another image than the usual one. `ADAPTER_BENCH_<NAME>_IMAGE` goes before it.
    pub fn image(self, image: impl Into<String>) -> Self {
        Self { image: image.into(), ..self }
    }

    /// Sets a variable of the server's environment.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.push((name.into(), value.into()));
        self
    }

    /// Adds an argument of the server. Arguments can be seen in the list of processes: no password.
    pub fn arg(mut self, argument: impl Into<String>) -> Self {
        self.args.push(argument.into());
        self
    }

    /// Makes another port of the container reachable, see [`Server::port_of`].
    pub fn port(mut self, port: u16) -> Self {
        self.ports.push(port);
        self
    }

    /// Where the server keeps its data, besides what is known of it.
    pub fn data(mut self, folder: impl Into<String>) -> Self {
        self.data.push(folder.into());
        self
    }

    /// Keeps the data in memory (tmpfs) instead of on a disk: faster to start, and no disk in what is measured.
    pub fn data_in_memory(self) -> Self {
        Self { in_memory: true, ..self }
    }

    /// The same, with so many bytes at most in each folder of data: what is more fails as on a full disk.
    pub fn data_in_memory_up_to(self, bytes: u64) -> Self {
        Self { in_memory: true, data_size: Some(bytes), ..self }
    }

    /// Limits the memory of the container, in bytes.
    pub fn memory(self, bytes: u64) -> Self {
        Self { memory: Some(bytes), ..self }
    }

    /// Limits the processors of the container: 1.5 is one and a half.
    pub fn cpus(self, cpus: f64) -> Self {
        Self { cpus: Some(cpus), ..self }
    }

    /// Refuses a server of another major version than this: figures of 16 are not those of 17. It can be asked of servers
    /// that tell their version: PostgreSQL, Redis, NATS and RabbitMQ.
    pub fn major_version(self, major: u32) -> Self {
        Self { major: Some(major), ..self }
    }

    /// Starts it, or finds the server that `ADAPTER_BENCH_<NAME>_URL` names, and waits until it is ready. The container
    /// goes when the run ends. This blocks the thread: a service has one of its own.
    ///
    /// It tells the record the server's version, its image and digest, how it was started and, of PostgreSQL and Redis, the
    /// settings that matter.
    ///
    /// # Errors
    ///
    /// [`Unavailable`] without an engine that answers, without the image, and where the existing server is not reachable.
    /// Any other error is one of the server, with the last lines that it wrote, or of the URL: a password that is wrong, a
    /// version that is not the one that was asked for, a server with tables, keys or streams that the harness did not make.
    pub fn start(self, scope: &Scope) -> Result<Server, Box<dyn std::error::Error>> {
        let server = self.had(scope)?;
        basis::tell(&self, &server, scope);
        Ok(server)
    }

    fn had(&self, scope: &Scope) -> Result<Server, Box<dyn std::error::Error>> {
        let variable = self.variable("URL");
        if let Some(url) = scope.variable(&variable) {
            return self.existing(scope, &variable, &url);
        }
        let engine = Engine::find(scope).map_err(|why| {
            Unavailable::new(format!("{why}; or name a server that is there already with {variable}"))
        })?;
        let image = scope.variable(&self.variable("IMAGE")).unwrap_or_else(|| self.image.clone());
        Container::start(&Self { image, ..self.clone() }, &engine, scope)
    }

    /// A place of this run's own on a server that other programs use, too, where that can be had.
    pub(super) fn set_apart(
        &self,
        server: Server,
        scope: &Scope,
    ) -> Result<Server, Box<dyn std::error::Error>> {
        match self.ready {
            Ready::Postgres => Ok(pg::set_apart(&server, scope)?),
            _ => Ok(server),
        }
    }

    /// The server, without what an earlier program has left in it, where that can be told from others'.
    pub(super) fn cleared(&self, server: Server) -> Result<Server, Box<dyn std::error::Error>> {
        let cleared = match self.ready {
            Ready::Redis => redis::clear(&server),
            Ready::Nats => nats::clear(&server),
            _ => Ok(()),
        };
        cleared.map(|()| server).map_err(|why| format!("{} cannot be cleared: {why}", self.name).into())
    }

    /// The variable of the environment that sets something of it.
    pub(super) fn variable(&self, what: &str) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
        format!("ADAPTER_BENCH_{}_{what}", self.name.chars().map(plain).collect::<String>())
    }

    fn existing(
        &self,
        scope: &Scope,
        variable: &str,
        url: &str,
    ) -> Result<Server, Box<dyn std::error::Error>> {
        let port = self.ports[0];
        let server = server::from_url(&self.name, &self.scheme, port, scope.run(), url).map_err(|why| {
            let scheme = &self.scheme;
            format!("{variable} is no URL ({why}): write it as {scheme}://USER:PASSWORD@HOST:PORT/DATABASE")
        })?;
        if self.ready == Ready::Nats && server.password.is_empty() {
            // What stands alone before the `@` is a token there.
            secrets::keep(&server.user, &[&self.name, &server.host]);
        }
        if self.ready.logs_in() && server::asks_for_tls(url) {
            return Err(unfit(variable, &format!("its URL asks for TLS: {TLS}")).into());
        }
        let server = self.awaited(server, scope, variable)?;
        // What is the user's is not for benchmarks.
        let taken = match self.ready {
            Ready::Postgres => pg::take(&server, scope),
            Ready::Redis => shared::take(&server, scope, redis::keys).map(|()| server),
            Ready::Nats => shared::take(&server, scope, nats::streams).map(|()| server),
            _ => Ok(server),
        };
        Ok(taken.map_err(|why| unfit(variable, &why))?)
    }

    /// The existing server once it answers.
    fn awaited(
        &self,
        server: Server,
        scope: &Scope,
        variable: &str,
    ) -> Result<Server, Box<dyn std::error::Error>> {
        let deadline = Instant::now() + EXISTING.min(scope.time_left());
        loop {
            match self.ready.check(&server) {
                Ok(version) => {
                    let server = self.checked(Server { version, ..server });
                    return server.map_err(|why| unfit(variable, &why.to_string()).into());
                }
                Err(NotReady::Refuses(why)) => return Err(unfit(variable, &why).into()),
                Err(NotReady::Silent(error)) if Instant::now() >= deadline || scope.is_cancelled() => {
                    let place = format!("{}:{}", server.host, server.port);
                    let message = format!(
                        "the server that {variable} names does not answer at {place}: {error}. Start it, or correct the \
                         variable"
                    );
                    return Err(Unavailable::new(message).into());
                }
                Err(NotReady::Silent(_)) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }

    /// The server, if it is of the version that was asked for.
    pub(super) fn checked(&self, server: Server) -> Result<Server, Box<dyn std::error::Error>> {
        let Some(wanted) = self.major else { return Ok(server) };
        let told = server.version.as_deref().unwrap_or("unknown");
        let major = told.split('.').next().and_then(|major| major.parse::<u32>().ok());
        if major == Some(wanted) {
            return Ok(server);
        }
        let (name, image) = (&self.name, self.variable("IMAGE"));
        Err(format!(
            "{name} is of version {told}, and {wanted} is asked for: name another server, or another image with {image}"
        )
        .into())
    }
}

/// Why a server that was there already is not taken.
fn unfit(variable: &str, why: &str) -> String {
    format!("the server that {variable} names cannot be used: {why}. Correct the variable")
}
