//! What the benchmarks stand on, from the server to the rows. Main type: [`Place`].
//!
//! A server and a template on it for all → a [`Place`], which is a copy, per arm and process → a connection per
//! benchmark.

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

use adapter_bench::containers::{self, Database, Server, Template};
use adapter_bench::{Fixture, Scope, SetupError, fixture, service};
use example_data_layers::{Digest, Error, Keeper, Layer, Namespace};

use crate::arms::Driver;

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

/// A copy of the template, for one arm in this process.
pub(crate) struct Place {
    /// The connection that no benchmark is measured on; it ends before its database does.
    keeper: Keeper,
    database: Database,
    driver: Driver,
    namespace: Namespace,
}

impl Place {
    fn of(arm: &str, driver: Driver, template: &Template) -> Result<Self, SetupError> {
        let database = template.copy(arm)?;
        let keeper = Keeper::start(&database.url())?;
        Ok(Self { keeper, database, driver, namespace: Namespace::seeded() })
    }

    /// What its arm goes through.
    pub(crate) fn driver(&self) -> Driver {
        self.driver
    }

    /// A connection to it, after what an earlier benchmark of the process may have left there is gone.
    pub(crate) async fn connect<L: Layer>(&self) -> Result<L, Error> {
        self.keeper.restore(&self.namespace, UPDATED)?;
        L::connect(&self.namespace.on(&self.database.url()), self.namespace.name()).await
    }

    /// A connection to a part of it where no table is.
    pub(crate) async fn connect_to_nothing<L: Layer>(&self) -> Result<L, Error> {
        let empty = Namespace::empty();
        self.keeper.make_empty(&empty)?;
        L::connect(&empty.on(&self.database.url()), empty.name()).await
    }

    /// What is where no table should be, and the tables that a layer makes there when it is to keep them.
    pub(crate) async fn tables_by<L: Layer>(&self) -> Result<[Vec<String>; 2], Error> {
        let empty = Namespace::empty();
        let rolled_back = self.keeper.catalogue(&empty)?;
        self.connect_to_nothing::<L>().await?.keep_tables().await?;
        let kept = self.keeper.catalogue(&empty)?;
        self.keeper.make_empty(&empty)?;
        Ok([rolled_back, kept])
    }

    /// Tells the record how the server goes about what the layer has sent last; `name` is what that is called.
    pub(crate) fn tell_plan(&self, name: &str) -> Result<(), Error> {
        adapter_bench::query_plan(name, &self.keeper.explain_last(&self.namespace)?);
        Ok(())
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

#[fixture]
pub(crate) fn tokio_postgres(seeded: Fixture<Template>) -> Result<Place, SetupError> {
    Place::of("tokio_postgres", Driver::TokioPostgres, &seeded)
}

#[fixture]
pub(crate) fn sqlx(seeded: Fixture<Template>) -> Result<Place, SetupError> {
    Place::of("sqlx", Driver::Sqlx, &seeded)
}

#[fixture]
pub(crate) fn diesel_async(seeded: Fixture<Template>) -> Result<Place, SetupError> {
    Place::of("diesel_async", Driver::DieselAsync, &seeded)
}

#[fixture]
pub(crate) fn sea_orm(seeded: Fixture<Template>) -> Result<Place, SetupError> {
    Place::of("sea_orm", Driver::SeaOrm, &seeded)
}

#[fixture]
pub(crate) fn chosen(seeded: Fixture<Template>) -> Result<Place, SetupError> {
    Place::of("chosen", Driver::chosen()?, &seeded)
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
