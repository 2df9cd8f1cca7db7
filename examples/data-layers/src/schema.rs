//! The schema, and the SQL that the layers share which take SQL as text.

/// Creates the three tables and two indexes, in the namespace that the connection is set to.
pub const TABLES: &str = "\
    CREATE TABLE products ( \
        id bigint NOT NULL PRIMARY KEY, name text NOT NULL, category text NOT NULL, \
        price bigint NOT NULL, stock integer NOT NULL, active bool NOT NULL \
    ); \
    CREATE INDEX \"idx-products-category\" ON products (category); \
    CREATE TABLE reviews ( \
        id bigint NOT NULL PRIMARY KEY, product_id bigint NOT NULL, \
        author text NOT NULL, rating integer NOT NULL, body text \
    ); \
    CREATE INDEX \"idx-reviews-product_id\" ON reviews (product_id); \
    CREATE TABLE events ( \
        id bigint NOT NULL PRIMARY KEY, kind text NOT NULL, recorded_at bigint NOT NULL, \
        tags text[] NOT NULL, attributes jsonb NOT NULL \
    )";

pub(crate) const INSERT_PRODUCT: &str = "\
    INSERT INTO products (id, name, category, price, stock, active) VALUES ($1, $2, $3, $4, $5, $6)";
pub(crate) const INSERT_EVENT: &str = "\
    INSERT INTO events (id, kind, recorded_at, tags, attributes) VALUES ($1, $2, $3, $4, $5)";

/// What stands before the values of an insert of many reviews.
pub(crate) const INSERT_REVIEWS: &str = "INSERT INTO reviews (id, product_id, author, rating, body) ";

pub(crate) const PRODUCT: &str =
    "SELECT id, name, category, price, stock, active FROM products WHERE id = $1";
pub(crate) const PRODUCTS_AFTER: &str = "\
    SELECT id, name, category, price, stock, active FROM products WHERE id > $1 ORDER BY id LIMIT $2";
pub(crate) const EVENT: &str = "SELECT id, kind, recorded_at, tags, attributes FROM events WHERE id = $1";

pub(crate) const UPDATE_PRODUCT: &str = "UPDATE products SET price = $1, stock = $2 WHERE id = $3";
pub(crate) const DELETE_PRODUCT: &str = "DELETE FROM products WHERE id = $1";

/// Everything in [`TABLES`], in a transaction that leaves nothing.
pub(crate) fn tables_rolled_back() -> String {
    format!("BEGIN; {TABLES}; ROLLBACK")
}
