//! As much of Redis's protocol as services need. Main function: [`greet`].

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::ready::{NotReady, connect};
use super::server::Server;

/// How long it may take to remove all that is in a server.
const CLEARING: Duration = Duration::from_secs(30);

/// The longest answer that is read.
const LONGEST: u64 = 1 << 20;

/// Logs in where there is a password, and tells the version of the server.
pub(super) fn greet(server: &Server, patience: Duration) -> Result<String, NotReady> {
    let mut stream = log_in(server, patience)?;
    understood(&ask(&mut stream, &["PING"])?)?;
    let told = ask(&mut stream, &["INFO", "server"])?;
    let version = told.lines().find_map(|line| line.strip_prefix("redis_version:"));
    Ok(version.unwrap_or_default().trim().to_owned())
}

/// Removes all that is in a server of the harness's own.
pub(super) fn clear(server: &Server) -> Result<(), String> {
    let cleared =
        log_in(server, CLEARING).and_then(|mut stream| understood(&ask(&mut stream, &["FLUSHALL"])?));
    cleared.map_err(|why| format!("{} cannot be cleared: {why}", server.name))
}

fn log_in(server: &Server, patience: Duration) -> Result<BufReader<TcpStream>, NotReady> {
    let stream = connect(&server.host, server.port)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let mut stream = BufReader::new(stream);
    if !server.password.is_empty() {
        let login: Vec<&str> = match server.user.as_str() {
            "" => vec!["AUTH", &server.password],
            user => vec!["AUTH", user, &server.password],
        };
        understood(&ask(&mut stream, &login)?)?;
    }
    Ok(stream)
}

/// What an error of Redis means.
fn understood(answer: &str) -> Result<(), NotReady> {
    match answer.strip_prefix('-').map(str::trim_end) {
        None => Ok(()),
        Some(error)
            if ["NOAUTH", "WRONGPASS", "NOPERM", "ERR"].iter().any(|word| error.starts_with(word)) =>
        {
            Err(NotReady::Refuses(format!("it refuses: {error}")))
        }
        // It loads its data, for example.
        Some(error) => Err(NotReady::Silent(io::Error::other(error.to_owned()))),
    }
}

/// Sends a command; its answer, with the sign that tells an error from others, or the text that was asked for.
fn ask(stream: &mut BufReader<TcpStream>, command: &[&str]) -> io::Result<String> {
    let parts: String = command.iter().map(|part| format!("${}\r\n{part}\r\n", part.len())).collect();
    stream.get_mut().write_all(format!("*{}\r\n{parts}", command.len()).as_bytes())?;
    let mut line = String::new();
    stream.take(LONGEST).read_line(&mut line)?;
    match line.strip_prefix('$').map(|length| length.trim_end().parse::<u64>()) {
        _ if line.is_empty() => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it closes the connection")),
        Some(Ok(length)) => {
            let mut text = Vec::new();
            stream.take(length.min(LONGEST) + 2).read_to_end(&mut text)?;
            Ok(String::from_utf8_lossy(&text).into_owned())
        }
        Some(Err(_)) => Ok(String::new()),
        None if line.starts_with(['+', '-', ':']) => Ok(line),
        None => Err(io::Error::other("what it answers is not what Redis does")),
    }
}
