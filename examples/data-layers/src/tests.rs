//! What all layers have in common, on a real server: they leave and find the same rows.

mod server;

use std::pin::pin;

use self::server::Server;
use super::diesel_layer::Diesel;
use super::raw::Raw;
use super::sea_orm_layer::SeaOrm;
use super::sqlx_layer::Sqlx;
use super::{
    BATCH, Digest, EVENTS, Error, Event, Keeper, Layer, Namespace, PRODUCTS, Product, REVIEWS, encode, event,
    product, review_batch,
};

/// Has every layer do something in a namespace of its own, and returns what that came to.
macro_rules! by_all_layers {
    ($test:literal, $make:ident, $operation:ident) => {{
        let Some(server) = Server::shared() else { return Ok(()) };
        let keeper = Keeper::start(&server.url)?;
        let mut outcomes = Vec::new();
        by_all_layers!(@ server, keeper, outcomes, $test, $make, $operation, Raw, Sqlx, Diesel, SeaOrm);
        outcomes
    }};
    (@ $server:ident, $keeper:ident, $outcomes:ident, $test:literal, $make:ident, $operation:ident, $($layer:ident),*) => {
        $({
            let name = stringify!($layer);
            let namespace = Namespace::of(&format!("{}_{}", $test, name.to_lowercase()));
            $keeper.$make(&namespace)?;
            let outcome = alone(async {
                let layer = <$layer as Layer>::connect(&namespace.on(&$server.url), namespace.name()).await?;
                $operation(layer, &$keeper, &namespace).await
            });
            $keeper.remove(&namespace)?;
            $outcomes.push((name, outcome?));
        })*
    };
}

/// On a runtime of its own, and it does not take for ever.
fn alone<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::NoThread)?;
    runtime.block_on(async {
        let future = pin!(future);
        tokio::time::timeout(std::time::Duration::from_secs(60), future).await.expect("it came to an end")
    })
}

#[test]
fn rows_are_the_same_each_time() {
    let expected = Product {
        id: 1,
        name: "Product 000001".to_owned(),
        category: "audio".to_owned(),
        price: 34_396,
        stock: 440,
        active: false,
    };
    assert_eq!(product(1), expected);
    assert!(review_batch(1).iter().all(|review| (1..=5).contains(&review.rating)));
}

async fn reads<L: Layer>(
    mut layer: L,
    _: &Keeper,
    _: &Namespace,
) -> Result<(Vec<Option<Product>>, Vec<Product>, Vec<Option<Event>>), Error> {
    let products = [layer.product(7).await?, layer.product(PRODUCTS + 1).await?];
    let page = layer.products_after(3, 10).await?;
    let events = [layer.event(7).await?, layer.event(EVENTS + 1).await?];
    Ok((
        products.map(|row| row.map(Into::into)).into(),
        page.into_iter().map(Into::into).collect(),
        events.map(|row| row.map(Into::into)).into(),
    ))
}

#[test]
fn reads_find_the_seeded_rows() -> Result<(), Error> {
    for (name, found) in by_all_layers!("reads", make_seeded, reads) {
        let page = (4..=13).map(product).collect();
        assert_eq!(found, (vec![Some(product(7)), None], page, vec![Some(event(7)), None]), "{name}");
    }
    Ok(())
}

async fn writes<L: Layer>(
    mut layer: L,
    keeper: &Keeper,
    namespace: &Namespace,
) -> Result<Vec<Digest>, Error> {
    let before = keeper.digest(namespace)?;
    assert_eq!(layer.update_product(7, 1, -1).await?, 1);
    assert_eq!(layer.update_product(PRODUCTS + 9, 1, -1).await?, 0);
    layer.insert_product(product(PRODUCTS + 1)).await?;
    keeper.add_products(namespace, PRODUCTS + 2, 2)?;
    assert_eq!(layer.delete_product(PRODUCTS + 2).await?, 1);
    assert_eq!(layer.delete_product(PRODUCTS + 2).await?, 0);
    layer.insert_reviews(review_batch(REVIEWS + 1)).await?;
    layer.insert_event(event(EVENTS + 1)).await?;
    let after = keeper.digest(namespace)?;
    keeper.restore(namespace, 7)?;
    assert_eq!(keeper.digest(namespace)?, before, "what was done can be taken back");
    Ok(vec![before, after])
}

#[test]
fn writes_leave_the_same_rows_which_can_be_taken_out_again() -> Result<(), Error> {
    let left = by_all_layers!("writes", make_seeded, writes);
    for (name, digests) in &left {
        assert_eq!(digests, &left[0].1, "{name}");
        assert_eq!(digests[0].rows, [PRODUCTS, REVIEWS, EVENTS], "{name}");
        assert_eq!(digests[1].rows, [PRODUCTS + 2, REVIEWS + BATCH, EVENTS + 1], "{name}");
    }
    Ok(())
}

