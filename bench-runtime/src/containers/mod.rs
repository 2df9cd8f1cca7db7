//! Servers in containers, for services. Main types: [`Image`] and [`Server`].
//!
//! ```no_run
//! use adapter_bench::containers::{Server, postgres};
//! use adapter_bench::{Scope, SetupError, service};
//!
//! #[service]
//! fn pg(scope: Scope) -> Result<Server, SetupError> {
//!     postgres().data_in_memory().start(&scope)
//! }
//! # fn main() {}
//! ```
//!
//! Each can be an existing server, `ADAPTER_BENCH_POSTGRES_URL=postgres://…`, or run from another image,
//! `ADAPTER_BENCH_POSTGRES_IMAGE=…`. Where there is neither an engine nor a server, what needs it is skipped with the
//! reason.

mod amqp;
mod basis;
mod container;
mod engine;
mod image;
mod kept;
mod known;
mod leftovers;
mod nats;
mod pg;
mod ready;
mod redis;
mod server;
mod shared;

use std::fs::File;
use std::io::{self, Read};

pub use self::image::Image;
pub(crate) use self::kept::serve as serve_as_keeper;
pub use self::known::{mongodb, nats, neo4j, postgres, qdrant, rabbitmq, redis, scylladb};
pub use self::pg::{Database, Template};
pub use self::server::Server;
use crate::files::hex;

/// A text that nobody guesses: a password, or a number that is used once.
fn random() -> io::Result<String> {
    let mut bytes = [0; 18];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(hex(&bytes))
}
