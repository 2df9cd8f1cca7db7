//! As much of Redis's protocol as services need. Main functions: [`greet`] and [`keys`].

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::leftovers::Owner;
use super::ready::{NotReady, closed, connect};
use super::server::Server;
use super::shared::{FEW, Things};

/// How long it may take to look at, or to remove, what is in a server.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest answer that is read.
const LONGEST: u64 = 1 << 20;

/// The hash in which runs are that work on a server which was there before, and of which process each is.
const RUNS: &str = "adapter-bench";

/// What decides how long operations take on one machine.
const SETTINGS: [&str; 7] =
    ["activedefrag", "appendfsync", "appendonly", "io-threads", "maxmemory", "maxmemory-policy", "save"];

/// Logs in where there is a password, and tells the version of the server.
pub(super) fn greet(server: &Server, patience: Duration) -> Result<String, NotReady> {
    let mut session = Session::log_in(server, patience)?;
    session.ask(&["PING"])?;
    let told = session.ask(&["INFO", "server"])?.text();
    let version = told.lines().find_map(|line| line.strip_prefix("redis_version:"));
    Ok(version.unwrap_or_default().trim().to_owned())
}

/// Removes all that is in a server of the harness's own.
pub(super) fn clear(server: &Server) -> Result<(), NotReady> {
    Session::log_in(server, PATIENCE)?.ask(&["FLUSHALL"]).map(drop)
}

/// The settings of a server that matter, by name; those that its version does not have are left out.
pub(super) fn settings(server: &Server) -> Result<Vec<(String, String)>, NotReady> {
    let mut session = Session::log_in(server, PATIENCE)?;
    let mut settings = Vec::new();
    for name in SETTINGS {
        let mut told = session.ask(&["CONFIG", "GET", name])?.list().into_iter().map(Reply::text);
        settings.extend(told.next().zip(told.next()));
    }
    Ok(settings)
}

/// The keys in the database that the server names.
pub(super) fn keys(server: &Server) -> Result<Session, NotReady> {
    Session::log_in(server, PATIENCE)
}

/// A connection that is logged in.
pub(super) struct Session {
    stream: BufReader<TcpStream>,
}

/// What Redis answers.
enum Reply {
    Text(String),
    List(Vec<Reply>),
}

impl Reply {
    /// Empty of a list.
    fn text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::List(_) => String::new(),
        }
    }

    /// Empty of a text.
    fn list(self) -> Vec<Self> {
        match self {
            Self::Text(_) => Vec::new(),
            Self::List(list) => list,
        }
    }
}

impl Session {
    fn log_in(server: &Server, patience: Duration) -> Result<Self, NotReady> {
        let stream = connect(&server.host, server.port)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        let mut session = Self { stream: BufReader::new(stream) };
        match (server.user.as_str(), server.password.as_str()) {
            (_, "") => {}
            ("", password) => drop(session.ask(&["AUTH", password])?),
            (user, password) => drop(session.ask(&["AUTH", user, password])?),
        }
        if !server.database.is_empty() {
            session.ask(&["SELECT", &server.database])?;
        }
        Ok(session)
    }

    fn ask(&mut self, command: &[&str]) -> Result<Reply, NotReady> {
        let parts: String = command.iter().map(|part| format!("${}\r\n{part}\r\n", part.len())).collect();
        self.stream.get_mut().write_all(format!("*{}\r\n{parts}", command.len()).as_bytes())?;
        self.reply()
    }

    fn reply(&mut self) -> Result<Reply, NotReady> {
        let mut line = String::new();
        (&mut self.stream).take(LONGEST).read_line(&mut line)?;
        let told = line.get(1..).unwrap_or_default().trim_end();
        match (line.chars().next(), told.parse::<u64>()) {
            (None, _) => Err(closed().into()),
            (Some('-'), _) => Err(meaning(told)),
            (Some('+' | ':'), _) => Ok(Reply::Text(told.to_owned())),
            (Some('$'), Ok(length)) => {
                let mut text = Vec::new();
                (&mut self.stream).take(length.min(LONGEST) + 2).read_to_end(&mut text)?;
                text.truncate(text.len().saturating_sub(2));
                Ok(Reply::Text(String::from_utf8_lossy(&text).into_owned()))
            }
            (Some('*'), Ok(count)) => {
                Ok(Reply::List((0..count).map(|_| self.reply()).collect::<Result<_, _>>()?))
            }
            // There is none.
            (Some('$' | '*'), Err(_)) => Ok(Reply::Text(String::new())),
            _ => Err(io::Error::other("what it answers is not what Redis does").into()),
        }
    }

    /// Hands over all names that match, in portions, until one portion was enough.
    fn scan(
        &mut self,
        pattern: &str,
        mut is_enough: impl FnMut(&mut Self, Vec<String>) -> Result<bool, NotReady>,
    ) -> Result<(), NotReady> {
        let mut cursor = "0".to_owned();
        loop {
            let mut told =
                self.ask(&["SCAN", &cursor, "MATCH", pattern, "COUNT", "1000"])?.list().into_iter();
            cursor = told.next().map(Reply::text).unwrap_or_default();
            let names = told.next().map(Reply::list).unwrap_or_default().into_iter().map(Reply::text);
            if is_enough(self, names.collect())? || cursor == "0" || cursor.is_empty() {
                return Ok(());
            }
        }
    }
}

impl Things for Session {
    const WHAT: &'static str = "keys";

    fn owners(&mut self) -> Result<Vec<Owner>, NotReady> {
        let told: Vec<String> = self.ask(&["HGETALL", RUNS])?.list().into_iter().map(Reply::text).collect();
        Ok(told.chunks_exact(2).filter_map(|pair| Owner::of_mark(&pair[0], &pair[1])).collect())
    }

    fn strangers(&mut self, runs: &[String]) -> Result<Vec<String>, NotReady> {
        let mut strangers = Vec::new();
        let is_strange = |name: &String| name != RUNS && !runs.iter().any(|run| name.contains(&**run));
        self.scan("*", |_, names| {
            strangers.extend(names.into_iter().filter(is_strange));
            Ok(strangers.len() >= FEW)
        })?;
        Ok(strangers)
    }

    fn enter(&mut self, owner: &Owner) -> Result<(), NotReady> {
        self.ask(&["HSET", RUNS, &owner.run, &owner.mark()]).map(drop)
    }

    fn leave(&mut self, run: &str) -> Result<(), NotReady> {
        self.scan(&format!("*{run}*"), |session, names| {
            names.iter().try_for_each(|name| session.ask(&["DEL", name]).map(drop)).map(|()| false)
        })?;
        self.ask(&["HDEL", RUNS, run]).map(drop)
    }
}

/// What an error of Redis means.
fn meaning(error: &str) -> NotReady {
    let words = ["NOAUTH", "WRONGPASS", "NOPERM", "ERR", "WRONGTYPE", "READONLY"];
    match words.iter().any(|word| error.starts_with(word)) {
        true => NotReady::Refuses(format!("it refuses: {error}")),
        // It loads its data, for example.
        false => NotReady::Silent(io::Error::other(error.to_owned())),
    }
}
