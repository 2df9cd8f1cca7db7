//! What the benchmarks stand on, from the server to the rows. Main type: [`Place`].
//!
//! A server for all → a [`Keeper`] per process → a [`Place`] per layer → a connection per benchmark.

#![expect(clippy::needless_pass_by_value, reason = "fixtures are handed over")]

mod server;

use adapter_bench::{Fixture, Scope, SetupError, Unavailable, fixture, service};
use example_data_layers::{Digest, Error, Keeper, Layer, Namespace};

use self::server::postgres;

/// The product that updates change.
pub(crate) const UPDATED: i64 = 500;

/// The connection that no benchmark is measured on.
#[fixture]
fn keeper(postgres: Fixture<String>) -> Result<Keeper, Error> {
    Keeper::start(&postgres)
}

/// A namespace on the server, for one layer in this process.
pub(crate) struct Place {
    url: Fixture<String>,
    keeper: Fixture<Keeper>,
    namespace: Namespace,
    is_seeded: bool,
}

impl Place {
    fn empty(layer: &str, url: Fixture<String>, keeper: Fixture<Keeper>) -> Result<Self, Error> {
        let namespace = Namespace::of(&format!("{layer}_empty"));
        keeper.make_empty(&namespace)?;
        Ok(Self { url, keeper, namespace, is_seeded: false })
    }

    fn seeded(layer: &str, url: Fixture<String>, keeper: Fixture<Keeper>) -> Result<Self, Error> {
        let namespace = Namespace::of(layer);
        keeper.make_seeded(&namespace)?;
        Ok(Self { url, keeper, namespace, is_seeded: true })
    }

    /// A connection to it, after what an earlier benchmark of the process may have left there is gone.
    pub(crate) async fn connect<L: Layer>(&self) -> Result<L, Error> {
        if self.is_seeded {
            self.keeper.restore(&self.namespace, UPDATED)?;
        }
        L::connect(&self.url, self.namespace.name()).await
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

fn leave(place: Place) -> Result<(), Error> {
    place.keeper.remove(&place.namespace)
}

/// Places with the seeded rows, and such without tables, each called after its layer.
macro_rules! places {
    ($($name:ident: $make:ident($layer:literal);)*) => {
        $(
            #[fixture(teardown = leave)]
            pub(crate) fn $name(postgres: Fixture<String>, keeper: Fixture<Keeper>) -> Result<Place, Error> {
                Place::$make($layer, postgres, keeper)
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
    address: Fixture<String>,
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

/// Where ScyllaDB is.
#[service]
fn scylladb(scope: Scope) -> Result<String, Unavailable> {
    let address = scope.variable("ADAPTER_BENCH_SCYLLADB_URL");
    let address = address.map(|it| it.trim_start_matches("scylla://").trim_end_matches('/').to_owned());
    address.ok_or_else(|| Unavailable::new("no ScyllaDB: set ADAPTER_BENCH_SCYLLADB_URL, scylla://host:port"))
}

#[fixture]
pub(crate) fn scylla(scylladb: Fixture<String>) -> Result<Node, SetupError> {
    Ok(Node { address: scylladb })
}
