//! As much of NATS's protocol as services need: logging in, and the streams of JetStream. Main functions: [`greet`] and
//! [`streams`].

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use super::leftovers::Owner;
use super::random;
use super::ready::{NotReady, TLS, closed, connect};
use super::server::Server;
use super::shared::Things;

/// How long the server may be silent.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest answer that is read.
const LONGEST: u64 = 1 << 24;

/// What the name of the stream begins with by which a run leaves word.
const WORD: &str = "adapter-bench-";

/// Logs in, and tells the version of the server.
pub(super) fn greet(server: &Server, patience: Duration) -> Result<String, NotReady> {
    let session = Session::log_in(server, patience)?;
    Ok(session.info["version"].as_str().unwrap_or_default().to_owned())
}

/// Removes all streams of a server of the harness's own.
pub(super) fn clear(server: &Server) -> Result<(), NotReady> {
    let mut session = streams(server)?;
    let names: Vec<String> = session.listed()?.into_iter().map(|(name, _)| name).collect();
    names.iter().try_for_each(|name| session.remove(name))
}

/// The streams of the account that the server lets its user into; none without JetStream.
pub(super) fn streams(server: &Server) -> Result<Session, NotReady> {
    Session::log_in(server, PATIENCE)
}

/// A connection that is logged in.
pub(super) struct Session {
    stream: BufReader<TcpStream>,
    /// What the server says first.
    info: Value,
    /// Where it sends its answers.
    inbox: String,
}

impl Session {
    fn log_in(server: &Server, patience: Duration) -> Result<Self, NotReady> {
        let stream = connect(&server.host, server.port)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        let inbox = format!("_INBOX.{}", random()?);
        let mut session = Self { stream: BufReader::new(stream), info: Value::Null, inbox };
        let first = session.line()?;
        let info = first.strip_prefix("INFO ").and_then(|told| serde_json::from_str(told).ok());
        session.info = info.ok_or_else(malformed)?;
        if session.info["tls_required"] == true {
            return Err(NotReady::Refuses(format!("it insists on TLS: {TLS}")));
        }
        let (login, inbox) = (login(server), &session.inbox);
        let question = format!("CONNECT {login}\r\nSUB {inbox} 1\r\nPING\r\n");
        session.stream.get_mut().write_all(question.as_bytes())?;
        while session.line()? != "PONG" {}
        Ok(session)
    }

    /// A line of the server; its errors are errors.
    fn line(&mut self) -> Result<String, NotReady> {
        let mut line = String::new();
        (&mut self.stream).take(LONGEST).read_line(&mut line)?;
        match line.trim_end() {
            "" if line.is_empty() => Err(closed().into()),
            "PING" => {
                self.stream.get_mut().write_all(b"PONG\r\n")?;
                self.line()
            }
            told => match told.strip_prefix("-ERR ") {
                Some(error) => Err(NotReady::Refuses(format!("it refuses: {}", error.trim_matches('\'')))),
                None => Ok(told.to_owned()),
            },
        }
    }

    /// Asks JetStream; `None` where nobody answers.
    fn ask(&mut self, what: &str, body: &Value) -> Result<Option<Value>, NotReady> {
        let (inbox, body) = (&self.inbox, body.to_string());
        let question = format!("PUB $JS.API.{what} {inbox} {}\r\n{body}\r\n", body.len());
        self.stream.get_mut().write_all(question.as_bytes())?;
        loop {
            let line = self.line()?;
            let length = line.rsplit(' ').next().and_then(|length| length.parse::<u64>().ok());
            let (Some("MSG" | "HMSG"), Some(length)) = (line.split(' ').next(), length) else { continue };
            let mut body = Vec::new();
            (&mut self.stream).take(length.min(LONGEST) + 2).read_to_end(&mut body)?;
            // What has headers is the word of the server that there is nobody.
            return Ok(serde_json::from_slice(&body).ok().filter(|_| line.starts_with("MSG")));
        }
    }

    /// The same; what JetStream refuses is an error.
    fn done(&mut self, what: &str, body: &Value) -> Result<Value, NotReady> {
        let told = self.ask(what, body)?.unwrap_or_default();
        match told["error"]["description"].as_str() {
            Some(error) => Err(NotReady::Refuses(format!("its JetStream refuses: {error}"))),
            None => Ok(told),
        }
    }

    /// Whether this account has streams.
    fn has_streams(&mut self) -> Result<bool, NotReady> {
        let told = if self.info["jetstream"] == true { self.ask("INFO", &json!({}))? } else { None };
        Ok(told.is_some_and(|told| told["error"].is_null()))
    }

    /// All streams, with their descriptions.
    fn listed(&mut self) -> Result<Vec<(String, String)>, NotReady> {
        let mut all = Vec::new();
        if !self.has_streams()? {
            return Ok(all);
        }
        loop {
            let told = self.done("STREAM.LIST", &json!({ "offset": all.len() }))?;
            let page = told["streams"].as_array().map(Vec::as_slice).unwrap_or_default();
            let text =
                |stream: &Value, of: &str| stream["config"][of].as_str().unwrap_or_default().to_owned();
            all.extend(page.iter().map(|stream| (text(stream, "name"), text(stream, "description"))));
            if page.is_empty() || all.len() as u64 >= told["total"].as_u64().unwrap_or_default() {
                return Ok(all);
            }
        }
    }

    fn remove(&mut self, name: &str) -> Result<(), NotReady> {
        self.done(&format!("STREAM.DELETE.{name}"), &json!({})).map(drop)
    }
}

impl Things for Session {
    const WHAT: &'static str = "streams";

    fn owners(&mut self) -> Result<Vec<Owner>, NotReady> {
        let of = |(name, mark): (String, String)| Owner::of_mark(name.strip_prefix(WORD)?, &mark);
        Ok(self.listed()?.into_iter().filter_map(of).collect())
    }

    fn strangers(&mut self, runs: &[String]) -> Result<Vec<String>, NotReady> {
        let is_strange =
            |name: &String| !name.starts_with(WORD) && !runs.iter().any(|run| name.contains(&**run));
        Ok(self.listed()?.into_iter().map(|(name, _)| name).filter(is_strange).collect())
    }

    fn enter(&mut self, owner: &Owner) -> Result<(), NotReady> {
        if !self.has_streams()? {
            return Ok(());
        }
        let name = format!("{WORD}{}", owner.run);
        let config = json!({
            "name": name, "description": owner.mark(), "subjects": [format!("adapter-bench.{}", owner.run)],
            "storage": "memory", "retention": "limits", "discard": "old", "max_msgs": 1, "num_replicas": 1,
        });
        self.done(&format!("STREAM.CREATE.{name}"), &config).map(drop)
    }

    fn leave(&mut self, run: &str) -> Result<(), NotReady> {
        let own = self.listed()?.into_iter().map(|(name, _)| name).filter(|name| name.contains(run));
        let own: Vec<String> = own.collect();
        own.iter().try_for_each(|name| self.remove(name))
    }
}

/// How a client introduces itself.
fn login(server: &Server) -> Value {
    let mut login = json!({
        "verbose": false, "pedantic": false, "name": "adapter-bench", "lang": "rust", "version": "1",
        "protocol": 1, "headers": true, "no_responders": true,
    });
    match (server.user.as_str(), server.password.as_str()) {
        ("", "") => {}
        // As other clients read it, what stands alone before the `@` is a token.
        (token, "") => login["auth_token"] = token.into(),
        (user, password) => (login["user"], login["pass"]) = (user.into(), password.into()),
    }
    login
}

fn malformed() -> io::Error {
    io::Error::other("what it says first is not what NATS does")
}
