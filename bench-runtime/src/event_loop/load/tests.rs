use std::cell::Cell;
use std::future::{pending, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::model::{Flavor, LoadSettings, Rate};

const MS: Duration = Duration::from_millis(1);

fn driver() -> Driver {
    Driver::new(Flavor::CurrentThread, 1, false).expect("a runtime starts")
}

fn order(concurrency: Option<u32>, rate: Option<f64>) -> LoadOrder {
    LoadOrder {
        load: LoadSettings { concurrency, rate: rate.and_then(Rate::per_second), ..LoadSettings::default() },
        length: 200 * MS,
        warm_up: 20 * MS,
        operation_timeout: 60 * MS,
        seed: 1,
    }
}

/// A trial of operations that take `time`, and do what `of` says when they are called for the n-th time.
fn trial<F: Future<Output = Result<(), String>>>(
    order: &LoadOrder,
    mut of: impl FnMut(u64) -> F,
) -> LoadTrial {
    let mut calls = 0;
    let start = || {
        calls += 1;
        Ended::of(of(calls))
    };
    run(&driver(), order, start, |result| result)
}

async fn nap(time: Duration) -> Result<(), String> {
    tokio::time::sleep(time).await;
    Ok(())
}

#[test]
fn a_closed_loop_keeps_operations_in_flight() {
    let (now, most) = (Cell::new(0), Cell::new(0));
    let seen = trial(&order(Some(8), None), |_| async {
        now.set(now.get() + 1);
        most.set(most.get().max(now.get()));
        let result = nap(5 * MS).await;
        now.set(now.get() - 1);
        result
    });
    assert_eq!((most.get(), now.get(), seen.most_in_flight), (8, 0, 8));
    assert_eq!(seen.completed, seen.windows.iter().sum::<u64>());
    assert!(seen.completed >= 8 && seen.latency.quantile(0.0) >= 5_000_000, "{seen:?}");
    assert_eq!((seen.errors.count(), seen.dropped, seen.lateness.count()), (0, 0, 0));
}

#[test]
fn an_open_loop_starts_on_schedule_whatever_became_of_the_others() {
    let mut order = order(None, Some(1000.0));
    (order.warm_up, order.operation_timeout) = (Duration::ZERO, Duration::from_secs(9));
    let seen = trial(&order, |_| nap(40 * MS));
    assert_eq!((seen.due, seen.latency.count(), seen.lateness.count(), seen.dropped), (199, 199, 199, 0));
    assert!(seen.most_in_flight >= 30, "{}", seen.most_in_flight);
}

#[test]
fn latency_counts_from_the_intended_start() {
    // Every operation blocks the loop for longer than the distance of two arrivals: a queue builds up.
    let mut order = order(None, Some(500.0));
    order.operation_timeout = Duration::from_secs(9);
    let seen = trial(&order, |_| async {
        std::thread::sleep(3 * MS);
        Ok(())
    });
    assert!(seen.late > 10, "{}", seen.late);
    assert!(
        seen.latency.quantile(0.9) > 20_000_000,
        "a service time of 3 ms, but half of that late per call"
    );
    assert_eq!(seen.latency.count() + seen.dropped, seen.due);
}

#[test]
fn what_does_not_end_is_given_up_and_counted() {
    let seen = trial(&order(Some(2), None), |call| async move {
        if call == 5 {
            pending::<()>().await;
        }
        nap(2 * MS).await
    });
    let errors = &seen.errors;
    assert_eq!((errors.timed_out, errors.returned), (1, 0));
    assert_eq!(errors.texts, ["an operation did not end within 60.0ms"]);
}

#[test]
fn errors_are_counted_and_have_no_latency() {
    let seen = trial(&order(Some(1), None), |call| async move {
        nap(MS).await?;
        if call % 2 == 0 { Err(format!("refused ({})", call % 4)) } else { Ok(()) }
    });
    assert!(seen.errors.returned > 10 && seen.latency.count() > 10, "{seen:?}");
    assert_eq!(seen.errors.texts.len(), 2);
    assert!((seen.latency.count() + seen.errors.returned).abs_diff(seen.due) <= 1);
}

#[test]
fn more_than_may_be_in_flight_are_held_back_and_then_dropped() {
    let mut order = order(Some(1), Some(1000.0));
    order.length = 100 * MS;
    let seen = trial(&order, |_| nap(20 * MS));
    assert_eq!(seen.most_in_flight, 1);
    assert!(seen.held_back > 0 && seen.dropped > 50, "{seen:?}");
    assert_eq!(seen.due, seen.lateness.count() + seen.dropped);
}

#[test]
fn a_rate_beyond_what_can_be_made_ends_in_time() {
    let mut order = order(None, Some(1e9));
    order.length = 20 * MS;
    order.warm_up = Duration::ZERO;
    let seen = trial(&order, |_| async { Ok(()) });
    assert!(seen.due > 19_000_000 && seen.dropped > 0, "{} due", seen.due);
    assert_eq!(seen.lateness.count() + seen.dropped, seen.due);
}

#[test]
fn operations_that_wake_each_other_leave_the_runtime_its_turn() {
    let driver = driver();
    let beside = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&beside);
    driver.handle().spawn(async move {
        loop {
            tokio::time::sleep(MS).await;
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    run(&driver, &order(Some(4), None), || Ended::of(ready(())), |()| Ok(()));
    assert!(beside.load(Ordering::Relaxed) > 5);
}
