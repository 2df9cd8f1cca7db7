//! The schema, the settings of a connection, and what the layers that take SQL text share of it.

/// The name of a database that lives in memory, private to its connection.
pub const IN_MEMORY: &str = ":memory:";

/// How every connection is set, whatever the library's defaults.
///
/// In memory these are what SQLite does anyway, except for the size of the cache; a file gets no waiting for the disk.
pub const PRAGMAS: &str = "\
    PRAGMA journal_mode = MEMORY; \
    PRAGMA synchronous = OFF; \
    PRAGMA cache_size = -16384; \
    PRAGMA foreign_keys = ON;";

/// Creates the three tables, strict ones, and two indexes.
pub const SCHEMA: &str = "\
    CREATE TABLE products ( \
        id INTEGER PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, \
        price INTEGER NOT NULL, stock INTEGER NOT NULL, active INTEGER NOT NULL \
    ) STRICT; \
    CREATE INDEX products_category ON products (category); \
    CREATE TABLE reviews ( \
        id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES products (id), \
        author TEXT NOT NULL, rating INTEGER NOT NULL, body TEXT \
    ) STRICT; \
    CREATE INDEX reviews_product ON reviews (product_id); \
    CREATE TABLE events ( \
        id INTEGER PRIMARY KEY, kind TEXT NOT NULL, recorded_at INTEGER NOT NULL, \
        tags TEXT NOT NULL, attributes TEXT NOT NULL \
    ) STRICT;";

/// Tells the library's version and the settings of a connection in one text.
pub(crate) const SETTINGS: &str = "\
    SELECT concat_ws(' ', sqlite_source_id(), \
        (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous), \
        (SELECT cache_size FROM pragma_cache_size), (SELECT foreign_keys FROM pragma_foreign_keys), \
        (SELECT page_size FROM pragma_page_size), (SELECT locking_mode FROM pragma_locking_mode), \
        (SELECT cache_spill FROM pragma_cache_spill)) AS settings";

pub(crate) const INSERT_PRODUCT: &str = "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?)";
pub(crate) const INSERT_REVIEW: &str = "INSERT INTO reviews VALUES (?, ?, ?, ?, ?)";
pub(crate) const INSERT_EVENT: &str = "INSERT INTO events VALUES (?, ?, ?, ?, ?)";

pub(crate) const PRODUCT: &str = "SELECT id, name, category, price, stock, active FROM products WHERE id = ?";
pub(crate) const EVENT: &str = "SELECT id, kind, recorded_at, tags, attributes FROM events WHERE id = ?";
pub(crate) const REVIEWS_OF: &str = "\
    SELECT id, product_id, author, rating, body FROM reviews WHERE product_id = ? AND rating >= ? ORDER BY id";

pub(crate) const PRODUCTS: &str = "SELECT id, name, category, price, stock, active FROM products ORDER BY id";
pub(crate) const REVIEWS: &str = "SELECT id, product_id, author, rating, body FROM reviews ORDER BY id";
pub(crate) const EVENTS: &str = "SELECT id, kind, recorded_at, tags, attributes FROM events ORDER BY id";

pub(crate) const UPDATE_PRODUCT: &str = "UPDATE products SET price = ?, stock = ? WHERE id = ?";
pub(crate) const DELETE_PRODUCT: &str = "DELETE FROM products WHERE id = ?";

pub(crate) const LAST_PRODUCT: &str = "SELECT max(id) FROM products";
pub(crate) const DELETE_NEW_PRODUCTS: &str = "DELETE FROM products WHERE id > ?";
pub(crate) const DELETE_NEW_REVIEWS: &str = "DELETE FROM reviews WHERE id > ?";
pub(crate) const DELETE_NEW_EVENTS: &str = "DELETE FROM events WHERE id > ?";