/// The plans of what can have several, in one text.
async fn plans<L: Layer>(mut layer: L, keeper: &Keeper, namespace: &Namespace) -> Result<[String; 5], Error> {
    let explain = || keeper.explain_last(namespace);
    layer.product(7).await?;
    let get = explain()?;
    layer.products_after(7, 10).await?;
    let read = explain()?;
    layer.event(7).await?;
    let event = explain()?;
    layer.update_product(0, 0, 0).await?;
    let update = explain()?;
    layer.delete_product(0).await?;
    Ok([get, read, event, update, explain()?])
}

#[test]
fn what_a_layer_has_sent_is_explained_by_the_server() -> Result<(), Error> {
    for (name, plans) in by_all_layers!("plans", make_seeded, plans) {
        let [get, read, event, update, delete] = plans;
        for (plan, step) in
            [(get, "(id = $"), (read, "(id > $"), (update, "Update on products"), (delete, "Delete on")]
        {
            assert!(plan.contains("Index Scan using products_pkey") && plan.contains(step), "{name}: {plan}");
        }
        assert!(event.contains("Index Scan using events_pkey"), "{name}: {event}");
    }
    Ok(())
}

async fn awkward<L: Layer>(mut layer: L, _: &Keeper, _: &Namespace) -> Result<(Product, Event), Error> {
    let (row, happening) = awkward_rows();
    layer.insert_product(row.clone()).await?;
    layer.insert_event(happening.clone()).await?;
    assert!(layer.insert_product(row.clone()).await.is_err(), "the key is taken");
    let product = layer.product(row.id).await?.expect("it was inserted");
    let event = layer.event(happening.id).await?.expect("it was inserted");
    Ok((product.into(), event.into()))
}

fn awkward_rows() -> (Product, Event) {
    let text = "a \"quote\", it's 東京 🦀\n\\ and a ; -- $1".to_owned();
    let row = Product { name: text.clone(), price: i64::MIN, ..product(PRODUCTS + 1) };
    let mut happening = event(EVENTS + 1);
    happening.tags = vec![String::new(), text.clone(), "NULL".to_owned(), "{}".to_owned()];
    happening.attributes.0.insert(text.clone(), text);
    (row, happening)
}

#[test]
fn text_that_needs_care_comes_back_and_a_key_is_taken_once() -> Result<(), Error> {
    for (name, rows) in by_all_layers!("awkward", make_seeded, awkward) {
        assert_eq!(rows, awkward_rows(), "{name}");
    }
    Ok(())
}

async fn tables<L: Layer>(
    mut layer: L,
    keeper: &Keeper,
    namespace: &Namespace,
) -> Result<Vec<String>, Error> {
    layer.create_tables().await?;
    assert_eq!(keeper.catalogue(namespace)?, [""; 0], "it was rolled back");
    layer.keep_tables().await?;
    keeper.catalogue(namespace)
}

#[test]
fn the_tables_of_all_layers_are_the_same() -> Result<(), Error> {
    let catalogues = by_all_layers!("tables", make_empty, tables);
    for (name, catalogue) in &catalogues {
        assert_eq!(catalogue, &catalogues[0].1, "{name}");
        assert_eq!(catalogue.len(), 16 + 5, "{name}: {catalogue:#?}");
    }
    Ok(())
}

#[test]
fn an_event_is_encoded_to_the_same_bytes() -> Result<(), Error> {
    for row in [event(7), awkward_rows().1] {
        let bytes = format!("{:?}", &encode::by_raw(&row)?[..]);
        assert_eq!(encode::bytes_of(&encode::by_sqlx(&row)?), bytes);
        assert_eq!(encode::bytes_of(&encode::by_sea_orm(row)), bytes);
    }
    Ok(())
}

#[test]
fn a_server_that_is_not_there_is_an_error() {
    let nobody = "postgres://nobody@127.0.0.1:1/none";
    assert!(matches!(Keeper::start(nobody), Err(Error::Raw(_))));
    assert!(matches!(alone(Raw::connect(nobody, "none")), Err(Error::Raw(_))));
    assert!(matches!(alone(Sqlx::connect(nobody, "none")), Err(Error::Sqlx(_))));
    assert!(matches!(alone(Diesel::connect(nobody, "none")), Err(Error::DieselConnection(_))));
    assert!(matches!(alone(SeaOrm::connect(nobody, "none")), Err(Error::SeaOrm(_))));
    let scylla = super::scylla_layer::Scylla::connect("127.0.0.1:1", "none");
    assert!(matches!(alone(scylla), Err(Error::Scylla(_))));
}
