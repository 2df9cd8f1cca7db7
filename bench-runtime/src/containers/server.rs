//! A server that benchmarks can use. Main type: [`Server`].

use std::collections::BTreeMap;
use std::fmt::{self, Debug};

use serde::{Deserialize, Serialize};

use crate::secrets::{self, conceal, in_url};

/// Where a server is, and how to get in. What `Debug` shows of it has no password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Server {
    /// What it is called: `postgres`.
    pub name: String,
    /// The image that it runs from; `None` for one that was there already.
    pub image: Option<String>,
    /// The digest of that image, as the engine tells it.
    pub image_id: Option<String>,
    /// The host to connect to.
    pub host: String,
    /// The port to connect to.
    pub port: u16,
    /// Who logs in; empty where nobody has to.
    pub user: String,
    /// With what password; empty where there is none. Never print it.
    pub password: String,
    /// The database, the virtual host or the like; empty where there is none.
    pub database: String,
    /// What the harness calls this run: for databases and tables of its own on a server that others use, too.
    pub run: String,
    /// The version that it tells when it is logged in to: `17.2`. `None` of servers whose login is not known here.
    pub version: Option<String>,
    /// The database that others are made from; empty where that is `database`.
    pub(super) home: String,
    pub(super) scheme: String,
    pub(super) ports: BTreeMap<u16, u16>,
}

impl Server {
    /// Its address as most drivers take it: `postgres://user:password@host:port/database`. It holds the password.
    pub fn url(&self) -> String {
        let Self { scheme, host, port, database, .. } = self;
        let login = match (self.user.is_empty(), self.password.is_empty()) {
            (true, true) => String::new(),
            (false, true) => format!("{}@", in_url(&self.user)),
            (_, false) => format!("{}:{}@", in_url(&self.user), in_url(&self.password)),
        };
        let path = if database.is_empty() { String::new() } else { format!("/{}", in_url(database)) };
        format!("{scheme}://{login}{host}:{port}{path}")
    }

    /// The port of this machine that leads to a port of the container, where it has several.
    pub fn port_of(&self, container_port: u16) -> Option<u16> {
        self.ports.get(&container_port).copied()
    }

    /// Whether the harness started it. One that was there already may hold data that is not yours.
    pub fn is_own(&self) -> bool {
        self.image.is_some()
    }
}

impl Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, image, host, port, user, database, .. } = self;
        let image = image.as_deref().unwrap_or("already there");
        f.write_str(&conceal(&format!("{name} ({image}) at {user}@{host}:{port}/{database}")))
    }
}

/// A server that was there already, from its URL. The error does not repeat the URL, which may hold a password.
pub(super) fn from_url(
    name: &str,
    scheme: &str,
    default_port: u16,
    run: &str,
    url: &str,
) -> Result<Server, String> {
    let (found, rest) = url.split_once("://").ok_or("it has no `://`")?;
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (login, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (user, password) = login.split_once(':').unwrap_or((login, ""));
    let (host, port) = place.rsplit_once(':').unwrap_or((place, ""));
    if host.is_empty() {
        return Err("it names no host".to_owned());
    }
    let port = match port {
        "" => default_port,
        port => port.parse().map_err(|_| "its port is no number from 1 to 65535".to_owned())?,
    };
    let database = path.split('?').next().unwrap_or_default();
    secrets::keep(&decoded(password), &[name, scheme, host, &decoded(user), &decoded(database)]);
    Ok(Server {
        name: name.to_owned(),
        image: None,
        image_id: None,
        host: host.to_owned(),
        port,
        user: decoded(user),
        password: decoded(password),
        database: decoded(database),
        run: run.to_owned(),
        version: None,
        home: String::new(),
        scheme: if found.is_empty() { scheme } else { found }.to_owned(),
        ports: BTreeMap::new(),
    })
}

/// Whether a URL asks for TLS, by its scheme or by an option.
pub(super) fn asks_for_tls(url: &str) -> bool {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let options = rest.split_once('?').map_or("", |(_, options)| options);
    let wants = |option: &str| {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        name == "sslmode" && matches!(value, "require" | "verify-ca" | "verify-full")
    };
    matches!(scheme, "rediss" | "tls" | "amqps") || options.split('&').any(wants)
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &after[2..]).1,
            None => (bytes.push(*first), rest = after).1,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<Server, String> {
        from_url("postgres", "postgres", 5432, "run", url)
    }

    #[test]
    fn a_url_is_read_and_written_with_its_escapes() {
        let url = "postgres://me:a%40b%2Fc@db.local:6000/shop?sslmode=off";
        let server = read(url).expect("a URL");
        assert_eq!((server.user.as_str(), server.password.as_str()), ("me", "a@b/c"));
        assert_eq!((server.host.as_str(), server.port, server.database.as_str()), ("db.local", 6000, "shop"));
        assert_eq!(server.url(), "postgres://me:a%40b%2Fc@db.local:6000/shop");
        assert_eq!(read("postgres://db").expect("a URL").url(), "postgres://db:5432");
    }

    #[test]
    fn what_is_no_url_is_refused_without_being_repeated() {
        for (url, why) in
            [("me:secret@db", "no `://`"), ("pg://me:secret@:1/x", "no host"), ("pg://a:b@h:x", "port")]
        {
            let error = read(url).expect_err("no URL");
            assert!(error.contains(why) && !error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn what_asks_for_tls_is_known_by_its_scheme_or_an_option() {
        for url in ["rediss://db", "amqps://db/x", "postgres://db/x?connect_timeout=3&sslmode=verify-full"] {
            assert!(asks_for_tls(url), "{url}");
        }
        for url in ["redis://db", "postgres://db/sslmode=require", "postgres://db/x?sslmode=prefer", "db"] {
            assert!(!asks_for_tls(url), "{url}");
        }
    }

    #[test]
    fn debug_shows_no_password() {
        let shown = format!("{:?}", read("postgres://me:secret@db/x").expect("a URL"));
        assert_eq!(shown, "postgres (already there) at me@db:5432/x");
    }
}
