//! The state of a PostgreSQL database, kept and restored. Main types: [`Template`] and [`Database`].

use std::error::Error;
use std::fmt::{self, Debug};
use std::ops::Deref;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::databases::{freeze, log_in, make, remove, unused_name};
use super::wire::{PgError, Session};
use crate::containers::leftovers::Owner;
use crate::containers::server::Server;
use crate::fixture::Scope;

/// How long a copy waits for others that copy the same.
const WAITING: Duration = Duration::from_secs(10);

/// A database that nobody changes any more: what benchmarks start from. It is data, so a service can hand it over.
///
/// ```no_run
/// use adapter_bench::containers::{Server, Template};
/// use adapter_bench::{Fixture, Scope, SetupError, fixture, service};
///
/// # fn postgres() {}
/// # #[service]
/// # fn pg(scope: Scope) -> Result<Server, SetupError> { adapter_bench::containers::postgres().start(&scope) }
/// # fn seed(_url: &str) -> Result<(), SetupError> { Ok(()) }
/// #[service]
/// fn seeded(scope: Scope, pg: Fixture<Server>) -> Result<Template, SetupError> {
///     let database = pg.database(&scope, "shop")?;
///     seed(&database.url())?;
///     Ok(Template::of(&database)?)
/// }
///
/// #[fixture]
/// fn shop(seeded: Fixture<Template>) -> Result<adapter_bench::containers::Database, SetupError> {
///     Ok(seeded.copy("shop")?)
/// }
/// # fn main() {}
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// The server, and the database on it to work from.
    from: Server,
    name: String,
}

/// A database that is a copy of a [`Template`], for one benchmark or for the benchmarks of one process. It dereferences to
/// the [`Server`] with its name; dropped, it is removed, with the connections to it.
///
/// What a process leaves that is killed goes when the run ends, or with the next run.
pub struct Database {
    template: Template,
    server: Server,
}

impl Template {
    /// Makes a template of a database that [`Server::database`] has made, once it holds what benchmarks start from.
    /// Connections to it are ended, and there are no new ones.
    ///
    /// # Errors
    ///
    /// When the server refuses, or is gone.
    pub fn of(database: &Server) -> Result<Self, Box<dyn Error>> {
        let from = Server { database: database.home().to_owned(), ..database.clone() };
        let mut session = log_in(&from).map_err(|why| told(&from, &why))?;
        freeze(&mut session, &database.database).map_err(|why| told(&from, &why))?;
        Ok(Self { from, name: database.database.clone() })
    }

    /// Makes a copy of it; `name` becomes part of the copy's. It takes about as long as the server takes to copy the files.
    ///
    /// # Errors
    ///
    /// When the server refuses, or is gone.
    pub fn copy(&self, name: &str) -> Result<Database, Box<dyn Error>> {
        let database = unused_name(&self.from.run, name);
        let server = Server { database, home: self.from.database.clone(), ..self.from.clone() };
        let copy = Database { template: self.clone(), server };
        copy.make().map_err(|why| told(&self.from, &why))?;
        Ok(copy)
    }
}

impl Database {
    /// Makes it what the template is, under the same name. Connections to it are ended: connect anew.
    ///
    /// # Errors
    ///
    /// When the server refuses, or is gone.
    pub fn restore(&self) -> Result<(), Box<dyn Error>> {
        self.remove().and_then(|()| self.make()).map_err(|why| told(&self.server, &why).into())
    }

    fn make(&self) -> Result<(), PgError> {
        let (mut session, began) = (log_in(&self.template.from)?, Instant::now());
        let owner = Owner::this(&self.server.run);
        loop {
            match make(&mut session, &self.server.database, Some(&self.template.name), &owner) {
                Err(PgError::Refused { code, .. }) if code == IN_USE && began.elapsed() < WAITING => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                made => return made,
            }
        }
    }

    fn remove(&self) -> Result<(), PgError> {
        log_in(&self.template.from)
            .and_then(|mut session: Session| remove(&mut session, &self.server.database))
    }
}

/// The code of `CREATE DATABASE` while somebody is connected to the template.
const IN_USE: &str = "55006";

impl Deref for Database {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // What cannot be removed now goes when the run ends.
        let _ = self.remove();
    }
}

impl Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Template").field("of", &self.name).field("on", &self.from).finish()
    }
}

impl Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Database").field(&self.server).finish()
    }
}

impl Server {
    /// Makes a database on this PostgreSQL, without tables; `name` becomes part of its name. It goes when the run ends. Fill
    /// it and make a [`Template`] of it, or use it as it is.
    ///
    /// # Errors
    ///
    /// When the server refuses, or is gone; and on a server that is no PostgreSQL.
    pub fn database(&self, scope: &Scope, name: &str) -> Result<Self, Box<dyn Error>> {
        let database = unused_name(&self.run, name);
        let made =
            log_in(self).and_then(|mut session| make(&mut session, &database, None, &Owner::this(&self.run)));
        made.map_err(|why| told(self, &why))?;
        let own = Self { database, home: self.home().to_owned(), ..self.clone() };
        let to_remove = own.clone();
        scope.on_teardown(move || {
            let _ = log_in(&Self { database: to_remove.home().to_owned(), ..to_remove.clone() })
                .and_then(|mut session| remove(&mut session, &to_remove.database));
        });
        Ok(own)
    }

    /// Has this PostgreSQL execute SQL, several statements if there are semicolons, on a connection of its own: for what
    /// surrounds a benchmark, such as making tables and filling them. The rows of all answers, as texts.
    ///
    /// # Errors
    ///
    /// When the server refuses, or is gone; and on a server that is no PostgreSQL.
    pub fn sql(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Box<dyn Error>> {
        let rows = log_in(self).and_then(|mut session| session.ask(sql));
        Ok(rows.map_err(|why| told(self, &why))?)
    }

    /// The database to work from when databases are made and removed.
    fn home(&self) -> &str {
        if self.home.is_empty() { &self.database } else { &self.home }
    }
}

fn told(server: &Server, why: &PgError) -> String {
    format!("{} at {}:{}: {why}", server.name, server.host, server.port)
}
