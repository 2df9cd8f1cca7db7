//! As much of PostgreSQL's protocol as services need: logging in, and queries whose answers are texts. Main type:
//! [`Session`].

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use thiserror::Error;

use crate::containers::ready::connect;
use crate::containers::server::Server;

/// How long the server may be silent: making a database takes it a while.
const SILENCE: Duration = Duration::from_secs(60);

/// A message that is longer than this is none.
const LONGEST: usize = 1 << 24;

/// Why PostgreSQL did not do what it was asked for.
#[derive(Debug, Error)]
pub(crate) enum PgError {
    /// It does not answer, or not yet.
    #[error("it does not answer: {0}")]
    Silent(#[from] io::Error),
    /// It refuses.
    #[error("it refuses: {message} ({code})")]
    Refused {
        /// The five characters that SQL knows the reason by.
        code: String,
        /// What it says.
        message: String,
    },
    /// It wants a login that is not known here.
    #[error(
        "it wants to be logged in to in a way that is not known here (number {0} of its protocol): only passwords (plain, MD5 \
         or SCRAM-SHA-256) and trust are"
    )]
    OtherLogin(u32),
}

/// A connection that is logged in.
pub(crate) struct Session {
    stream: BufReader<TcpStream>,
    version: String,
}

/// A message of the server: its kind, and what it says.
type Message = (u8, Vec<u8>);

/// A row: texts, or nothing.
pub(crate) type Row = Vec<Option<String>>;

impl Session {
    /// Logs in to a database of a server. A server that is silent for `patience` before that is not waited for.
    pub(crate) fn log_in(server: &Server, database: &str, patience: Duration) -> Result<Self, PgError> {
        let stream = connect(&server.host, server.port)?;
        stream.set_read_timeout(Some(patience))?;
        stream.set_write_timeout(Some(patience))?;
        let mut session = Self { stream: BufReader::new(stream), version: String::new() };
        session.send(None, &start_up(user_of(server), database))?;
        session.authenticate(user_of(server), &server.password)?;
        session.until_ready(&mut |_| {})?;
        session.stream.get_ref().set_read_timeout(Some(SILENCE))?;
        Ok(session)
    }

    /// The version that the server tells: `17.2`.
    pub(crate) fn version(&self) -> &str {
        self.version.split_whitespace().next().unwrap_or_default()
    }

    /// Has the server do something; the rows of its answer.
    pub(crate) fn ask(&mut self, sql: &str) -> Result<Vec<Row>, PgError> {
        let mut rows = Vec::new();
        self.send(Some(b'Q'), &[sql.as_bytes(), b"\0"].concat())?;
        self.until_ready(&mut |body| rows.extend(row(body)))?;
        Ok(rows)
    }

    fn authenticate(&mut self, user: &str, password: &str) -> Result<(), PgError> {
        loop {
            let (kind, body) = self.receive()?;
            match (kind, number(&body)) {
                (b'E', _) => return Err(refused(&body)),
                (b'R', Some(0)) => return Ok(()),
                (b'R', Some(3)) => self.send(Some(b'p'), &[password.as_bytes(), b"\0"].concat())?,
                (b'R', Some(5)) => {
                    let salt = body.get(4..).and_then(<[u8]>::first_chunk).ok_or_else(malformed)?;
                    let proof = md5_hash(user.as_bytes(), password.as_bytes(), *salt);
                    self.send(Some(b'p'), &[proof.as_bytes(), b"\0"].concat())?;
                }
                (b'R', Some(10)) => self.prove(password)?,
                (b'R', Some(other)) => return Err(PgError::OtherLogin(other)),
                _ => {}
            }
        }
    }

    fn prove(&mut self, password: &str) -> Result<(), PgError> {
        let mut proof = ScramSha256::new(password.as_bytes(), ChannelBinding::unsupported());
        let length = u32::try_from(proof.message().len()).map_err(|_| malformed())?.to_be_bytes();
        let first = [SCRAM_SHA_256.as_bytes(), b"\0", &length, proof.message()].concat();
        self.send(Some(b'p'), &first)?;
        proof.update(&self.told_after(11)?)?;
        self.send(Some(b'p'), proof.message())?;
        Ok(proof.finish(&self.told_after(12)?)?)
    }

    /// What the server says in the next step of a login.
    fn told_after(&mut self, step: u32) -> Result<Vec<u8>, PgError> {
        match self.receive()? {
            (b'E', body) => Err(refused(&body)),
            (b'R', body) if number(&body) == Some(step) => Ok(body[4..].to_vec()),
            _ => Err(malformed().into()),
        }
    }

