//! What the benchmarks stand on, from the server to the rows. Main type: [`Place`].
//!
//! A server and a template on it for all → a [`Place`], which is a copy, per layer and process → a connection per benchmark.

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

use adapter_bench::containers::{self, Database, Server, Template};
use adapter_bench::{Fixture, Scope, SetupError, fixture, service};
use example_data_layers::{Digest, Error, Keeper, Layer, Namespace};

/// The product that updates change.
pub(crate) const UPDATED: i64 = 500;

/// A container, or the server that `ADAPTER_BENCH_POSTGRES_URL` names. The data are in memory: a disk would only add noise to
/// all layers alike.
#[service]
fn postgres(scope: Scope) -> Result<Server, SetupError> {
    containers::postgres().data_in_memory().start(&scope)
}

/// The tables with the rows that every layer begins with.
#[service]
fn seeded(scope: Scope, postgres: Fixture<Server>) -> Result<Template, SetupError> {
    let database = postgres.database(&scope, "seeded")?;
    Keeper::start(&database.url())?.make_seeded(&Namespace::seeded())?;
    Template::of(&database)
}

/// A copy of the template, for one layer in this process.
pub(crate) struct Place {
    /// The connection that no benchmark is measured on; it ends before its database does.
    keeper: Keeper,
    database: Database,
    namespace: Namespace,
    is_seeded: bool,
}

impl Place {
    fn empty(layer: &str, template: &Template) -> Result<Self, SetupError> {
        let place =
            Self { is_seeded: false, namespace: Namespace::of("empty"), ..Self::seeded(layer, template)? };
        place.keeper.make_empty(&place.namespace)?;
        Ok(place)
    }

    fn seeded(layer: &str, template: &Template) -> Result<Self, SetupError> {
        let database = template.copy(layer)?;
        let keeper = Keeper::start(&database.url())?;
        Ok(Self { keeper, database, namespace: Namespace::seeded(), is_seeded: true })
    }

    /// A connection to it, after what an earlier benchmark of the process may have left there is gone.
    pub(crate) async fn connect<L: Layer>(&self) -> Result<L, Error> {
        if self.is_seeded {
            self.keeper.restore(&self.namespace, UPDATED)?;
        }
        L::connect(&self.database.url(), self.namespace.name()).await
    }

    /// See [`Keeper::delete_new`].
    pub(crate) fn delete_new(&self) -> Result<(), Error> {
        self.keeper.delete_new(&self.namespace)
    }

    /// See [`Keeper::add_products`].
    pub(crate) fn add_products(&self, first: i64, count: i64) -> Result<(), Error> {
        self.keeper.add_products(&self.namespace, first, count)
    }

    /// See [`Keeper::digest`].
    pub(crate) fn digest(&self) -> Result<Digest, Error> {
        self.keeper.digest(&self.namespace)
    }
}

/// Places with the seeded rows, and such without tables, each called after its layer.
macro_rules! places {
    ($($name:ident: $make:ident($layer:literal);)*) => {
        $(
            #[fixture]
            pub(crate) fn $name(seeded: Fixture<Template>) -> Result<Place, SetupError> {
                Place::$make($layer, &seeded)
            }
        )*
    };
}

places! {
    raw: seeded("raw");
    sqlx: seeded("sqlx");
    diesel: seeded("diesel");
    sea_orm: seeded("sea_orm");
    chosen: seeded("chosen");
    raw_empty: empty("raw");
    sqlx_empty: empty("sqlx");
    diesel_empty: empty("diesel");
    sea_orm_empty: empty("sea_orm");
}

/// A node of ScyllaDB, and the keyspace that this suite makes there.
pub(crate) struct Node {
    address: String,
}

impl Node {
    /// As `host:port`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// It is left there, with at most some thousand rows: making one takes seconds.
    #[expect(clippy::unused_self, reason = "a node has one")]
    pub(crate) fn keyspace(&self) -> &'static str {
        "adapter_bench_data_layers"
    }
}

/// A container, or the server that `ADAPTER_BENCH_SCYLLADB_URL` names.
#[service]
fn scylladb(scope: Scope) -> Result<Server, SetupError> {
    containers::scylladb().start(&scope)
}

#[fixture]
pub(crate) fn scylla(scylladb: Fixture<Server>) -> Node {
    Node { address: format!("{}:{}", scylladb.host, scylladb.port) }
}
