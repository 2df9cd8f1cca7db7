//! Databases of the harness's own on a server that others may use, too. Main functions: [`begin`] and [`tidy`].
//!
//! A database that was made here is known by its comment, which says of which run and process it is. No other is ever
//! changed.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::wire::{PgError, Session};
use crate::containers::leftovers::{Owner, is_gone};
use crate::containers::server::Server;
use crate::fixture::Scope;

/// A server that is silent for so long when it is logged in to is not there.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the comment of a database begins with that was made here.
const MARK: &str = "adapter-bench";

/// The tables, views and sequences that somebody has made in a database, the first few. What an extension brings does not
/// count.
const MADE_BY_OTHERS: &str = "\
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) \
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v') AND n.nspname <> 'information_schema' \
        AND n.nspname NOT LIKE 'pg\\_%' \
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') \
    ORDER BY 1 LIMIT 4";

/// All databases that were made here, and their marks.
const MARKED: &str = "\
    SELECT datname, pg_catalog.shobj_description(oid, 'pg_database') FROM pg_catalog.pg_database \
    WHERE pg_catalog.shobj_description(oid, 'pg_database') LIKE 'adapter-bench|%'";

/// Logs in to the server, in the database that it names.
pub(super) fn log_in(server: &Server) -> Result<Session, PgError> {
    Session::log_in(server, &server.database, PATIENCE)
}

/// The tables of others in the database that the server names, unless it was made here.
pub(super) fn of_others(session: &mut Session, database: &str) -> Result<Vec<String>, PgError> {
    if marked(session)?.iter().any(|(name, _)| name == database) {
        return Ok(Vec::new());
    }
    Ok(session.ask(MADE_BY_OTHERS)?.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
}

/// Makes a database for this run, without tables; its name begins with `adapter_bench_`. It goes when the run ends.
pub(super) fn begin(session: &mut Session, server: &Server, scope: &Scope) -> Result<Server, PgError> {
    let name = unused_name(&server.run, "");
    make(session, &name, None, &Owner::this(&server.run))?;
    let (place, run) = (server.clone(), server.run.clone());
    scope.on_teardown(move || {
        // What is left here is swept by the next run.
        let _ = log_in(&place).and_then(|mut session| tidy(&mut session, |owner| owner.run == run));
    });
    Ok(Server { database: name, home: server.database.clone(), ..server.clone() })
}

/// Removes the databases that were made here by processes of this machine that are gone.
pub(super) fn sweep(session: &mut Session) -> Result<(), PgError> {
    tidy(session, is_gone)
}

/// Removes the databases that were made here by those of whom `condition` holds.
fn tidy(session: &mut Session, condition: impl Fn(&Owner) -> bool) -> Result<(), PgError> {
    let theirs = marked(session)?.into_iter().filter(|(_, owner)| condition(owner));
    theirs.map(|(name, _)| remove(session, &name)).fold(Ok(()), Result::and)
}

/// Makes a database, of a template if there is one, and marks it.
pub(super) fn make(
    session: &mut Session,
    name: &str,
    template: Option<&str>,
    owner: &Owner,
) -> Result<(), PgError> {
    let template = template.map(|template| format!(" TEMPLATE {}", quoted(template))).unwrap_or_default();
    session.ask(&format!("CREATE DATABASE {}{template}", quoted(name)))?;
    let mark = [MARK, &owner.run, &owner.mark()].join("|").replace('\'', "''");
    session.ask(&format!("COMMENT ON DATABASE {} IS '{mark}'", quoted(name))).map(drop)
}

/// Removes a database that was made here, with the connections to it.
pub(super) fn remove(session: &mut Session, name: &str) -> Result<(), PgError> {
    let (database, text) = (quoted(name), name.replace('\'', "''"));
    // One that is a template cannot be dropped, and one that is connected to, neither.
    let _ = session.ask(&format!("ALTER DATABASE {database} IS_TEMPLATE false ALLOW_CONNECTIONS false"));
    let _ = end_connections(session, &text);
    session.ask(&format!("DROP DATABASE IF EXISTS {database}")).map(drop)
}

/// Lets nobody connect to a database any more, so that it stays as it is and can be copied.
pub(super) fn freeze(session: &mut Session, name: &str) -> Result<(), PgError> {
    session.ask(&format!("ALTER DATABASE {} IS_TEMPLATE true ALLOW_CONNECTIONS false", quoted(name)))?;
    end_connections(session, &name.replace('\'', "''"))
}

fn end_connections(session: &mut Session, name: &str) -> Result<(), PgError> {
    let end = "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity";
    let theirs = format!("WHERE datname = '{name}' AND pid <> pg_catalog.pg_backend_pid()");
    session.ask(&format!("{end} {theirs}"))?;
    for _ in 0..100 {
        let left = session.ask(&format!("SELECT 1 FROM pg_catalog.pg_stat_activity {theirs}"))?;
        if left.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

fn marked(session: &mut Session) -> Result<Vec<(String, Owner)>, PgError> {
    let rows = session.ask(MARKED)?;
    let read = |row: Vec<Option<String>>| {
        let mut row = row.into_iter().flatten();
        let (name, mark) = (row.next()?, row.next()?);
        let mut parts = mark.splitn(3, '|').skip(1);
        Some((name, Owner::of_mark(parts.next()?, parts.next()?)?))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// A name that no other database has.
pub(super) fn unused_name(run: &str, what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    // PostgreSQL cuts names after 63 bytes, so what tells them apart comes first.
    let name = format!("adapter_bench_{run}_{process}_{number}_{what}");
    name.chars().map(plain).take(63).collect::<String>().trim_end_matches('_').to_owned()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unlike_plain_and_short_enough() {
        let (one, other) = (unused_name("12-af", "Sea-ORM; DROP"), unused_name("12-af", "x"));
        assert!(one.starts_with("adapter_bench_12_af_") && one.ends_with("_sea_orm__drop"), "{one}");
        assert_ne!(one, other);
        assert!(unused_name(&"r".repeat(40), &"x".repeat(80)).len() <= 63);
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
