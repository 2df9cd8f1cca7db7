//! As much of AMQP 0.9.1 as services need: logging in, as to RabbitMQ. Main function: [`greet`].

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::ready::{NotReady, connect};
use super::server::Server;

/// What a client says first.
const PROTOCOL: &[u8] = b"AMQP\0\0\x09\x01";

/// What every frame ends with.
const END: u8 = 0xce;

/// A frame that is longer than this is none.
const LONGEST: usize = 1 << 20;

/// The methods of connections, as class and number.
const START: [u8; 4] = [0, 10, 0, 10];
const START_OK: [u8; 4] = [0, 10, 0, 11];
const TUNE: [u8; 4] = [0, 10, 0, 30];
const TUNE_OK: [u8; 4] = [0, 10, 0, 31];
const OPEN: [u8; 4] = [0, 10, 0, 40];
const OPEN_OK: [u8; 4] = [0, 10, 0, 41];
const CLOSE: [u8; 4] = [0, 10, 0, 50];
const CLOSE_OK: [u8; 4] = [0, 10, 0, 51];

/// What a client can do: be told that it is not let in, instead of being cut off after a while.
const CAPABILITIES: &[u8] = b"\x0ccapabilitiesF\0\0\0\x1f\x1cauthentication_failure_closet\x01";

/// Logs in, opens the virtual host, and tells the version of the server.
pub(super) fn greet(server: &Server, patience: Duration) -> Result<String, NotReady> {
    let mut stream = connect(&server.host, server.port)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    stream.write_all(PROTOCOL)?;
    let mut stream = BufReader::new(stream);
    let started = told(&mut stream, START)?;
    send(&mut stream, &[&START_OK, &login(server)[..]].concat())?;
    let tuned = told(&mut stream, TUNE)?;
    send(&mut stream, &[&TUNE_OK, tuned.get(..8).unwrap_or_default()].concat())?;
    let host = if server.database.is_empty() { "/" } else { &server.database };
    send(&mut stream, &[&OPEN, &short(host)[..], b"\0\0"].concat())?;
    told(&mut stream, OPEN_OK)?;
    // Else it notes that a client has gone without a word.
    send(&mut stream, &[&CLOSE, &b"\0\xc8"[..], &short("")[..], &[0; 4]].concat())?;
    told(&mut stream, CLOSE_OK)?;
    Ok(version(&started).unwrap_or_default())
}

/// What follows a method; nothing else may come.
fn told(stream: &mut BufReader<TcpStream>, method: [u8; 4]) -> Result<Vec<u8>, NotReady> {
    let frame = receive(stream)?;
    match frame.split_first_chunk() {
        Some((found, rest)) if *found == method => Ok(rest.to_vec()),
        Some((&CLOSE, [a, b, rest @ ..])) => {
            let (code, mut rest) = (u16::from_be_bytes([*a, *b]), rest);
            let why = text(&mut rest).unwrap_or_default();
            Err(NotReady::Refuses(format!("it refuses: {why} ({code})")))
        }
        _ => Err(malformed().into()),
    }
}

fn send(stream: &mut BufReader<TcpStream>, method: &[u8]) -> io::Result<()> {
    let length = u32::try_from(method.len()).map_err(|_| malformed())?.to_be_bytes();
    stream.get_mut().write_all(&[&[1, 0, 0], &length[..], method, &[END]].concat())
}

fn receive(stream: &mut BufReader<TcpStream>) -> io::Result<Vec<u8>> {
    let mut head = [0; 7];
    stream.read_exact(&mut head)?;
    let [kind, _, _, length @ ..] = head;
    let length = u32::from_be_bytes(length) as usize;
    if kind != 1 || length > LONGEST {
        return Err(malformed());
    }
    let mut body = vec![0; length + 1];
    stream.read_exact(&mut body)?;
    if body.pop() == Some(END) { Ok(body) } else { Err(malformed()) }
}

/// Who a client is, and how it logs in.
fn login(server: &Server) -> Vec<u8> {
    let (user, password) = match (server.user.as_str(), server.password.as_str()) {
        ("", "") => ("guest", "guest"),
        login => login,
    };
    let response = format!("\0{user}\0{password}");
    [&long(CAPABILITIES)[..], &short("PLAIN"), &long(response.as_bytes()), &short("en_US")].concat()
}

/// The version among the properties that a server tells at first.
fn version(started: &[u8]) -> Option<String> {
    // The version of the protocol comes before them.
    let mut properties = bytes(&mut started.get(2..)?)?;
    while !properties.is_empty() {
        let name = text(&mut properties)?;
        let (kind, rest) = properties.split_first()?;
        properties = rest;
        let value = match *kind {
            b't' => taken(&mut properties, 1)?,
            b'S' | b'F' => bytes(&mut properties)?,
            _ => return None,
        };
        if name == "version" {
            return Some(String::from_utf8_lossy(value).into_owned());
        }
    }
    None
}

/// So many bytes from the beginning, which are taken off.
fn taken<'a>(from: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (found, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(found)
}

/// Bytes behind their length, which has four.
fn bytes<'a>(from: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_be_bytes(*taken(from, 4)?.first_chunk()?);
    taken(from, length as usize)
}

/// A text behind its length, which has one.
fn text(from: &mut &[u8]) -> Option<String> {
    let length = taken(from, 1)?[0];
    taken(from, usize::from(length)).map(|text| String::from_utf8_lossy(text).into_owned())
}

fn short(text: &str) -> Vec<u8> {
    let text = &text.as_bytes()[..text.len().min(usize::from(u8::MAX))];
    [&[text.len() as u8], text].concat()
}

fn long(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u32).to_be_bytes(), bytes].concat()
}

fn malformed() -> io::Error {
    io::Error::other("what it answers is not what RabbitMQ does")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_among_the_properties() {
        let properties = b"\x0ccapabilitiesF\0\0\0\x04\x01at\x01\x07productS\0\0\0\x08RabbitMQ\x07versionS\0\0\0\x063.10.8";
        let started = [&b"\0\x09"[..], &long(properties), &long(b"PLAIN")].concat();
        assert_eq!(version(&started).as_deref(), Some("3.10.8"));
        assert_eq!(version(b"\0\x09\0\0\0\x09\x07versionS"), None);
        assert_eq!(version(b"\0\x09\0\0\0\0"), None);
    }

    #[test]
    fn what_a_client_can_do_is_a_table() {
        let mut table = CAPABILITIES;
        assert_eq!(text(&mut table).as_deref(), Some("capabilities"));
        assert_eq!(taken(&mut table, 1), Some(&b"F"[..]));
        let mut inner = bytes(&mut table).expect("a table");
        assert_eq!(text(&mut inner).as_deref(), Some("authentication_failure_close"));
        assert_eq!((inner, table), (&b"t\x01"[..], &b""[..]));
    }
}
