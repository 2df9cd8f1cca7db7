//! What is known of PostgreSQL: how to log in, databases of one's own, and their states.

mod databases;
mod settings;
mod snapshot;
mod wire;

use std::time::Duration;

use self::databases::{begin, log_in, of_others, sweep};
pub(super) use self::settings::settings;
pub use self::snapshot::{Database, Template};
use self::wire::{PgError, Session};
use super::ready::{NotReady, TLS};
use super::server::Server;
use crate::fixture::Scope;

/// Logs in, and tells the version of the server.
pub(super) fn greet(server: &Server, patience: Duration) -> Result<String, NotReady> {
    match Session::log_in(server, &server.database, patience) {
        Ok(session) => Ok(session.version().to_owned()),
        Err(PgError::Silent(error)) => Err(NotReady::Silent(error)),
        // It starts, or ends, or has no room at the moment.
        Err(error @ PgError::Refused { .. }) if is_passing(&error) => {
            Err(NotReady::Silent(std::io::Error::other(error.to_string())))
        }
        Err(error) if is_for_want_of_tls(&error) && wire::offers_tls(server, patience) => {
            Err(NotReady::Refuses(format!("{error}; it offers TLS, and may insist on it: {TLS}")))
        }
        Err(error) => Err(NotReady::Refuses(error.to_string())),
    }
}

/// Whether it may be for want of TLS: no line of the server's `pg_hba.conf` is for such a connection. The other words are in
/// the server's language.
fn is_for_want_of_tls(error: &PgError) -> bool {
    matches!(error, PgError::Refused { code, message } if code == "28000" && message.contains("pg_hba.conf"))
}

fn is_passing(error: &PgError) -> bool {
    matches!(error, PgError::Refused { code, .. } if code.starts_with("57P0") || code == "53300")
}

/// A database of this run's own on a server that the harness has started.
pub(super) fn set_apart(server: &Server, scope: &Scope) -> Result<Server, String> {
    let made = log_in(server).and_then(|mut session| begin(&mut session, server, scope));
    made.map_err(|why| why.to_string())
}

/// Takes a server that was there before for this run: as a database of its own on it. What is in other databases is left
/// alone, and a server is not touched where the database that is named for it has tables of others.
pub(super) fn take(server: &Server, scope: &Scope) -> Result<Server, String> {
    let refused = |error: PgError| match &error {
        PgError::Refused { code, .. } if code == "42501" => {
            let user = &server.user;
            format!(
                "{error}: a run works in a database of its own, so let the user make one (ALTER ROLE {user} CREATEDB)"
            )
        }
        _ => error.to_string(),
    };
    let mut session = log_in(server).map_err(refused)?;
    let others = of_others(&mut session, &server.database).map_err(refused)?;
    if !others.is_empty() {
        return Err(format!(
            "the database `{}` has tables that are not the harness's ({}), and may be in use: name one that is empty, such as \
             `postgres`",
            server.database,
            others.join(", ")
        ));
    }
    // What it may not remove is somebody else's to remove.
    let _ = sweep(&mut session);
    begin(&mut session, server, scope).map_err(refused)
}
