//! A container engine, spoken to over its socket in the HTTP that Docker and Podman share. Main type: [`Engine`].

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use thiserror::Error;

use crate::fixture::{Scope, Unavailable};

/// An engine that does not answer its ping within this time is not waited for.
const PING: Duration = Duration::from_secs(3);

/// How long the engine may be silent in the middle of anything else.
const SILENCE: Duration = Duration::from_secs(60);

/// An engine that answered.
#[derive(Clone, Debug)]
pub(super) struct Engine {
    socket: PathBuf,
}

/// Why the engine did not do what it was asked for.
#[derive(Debug, Error)]
pub(super) enum EngineError {
    /// It does not answer.
    #[error("the container engine does not answer: {0}")]
    Broken(#[from] io::Error),
    /// It refuses.
    #[error("the container engine answers {status}: {message}")]
    Refused {
        /// The status of its answer.
        status: u16,
        /// What it says.
        message: String,
    },
}

/// An answer of the engine.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

impl Engine {
    /// The one that listens there.
    pub(super) fn at(socket: &Path) -> Self {
        Self { socket: socket.to_owned() }
    }

    /// Where it listens.
    pub(super) fn socket(&self) -> &Path {
        &self.socket
    }

    /// The first engine that answers: the one that `DOCKER_HOST` names, else one at a usual place.
    pub(super) fn find(scope: &Scope) -> Result<Self, Unavailable> {
        let places = places(scope)?;
        let present = places.iter().find(|place| place.exists());
        let Some(socket) = present else {
            let message = format!(
                "no container engine: there is no socket at {}. Install and start Docker or Podman, or say with \
                 DOCKER_HOST where it listens",
                shown(&places)
            );
            return Err(Unavailable::new(message));
        };
        let engine = Self { socket: socket.clone() };
        match engine.ask("GET", "/_ping", None, PING) {
            Ok(Answer { status: 200, .. }) => Ok(engine),
            Ok(Answer { status, .. }) => Err(engine.silent(&format!("its ping is answered with {status}"))),
            Err(error) => Err(engine.silent(&why_silent(&error))),
        }
    }

    fn silent(&self, why: &str) -> Unavailable {
        Unavailable::new(format!("no container engine answers at {}: {why}", self.socket.display()))
    }

    /// Asks for something that is answered with JSON.
    pub(super) fn json(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, EngineError> {
        let answer = self.raw(method, path, body)?;
        Ok(serde_json::from_slice(&answer).unwrap_or(Value::Null))
    }

    /// Asks for something that is answered with bytes.
    pub(super) fn raw(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Vec<u8>, EngineError> {
        let Answer { status, body } = self.ask(method, path, body, SILENCE)?;
        if (200..400).contains(&status) {
            return Ok(body);
        }
        let told = serde_json::from_slice::<Value>(&body).ok();
        let message = told.as_ref().and_then(|told| told["message"].as_str()).map(str::to_owned);
        let message = message.unwrap_or_else(|| String::from_utf8_lossy(&body).trim().to_owned());
        Err(EngineError::Refused { status, message })
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>, silence: Duration) -> io::Result<Answer> {
        let mut stream = UnixStream::connect(&self.socket)?;
        stream.set_read_timeout(Some(silence))?;
        stream.set_write_timeout(Some(silence))?;
        let body = body.map(Value::to_string).unwrap_or_default();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: engine\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        answer(&bytes)
    }
}

/// Where engines listen.
fn places(scope: &Scope) -> Result<Vec<PathBuf>, Unavailable> {
    if let Some(host) = scope.variable("DOCKER_HOST") {
        let Some(path) = host.strip_prefix("unix://") else {
            let message =
                format!("no container engine: DOCKER_HOST is `{host}`, and only `unix://PATH` is supported");
            return Err(Unavailable::new(message));
        };
        return Ok(vec![PathBuf::from(path)]);
    }
    let mut places = vec![PathBuf::from("/var/run/docker.sock")];
    if let Some(own) = scope.variable("XDG_RUNTIME_DIR") {
        places.extend(["docker.sock", "podman/podman.sock"].map(|name| Path::new(&own).join(name)));
    }
    if let Some(home) = scope.variable("HOME") {
        places.push(Path::new(&home).join(".docker/run/docker.sock"));
    }
    places.push(PathBuf::from("/run/podman/podman.sock"));
    Ok(places)
}

fn shown(places: &[PathBuf]) -> String {
    places.iter().map(|place| place.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn why_silent(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            format!("it is silent for {} s. Restart it", PING.as_secs())
        }
        io::ErrorKind::ConnectionRefused => "nothing listens there. Start it".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "this user may not use it. Add the user to the group that may (`docker`)".to_owned()
        }
        _ => error.to_string(),
    }
}

/// Takes an answer apart.
fn answer(bytes: &[u8]) -> io::Result<Answer> {
    let malformed = || io::Error::other("what it answers is no HTTP");
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").ok_or_else(malformed)?;
    let head = String::from_utf8_lossy(&bytes[..end]);
    let status =
        head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).ok_or_else(malformed)?;
    let is_chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    let body = &bytes[end + 4..];
    Ok(Answer { status, body: if is_chunked { unchunked(body) } else { body.to_vec() } })
}

/// The bytes of a body that comes in chunks, as far as they came.
fn unchunked(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|window| window == b"\r\n") {
        let size = std::str::from_utf8(&body[..end]).ok().and_then(|text| {
            usize::from_str_radix(text.split(';').next().unwrap_or_default().trim(), 16).ok()
        });
        let Some(size @ 1..) = size else { break };
        let chunk = &body[end + 2..];
        whole.extend_from_slice(&chunk[..size.min(chunk.len())]);
        body = chunk.get(size + 2..).unwrap_or_default();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_apart_whole_or_in_chunks() {
        let whole = answer(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}").expect("an answer");
        assert_eq!((whole.status, whole.body.as_slice()), (404, &b"{}"[..]));
        let chunked =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab\r\n\r\n1;x=y\r\nc\r\n0\r\n\r\n";
        assert_eq!(answer(chunked).expect("an answer").body, b"ab\r\nc");
        assert!(answer(b"nonsense").is_err());
    }
}