    /// Takes messages until the server waits for the next question; `each` is given the rows.
    fn until_ready(&mut self, each: &mut dyn FnMut(&[u8])) -> Result<(), PgError> {
        let mut outcome = Ok(());
        loop {
            let (kind, body) = self.receive()?;
            match kind {
                b'Z' => return outcome,
                b'D' => each(&body),
                // The first one counts; one that ends the connection is followed by nothing.
                b'E' if is_fatal(&body) => return Err(refused(&body)),
                b'E' => outcome = outcome.and(Err(refused(&body))),
                b'S' => self.version = version_in(&body).unwrap_or_else(|| self.version.clone()),
                _ => {}
            }
        }
    }

    fn send(&mut self, kind: Option<u8>, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(body.len() + 4).map_err(|_| malformed())?.to_be_bytes();
        let message = [kind.as_slice(), &length, body].concat();
        self.stream.get_mut().write_all(&message)
    }

    fn receive(&mut self) -> io::Result<Message> {
        let mut head = [0; 5];
        self.stream.read_exact(&mut head)?;
        let [kind, length @ ..] = head;
        let length = (u32::from_be_bytes(length) as usize).checked_sub(4).filter(|length| *length < LONGEST);
        let mut body = vec![0; length.ok_or_else(malformed)?];
        self.stream.read_exact(&mut body)?;
        Ok((kind, body))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The server need not wonder where the other end has gone.
        let _ = self.send(Some(b'X'), &[]);
    }
}

/// Whether the server would speak TLS; not if it does not say so in time.
pub(super) fn offers_tls(server: &Server, patience: Duration) -> bool {
    let asked = || -> io::Result<u8> {
        let (mut stream, mut answer) = (connect(&server.host, server.port)?, [0]);
        stream.set_read_timeout(Some(patience))?;
        stream.write_all(&[0, 0, 0, 8, 4, 210, 22, 47])?;
        stream.read_exact(&mut answer)?;
        Ok(answer[0])
    };
    asked().is_ok_and(|answer| answer == b'S')
}

fn start_up(user: &str, database: &str) -> Vec<u8> {
    let mut body = vec![0, 3, 0, 0];
    let database = if database.is_empty() { user } else { database };
    let told =
        ["user", user, "database", database, "application_name", "adapter-bench", "client_encoding", "UTF8"];
    for text in told {
        body.extend_from_slice(text.as_bytes());
        body.push(0);
    }
    body.push(0);
    body
}

fn user_of(server: &Server) -> &str {
    if server.user.is_empty() { "postgres" } else { &server.user }
}

fn malformed() -> io::Error {
    io::Error::other("what it answers is not what PostgreSQL does")
}

/// The number that a message begins with.
fn number(body: &[u8]) -> Option<u32> {
    body.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

/// The texts of an error, each behind its letter.
fn fields(body: &[u8]) -> impl Iterator<Item = (u8, String)> {
    let texts = body.split(|byte| *byte == 0).filter_map(<[u8]>::split_first);
    texts.map(|(letter, text)| (*letter, String::from_utf8_lossy(text).into_owned()))
}

fn refused(body: &[u8]) -> PgError {
    let field = |wanted: u8| fields(body).find(|(letter, _)| *letter == wanted).map(|(_, text)| text);
    PgError::Refused { code: field(b'C').unwrap_or_default(), message: field(b'M').unwrap_or_default() }
}

fn is_fatal(body: &[u8]) -> bool {
    fields(body).any(|(letter, text)| letter == b'V' && (text == "FATAL" || text == "PANIC"))
}

fn version_in(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    text.strip_prefix("server_version\0").map(|version| version.trim_end_matches('\0').to_owned())
}

/// A row of texts.
fn row(body: &[u8]) -> Option<Row> {
    let (count, mut rest) = body.split_first_chunk::<2>()?;
    let mut row = Vec::new();
    for _ in 0..u16::from_be_bytes(*count) {
        let (length, after) = rest.split_first_chunk::<4>()?;
        rest = after;
        row.push(match usize::try_from(i32::from_be_bytes(*length)) {
            Err(_) => None,
            Ok(length) => {
                let (text, after) = rest.split_at_checked(length)?;
                rest = after;
                Some(String::from_utf8_lossy(text).into_owned())
            }
        });
    }
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_texts_and_nothings() {
        assert_eq!(row(b"\0\x02\0\0\0\x02ab\xff\xff\xff\xff"), Some(vec![Some("ab".to_owned()), None]));
        assert_eq!(row(b"\0\x01\0\0\0\x09ab"), None);
    }

    #[test]
    fn an_error_is_told_by_its_code_and_its_text() {
        let body = b"SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"me\"\0\0";
        let told = refused(body).to_string();
        assert_eq!(told, "it refuses: password authentication failed for user \"me\" (28P01)");
        assert!(is_fatal(body) && !is_fatal(b"SERROR\0VERROR\0\0"));
    }

    #[test]
    fn the_version_is_one_of_the_parameters() {
        assert_eq!(
            version_in(b"server_version\x0015.7 (Debian 15.7-0)\0").as_deref(),
            Some("15.7 (Debian 15.7-0)")
        );
        assert_eq!(version_in(b"TimeZone\0UTC\0"), None);
    }
}
