//! The schema through sea-orm, whose rows are entities. Main type: [`SeaOrm`].

use std::time::Duration;

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, QueryOrder,
    QuerySelect, Schema, Set, TransactionTrait,
};

use crate::{Error, Event, Layer, Product, Review};

/// The table `products` as an entity.
pub mod products {
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
    #[sea_orm(table_name = "products")]
    #[expect(missing_docs, reason = "as in `Product`")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub name: String,
        #[sea_orm(column_type = "Text", indexed)]
        pub category: String,
        pub price: i64,
        pub stock: i32,
        pub active: bool,
    }

    /// To other tables: none is told to sea-orm.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `reviews` as an entity.
pub mod reviews {
    use sea_orm::entity::prelude::*;

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reviews")]
    #[expect(missing_docs, reason = "as in `Review`")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(indexed)]
        pub product_id: i64,
        #[sea_orm(column_type = "Text")]
        pub author: String,
        pub rating: i32,
        #[sea_orm(column_type = "Text", nullable)]
        pub body: Option<String>,
    }

    /// To other tables: none is told to sea-orm.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table `events` as an entity.
pub mod events {
    use std::collections::BTreeMap;

    use sea_orm::FromJsonQueryResult;
    use sea_orm::entity::prelude::*;
    use serde::{Deserialize, Serialize};

    /// A row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "events")]
    #[expect(missing_docs, reason = "as in `Event`")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        #[sea_orm(column_type = "Text")]
        pub kind: String,
        pub recorded_at: i64,
        #[sea_orm(column_type = "Array(RcOrArc::new(ColumnType::Text))")]
        pub tags: Vec<String>,
        #[sea_orm(column_type = "JsonBinary")]
        pub attributes: Attributes,
    }

    /// Named texts.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
    #[serde(transparent)]
    pub struct Attributes(pub BTreeMap<String, String>);

    /// To other tables: none is told to sea-orm.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A pool of one connection. sqlx, on which sea-orm stands, keeps the last hundred statements that it has prepared.
pub struct SeaOrm {
    pool: DatabaseConnection,
}

/// How long the pool tries again to connect.
const PATIENCE: Duration = Duration::from_secs(5);

impl Layer for SeaOrm {
    type Product = products::Model;
    type Event = events::Model;

    async fn connect(url: &str, namespace: &str) -> Result<Self, Error> {
        let mut options = ConnectOptions::new(url);
        // Else each use of the pool would ask the server first whether it is there, and logging would be measured too.
        options.max_connections(1).test_before_acquire(false).sqlx_logging(false);
        options.set_schema_search_path(namespace).acquire_timeout(PATIENCE);
        Ok(Self { pool: Database::connect(options).await? })
    }

    async fn insert_product(&mut self, row: Product) -> Result<(), Error> {
        products::Entity::insert(active_product(row)).exec_without_returning(&self.pool).await?;
        Ok(())
    }

    async fn product(&mut self, id: i64) -> Result<Option<products::Model>, Error> {
        Ok(products::Entity::find_by_id(id).one(&self.pool).await?)
    }

    async fn products_after(&mut self, id: i64, count: i64) -> Result<Vec<products::Model>, Error> {
        let query = products::Entity::find().filter(products::Column::Id.gt(id));
        let query = query.order_by_asc(products::Column::Id).limit(count.unsigned_abs());
        Ok(query.all(&self.pool).await?)
    }

    async fn update_product(&mut self, id: i64, price: i64, stock: i32) -> Result<u64, Error> {
        let update = products::Entity::update_many()
            .col_expr(products::Column::Price, Expr::value(price))
            .col_expr(products::Column::Stock, Expr::value(stock))
            .filter(products::Column::Id.eq(id));
        Ok(update.exec(&self.pool).await?.rows_affected)
    }

    async fn delete_product(&mut self, id: i64) -> Result<u64, Error> {
        Ok(products::Entity::delete_by_id(id).exec(&self.pool).await?.rows_affected)
    }

    async fn insert_reviews(&mut self, rows: Vec<Review>) -> Result<(), Error> {
        let rows = rows.into_iter().map(active_review);
        reviews::Entity::insert_many(rows).exec_without_returning(&self.pool).await?;
        Ok(())
    }

    async fn insert_event(&mut self, row: Event) -> Result<(), Error> {
        events::Entity::insert(active_event(row)).exec_without_returning(&self.pool).await?;
        Ok(())
    }

    async fn event(&mut self, id: i64) -> Result<Option<events::Model>, Error> {
        Ok(events::Entity::find_by_id(id).one(&self.pool).await?)
    }

    async fn create_tables(&mut self) -> Result<(), Error> {
        let transaction = self.pool.begin().await?;
        create_all(&transaction).await?;
        Ok(transaction.rollback().await?)
    }

    async fn keep_tables(&mut self) -> Result<(), Error> {
        let transaction = self.pool.begin().await?;
        create_all(&transaction).await?;
        Ok(transaction.commit().await?)
    }
}

/// From the entities: sea-orm knows no other schema.
async fn create_all(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    create(transaction, products::Entity).await?;
    create(transaction, reviews::Entity).await?;
    create(transaction, events::Entity).await
}

async fn create<E: EntityTrait>(transaction: &DatabaseTransaction, entity: E) -> Result<(), DbErr> {
    let schema = Schema::new(transaction.get_database_backend());
    transaction.execute(&schema.create_table_from_entity(entity)).await?;
    for index in schema.create_index_from_entity(entity) {
        transaction.execute(&index).await?;
    }
    Ok(())
}

pub(crate) fn active_product(row: Product) -> products::ActiveModel {
    products::ActiveModel {
        id: Set(row.id),
        name: Set(row.name),
        category: Set(row.category),
        price: Set(row.price),
        stock: Set(row.stock),
        active: Set(row.active),
    }
}

fn active_review(row: Review) -> reviews::ActiveModel {
    reviews::ActiveModel {
        id: Set(row.id),
        product_id: Set(row.product_id),
        author: Set(row.author),
        rating: Set(row.rating),
        body: Set(row.body),
    }
}

pub(crate) fn active_event(row: Event) -> events::ActiveModel {
    events::ActiveModel {
        id: Set(row.id),
        kind: Set(row.kind),
        recorded_at: Set(row.recorded_at),
        tags: Set(row.tags),
        attributes: Set(events::Attributes(row.attributes.0)),
    }
}

impl From<products::Model> for Product {
    fn from(row: products::Model) -> Self {
        let products::Model { id, name, category, price, stock, active } = row;
        Self { id, name, category, price, stock, active }
    }
}

impl From<events::Model> for Event {
    fn from(row: events::Model) -> Self {
        let events::Model { id, kind, recorded_at, tags, attributes } = row;
        Self { id, kind, recorded_at, tags, attributes: crate::Attributes(attributes.0) }
    }
}
