//! What can go wrong in a layer. Main type: [`Error`].

/// Why a layer did not do what it was asked to; the library's own error is the source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// From tokio-postgres.
    #[error("tokio-postgres could not do it")]
    Raw(#[from] tokio_postgres::Error),
    /// From sqlx.
    #[error("sqlx could not do it")]
    Sqlx(#[from] sqlx::Error),
    /// From diesel, when it connects.
    #[error("diesel could not connect")]
    DieselConnection(#[from] diesel::ConnectionError),
    /// From diesel.
    #[error("diesel could not do it")]
    Diesel(#[from] diesel::result::Error),
    /// From sea-orm.
    #[error("sea-orm could not do it")]
    SeaOrm(#[from] sea_orm::DbErr),
    /// From ScyllaDB's driver.
    #[error("the ScyllaDB driver could not do it")]
    Scylla(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A value could not be turned into the database's format.
    #[error("a value could not be encoded")]
    Encode(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Nothing is called so.
    #[error(
        "there is no driver {0:?}: `--param driver=` takes tokio-postgres, sqlx, diesel-async or sea-orm"
    )]
    NoDriver(String),
    /// The thread that puts tables back has ended, which it only does after a panic.
    #[error("the keeper's thread has ended")]
    KeeperGone,
    /// The operating system gave no thread.
    #[error("the keeper's thread could not be started")]
    NoThread(#[source] std::io::Error),
}
