//! An event as the arguments of its insert, in PostgreSQL's binary format: what a layer does before it sends anything, so
//! none of this needs a server. Main function: [`by_raw`].
//!
//! diesel is not among them: it only encodes for a connection.

use bytes::{BufMut, BytesMut};
use sea_orm::{DbBackend, EntityTrait, QueryTrait};
use sea_query_sqlx::SqlxValues;
use sqlx::postgres::PgArguments;
use sqlx::{Arguments, IntoArguments, Postgres};
use tokio_postgres::types::{IsNull, Json, ToSql, Type};

use crate::sea_orm_layer::{active_event, events};
use crate::{Error, Event};

/// As tokio-postgres does it: each value behind its length.
///
/// # Errors
///
/// When a value does not fit its column.
pub fn by_raw(row: &Event) -> Result<BytesMut, Error> {
    let attributes = Json(&row.attributes);
    let values: [(&(dyn ToSql + Sync), Type); 5] = [
        (&row.id, Type::INT8),
        (&row.kind, Type::TEXT),
        (&row.recorded_at, Type::INT8),
        (&row.tags, Type::TEXT_ARRAY),
        (&attributes, Type::JSONB),
    ];
    let mut bytes = BytesMut::new();
    for (value, column) in values {
        put(value, &column, &mut bytes).map_err(Error::Encode)?;
    }
    Ok(bytes)
}

fn put(
    value: &(dyn ToSql + Sync),
    column: &Type,
    bytes: &mut BytesMut,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let start = bytes.len();
    bytes.put_i32(0);
    let length = match value.to_sql_checked(column, bytes)? {
        IsNull::Yes => -1,
        IsNull::No => i32::try_from(bytes.len() - start - 4)?,
    };
    bytes[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// As sqlx does it, when values are bound to a query.
///
/// # Errors
///
/// When a value cannot be encoded.
pub fn by_sqlx(row: &Event) -> Result<PgArguments, Error> {
    let mut arguments = PgArguments::default();
    let bound = [
        arguments.add(row.id),
        arguments.add(&*row.kind),
        arguments.add(row.recorded_at),
        arguments.add(&row.tags),
        arguments.add(sqlx::types::Json(&row.attributes)),
    ];
    bound.into_iter().collect::<Result<(), _>>().map_err(Error::Encode)?;
    Ok(arguments)
}

/// As sea-orm does it: an active model, a statement with values in it, and these bound by sqlx.
#[must_use]
pub fn by_sea_orm(row: Event) -> PgArguments {
    let statement = events::Entity::insert(active_event(row)).build(DbBackend::Postgres);
    let values = statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new()));
    IntoArguments::<Postgres>::into_arguments(SqlxValues(values))
}

/// The bytes that were encoded, as `Debug` shows a list of bytes. sqlx shows them nowhere else.
#[must_use]
pub fn bytes_of(arguments: &PgArguments) -> String {
    let shown = format!("{arguments:?}");
    let bytes = shown.split_once("buffer: [").and_then(|(_, bytes)| bytes.split_once(']'));
    bytes.map(|(bytes, _)| format!("[{bytes}]")).unwrap_or(shown)
}
