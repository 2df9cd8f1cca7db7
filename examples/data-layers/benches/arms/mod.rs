//! The arms of a group: one operation, through each layer. Main macro: [`arms!`].

use example_data_layers::Error;

/// Which layer an arm goes through.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Driver {
    TokioPostgres,
    Sqlx,
    DieselAsync,
    SeaOrm,
}

impl Driver {
    /// Whether `--param driver=…` names one, which then takes the place of all but the reference.
    pub(crate) fn is_chosen() -> bool {
        adapter_bench::param("driver").is_some()
    }

    /// The one that it names.
    pub(crate) fn chosen() -> Result<Self, Error> {
        match adapter_bench::param("driver").unwrap_or_default().as_str() {
            "tokio-postgres" => Ok(Self::TokioPostgres),
            "sqlx" => Ok(Self::Sqlx),
            "diesel-async" => Ok(Self::DieselAsync),
            "sea-orm" => Ok(Self::SeaOrm),
            other => Err(Error::NoDriver(other.to_owned())),
        }
    }
}

/// Declares the arms of the group in whose module it stands: `arms!(insert())`, or `arms!(read(count in [10, 100]))` for an
/// operation that takes a number. Each arm is a function of this form, with the options that are given in parentheses behind
/// its name:
///
/// ```ignore
/// #[adapter_bench(fixture = places::sqlx, when = !Driver::is_chosen(), max_ratio = 1.2)]
/// async fn sqlx(b: Bencher, place: Fixture<Place>) -> Outcome {
///     insert::<Sqlx>(b, &place).await
/// }
/// ```
macro_rules! arms {
    ($operation:ident $input:tt) => {
        arms! { $operation $input: sqlx(), diesel_async(), sea_orm(), chosen() }
    };
    (
        $operation:ident $input:tt:
        sqlx($($sqlx:tt)*), diesel_async($($diesel:tt)*), sea_orm($($sea_orm:tt)*), chosen($($chosen:tt)*) $(,)?
    ) => {
        use super::*;

        arm!(tokio_postgres, $operation $input, reference);
        arm!(sqlx, $operation $input, when = !Driver::is_chosen(), $($sqlx)*);
        arm!(diesel_async, $operation $input, when = !Driver::is_chosen(), $($diesel)*);
        arm!(sea_orm, $operation $input, when = !Driver::is_chosen(), $($sea_orm)*);
        arm!(chosen, $operation $input, when = Driver::is_chosen(), $($chosen)*);
    };
}

/// One of them. Its place knows the layer: that of `chosen` is known when the program runs.
macro_rules! arm {
    ($arm:ident, $operation:ident($($count:ident in $counts:expr)?), $($options:tt)*) => {
        #[adapter_bench(fixture = places::$arm, $(args = $counts,)? $($options)*)]
        async fn $arm(b: Bencher, $($count: i64,)? place: Fixture<Place>) -> Outcome {
            match place.driver() {
                Driver::TokioPostgres => $operation::<Raw>(b, &place, $($count)?).await,
                Driver::Sqlx => $operation::<Sqlx>(b, &place, $($count)?).await,
                Driver::DieselAsync => $operation::<Diesel>(b, &place, $($count)?).await,
                Driver::SeaOrm => $operation::<SeaOrm>(b, &place, $($count)?).await,
            }
        }
    };
}
