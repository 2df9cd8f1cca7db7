//! What the traced pass finds out of operations whose behaviour is known.

use std::task::Poll;
use std::time::Duration;

use tokio::task::yield_now;

use super::*;
use crate::event_loop::Driver;
use crate::model::Flavor;

/// A poll may take this long.
const BLOCKING: u64 = 5_000_000;

/// Traces ten operations, one after the other, on a runtime of one thread.
fn traced(operation: impl AsyncFn()) -> LoopTrace {
    let driver = Driver::new(Flavor::CurrentThread, 1, true).expect("a runtime");
    let tracer = driver.tracer().expect("it is traced");
    tracer.start(BLOCKING);
    driver.block_on(async {
        for _ in 0..10 {
            tracer.operation(operation()).await;
        }
    });
    tracer.finish(PolledOn::MainThread, 0).expect("a trace")
}

#[test]
fn polls_are_counted_exactly() {
    let trace = traced(async || {
        for _ in 0..7 {
            yield_now().await;
        }
    });
    assert_eq!((trace.operations, trace.polls_per_op, trace.polls_range), (10, 8.0, (8, 8)));
    assert!(trace.children.is_err(), "{:?}", trace.children);
}

#[test]
fn an_operation_that_sleeps_waits_and_one_that_computes_is_busy() {
    let sleeps = traced(async || tokio::time::sleep(Duration::from_millis(3)).await);
    assert!(sleeps.wait_ns > 2e6 && sleeps.busy_ns < sleeps.wait_ns, "{sleeps:?}");
    assert!(sleeps.worker_busy_ratio.as_ref().is_ok_and(|ratio| *ratio < 0.9), "{sleeps:?}");
    assert!(sleeps.loop_iteration.as_ref().is_ok_and(|turns| turns.count >= 9), "{sleeps:?}");
    let computes = traced(async || std::thread::sleep(Duration::from_millis(3)));
    assert!(computes.busy_ns > 2e6 && computes.wait_ns < 1e5, "{computes:?}");
    assert!(computes.worker_busy_ratio.as_ref().is_ok_and(|ratio| *ratio > 0.5), "{computes:?}");
}

#[test]
fn the_longest_poll_is_told_and_those_that_block_are_counted() {
    let trace = traced(async || {
        yield_now().await;
        std::thread::sleep(Duration::from_millis(6));
        yield_now().await;
    });
    assert!(trace.longest_poll_ns >= 6_000_000 && trace.blocking.polls >= 10, "{trace:?}");
    assert!(trace.blocking.threshold_ns == BLOCKING, "{trace:?}");
}

#[test]
fn a_task_that_holds_up_the_loop_is_a_delay_of_the_operation() {
    let trace = traced(async || {
        let other = tokio::spawn(async { std::thread::sleep(Duration::from_millis(3)) });
        // Both are ready now, and the other one is polled first.
        yield_now().await;
        other.await.expect("it does not panic");
    });
    assert!(trace.scheduled_ns + trace.wait_ns > 2e6 && trace.busy_ns < 2e6, "{trace:?}");
    assert!(trace.tasks_alive.as_ref().is_ok_and(|tasks| tasks.max == 1), "{trace:?}");
}

#[test]
fn children_count_as_part_of_the_operation_that_spawned_them() {
    let trace = traced(async || {
        let work = async || {
            yield_now().await;
            std::thread::sleep(Duration::from_millis(1));
        };
        let children = [(); 3].map(|()| spawn(work()));
        for child in children {
            child.await.expect("it does not panic");
        }
    });
    let children = trace.children.as_ref().expect("there were some");
    assert_eq!((children.per_op, children.polls_per_op, children.most_alive), (3.0, 6.0, 3));
    assert_eq!(children.outlived, 0);
    assert!(trace.busy_ns >= children.busy_ns && children.busy_ns > 2.5e6, "{trace:?}");
    assert!(trace.polls_per_op > 6.0 && trace.polls_range.0 > 6, "{trace:?}");
}

#[test]
fn a_child_of_a_child_is_a_child_and_one_that_outlives_its_operation_is_told() {
    let trace = traced(async || {
        spawn(async {
            spawn(std::future::pending::<()>());
        })
        .await
        .expect("it does not panic");
    });
    let children = trace.children.expect("there were some");
    assert_eq!((children.per_op, children.outlived), (2.0, 10));
}

#[test]
fn operations_in_flight_together_are_told_apart() {
    let driver = Driver::new(Flavor::CurrentThread, 1, true).expect("a runtime");
    let tracer = driver.tracer().expect("it is traced");
    tracer.start(BLOCKING);
    let sleep = |milliseconds| {
        let sleeping = async move { tokio::time::sleep(Duration::from_millis(milliseconds)).await };
        tracer.operation(async move {
            spawn(sleeping).await.expect("it does not panic");
        })
    };
    let mut in_flight = vec![Box::pin(sleep(2)), Box::pin(sleep(2))];
    driver.block_on(std::future::poll_fn(|cx| {
        in_flight.retain_mut(|operation| operation.as_mut().poll(cx).is_pending());
        if in_flight.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }));
    let trace = tracer.finish(PolledOn::MainThread, 0).expect("a trace");
    assert_eq!((trace.operations, trace.children.map(|children| children.per_op)), (2, Ok(1.0)));
}

#[test]
fn what_is_spawned_outside_an_operation_is_nobodys() {
    let trace = traced(async || {});
    assert!(trace.children.is_err());
    let driver = Driver::new(Flavor::CurrentThread, 1, true).expect("a runtime");
    let tracer = driver.tracer().expect("it is traced");
    tracer.start(BLOCKING);
    driver.block_on(async { spawn(async {}).await }).expect("it does not panic");
    assert!(tracer.finish(PolledOn::MainThread, 0).is_err_and(|reason| reason.contains("no operation")));
}

#[test]
fn an_operation_that_panics_leaves_the_thread_as_it_was() {
    let driver = Driver::new(Flavor::CurrentThread, 1, true).expect("a runtime");
    let tracer = driver.tracer().expect("it is traced");
    tracer.start(BLOCKING);
    let panics =
        std::panic::AssertUnwindSafe(|| driver.block_on(tracer.operation(async { panic!("inside") })));
    assert!(std::panic::catch_unwind(panics).is_err());
    driver.block_on(async { spawn(async {}).await }).expect("it does not panic");
    let trace = tracer.finish(PolledOn::MainThread, 0).expect("a trace");
    assert!(trace.children.is_err(), "the child was nobody's: {trace:?}");
}

#[test]
fn on_worker_threads_the_loop_and_the_workers_are_watched_too() {
    let driver = Driver::new(Flavor::MultiThread, 2, true).expect("a runtime");
    let tracer = driver.tracer().expect("it is traced");
    tracer.start(BLOCKING);
    let operations = Arc::clone(&tracer);
    let task = driver.handle().spawn(async move {
        for _ in 0..10 {
            operations.operation(tokio::time::sleep(Duration::from_millis(2))).await;
        }
    });
    driver.block_on(task).expect("it does not panic");
    let trace = tracer.finish(PolledOn::WorkerTask, 0).expect("a trace");
    assert!(trace.wait_ns > 1e6, "{trace:?}");
    assert!(trace.loop_iteration.is_ok() && trace.worker_busy_ratio.is_ok(), "{trace:?}");
    assert!(trace.tasks_alive.is_ok_and(|tasks| tasks.max >= 1));
}
