//! What can go wrong in a layer. Main type: [`Error`].

/// Why a layer did not do what it was asked to; the library's own error is the source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// From rusqlite.
    #[error("rusqlite could not do it")]
    Rusqlite(#[from] rusqlite::Error),
    /// From diesel, when it opens a database.
    #[error("diesel could not open the database")]
    DieselConnection(#[from] diesel::ConnectionError),
    /// From diesel.
    #[error("diesel could not do it")]
    Diesel(#[from] diesel::result::Error),
    /// From sqlx.
    #[error("sqlx could not do it")]
    Sqlx(#[from] sqlx::Error),
}
