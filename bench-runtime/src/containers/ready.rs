//! Whether a server answers in its own language: a port that is open may still be the engine's. Main type: [`Ready`].

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::server::Server;
use super::{amqp, nats, pg, redis};

/// How a server shows that it is ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    /// It accepts a connection and does not close it at once.
    Listens,
    /// It answers these bytes with any.
    Answers(&'static [u8]),
    /// It answers these bytes with some that begin with one of these.
    AnswersWith(&'static [u8], &'static [&'static [u8]]),
    /// PostgreSQL lets its user in.
    Postgres,
    /// Redis lets its user in.
    Redis,
    /// NATS lets its user in.
    Nats,
    /// RabbitMQ lets its user in.
    RabbitMq,
}

/// Why a server is not ready.
#[derive(Debug)]
pub(super) enum NotReady {
    /// It does not answer, or not yet.
    Silent(io::Error),
    /// It answers, and will not let its user in, whenever it is asked.
    Refuses(String),
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent(error) => write!(f, "{error}"),
            Self::Refuses(why) => f.write_str(why),
        }
    }
}

/// What to do about a server that insists on TLS.
pub(super) const TLS: &str = "the harness speaks none when it looks at a server. Let the server take this user without TLS from \
    here, or name the near end of a tunnel that speaks it, as stunnel or `ssh -L` make one; or have a `#[service]` of your own \
    hand over its URL, which is not looked at then";

/// How long one attempt may take.
const ATTEMPT: Duration = Duration::from_millis(500);

/// A login may take this long: the server may be busy.
const LOGIN: Duration = Duration::from_secs(3);

/// A connection that is to a server, and not to the engine only, lives so long.
const LIVES: Duration = Duration::from_millis(100);

impl From<io::Error> for NotReady {
    fn from(error: io::Error) -> Self {
        Self::Silent(error)
    }
}

impl Ready {
    /// Tries once; the version that the server tells, where it was asked.
    pub(super) fn check(self, server: &Server) -> Result<Option<String>, NotReady> {
        match self {
            Self::Postgres => pg::greet(server, LOGIN).map(Some),
            Self::Redis => redis::greet(server, LOGIN).map(Some),
            Self::Nats => nats::greet(server, LOGIN).map(Some),
            Self::RabbitMq => amqp::greet(server, LOGIN).map(Some),
            _ => Ok(self.answer(server).map(|()| None)?),
        }
    }

    /// Whether it is logged in to, so that the server's version is known and a login that is wrong is told at the start.
    pub(super) fn logs_in(self) -> bool {
        matches!(self, Self::Postgres | Self::Redis | Self::Nats | Self::RabbitMq)
    }

    fn answer(self, server: &Server) -> io::Result<()> {
        let mut stream = connect(&server.host, server.port)?;
        stream.set_read_timeout(Some(if self == Self::Listens { LIVES } else { ATTEMPT }))?;
        stream.set_write_timeout(Some(ATTEMPT))?;
        let mut first = [0; 64];
        match self {
            Self::Answers(question) => {
                stream.write_all(question)?;
                expected(&mut stream, &mut first, &[b""])
            }
            Self::AnswersWith(question, answers) => {
                stream.write_all(question)?;
                expected(&mut stream, &mut first, answers)
            }
            _ => match stream.read(&mut first) {
                Ok(0) => Err(closed()),
                Ok(_) => Ok(()),
                Err(error) if is_silence(&error) => Ok(()),
                Err(error) => Err(error),
            },
        }
    }
}

/// A connection to the first address of the host.
pub(super) fn connect(host: &str, port: u16) -> io::Result<TcpStream> {
    let mut addresses = (host, port).to_socket_addrs()?;
    let address = addresses.next().ok_or_else(|| io::Error::other("the name of the host leads nowhere"))?;
    TcpStream::connect_timeout(&address, ATTEMPT)
}

fn expected(stream: &mut TcpStream, first: &mut [u8], answers: &[&[u8]]) -> io::Result<()> {
    match stream.read(first)? {
        0 => Err(closed()),
        count if answers.iter().any(|answer| first[..count].starts_with(answer)) => Ok(()),
        _ => Err(io::Error::other("it answers something else: it may be another server, or not ready yet")),
    }
}

/// The error of a connection that ends where an answer should begin.
pub(super) fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "it closes the connection")
}

fn is_silence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
