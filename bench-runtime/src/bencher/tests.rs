//! What every `iter…` method promises, whatever drives it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::*;
use crate::model::Clocked;

fn driver() -> crate::event_loop::Driver {
    crate::event_loop::Driver::new(crate::model::Flavor::CurrentThread, 1, false).expect("a runtime")
}

fn batch(iterations: u64) -> Pass {
    Pass::Time { iterations, clocked: Clocked::Batch }
}

fn each(iterations: u64) -> Pass {
    Pass::Time { iterations, clocked: Clocked::EachCall }
}

/// Runs `pass` where async shapes can be driven too.
fn run(prepared: &mut Prepared, pass: Pass) -> Reading {
    prepared.run(pass, Some(&driver()))
}

/// A counter that routines increase.
fn counter() -> (Rc<Cell<u64>>, Rc<Cell<u64>>) {
    let count = Rc::new(Cell::new(0));
    (Rc::clone(&count), count)
}

#[test]
fn a_routine_is_called_exactly_as_often_as_asked() {
    for pass in [batch(1000), each(1000)] {
        let (calls, inside) = counter();
        let mut prepared = Bencher::default().iter(move || inside.set(inside.get() + 1));
        let reading = run(&mut prepared, pass);
        assert_eq!((calls.get(), reading.iterations), (1000, 1000));
    }
}

#[test]
fn nothing_runs_before_it_is_asked_for() {
    let (calls, inside) = counter();
    let _prepared = Bencher::default().iter(move || inside.set(inside.get() + 1));
    assert_eq!(calls.get(), 0);
}

#[test]
fn each_call_is_clocked_on_its_own_when_asked() {
    let reading = run(&mut Bencher::default().iter(|| 1), each(12));
    assert_eq!(reading.calls.len(), 12);
    assert_eq!(reading.calls.iter().sum::<u64>(), reading.elapsed.as_nanos() as u64);
    assert!(run(&mut Bencher::default().iter(|| 1), batch(12)).calls.is_empty());
}

/// Takes 20 ms to drop.
struct SlowDrop(Rc<Cell<u64>>);

impl Drop for SlowDrop {
    fn drop(&mut self) {
        std::thread::sleep(Duration::from_millis(20));
        self.0.set(self.0.get() + 1);
    }
}

#[test]
fn outputs_are_dropped_once_and_outside_the_clock() {
    for pass in [batch(5), each(5)] {
        let (drops, inside) = counter();
        let mut prepared = Bencher::default().iter(move || SlowDrop(Rc::clone(&inside)));
        let start = Instant::now();
        let reading = run(&mut prepared, pass);
        assert_eq!(drops.get(), 5);
        // The drops take 100 ms of the whole; the clock must have seen less than half of the whole.
        assert!(reading.elapsed * 2 < start.elapsed(), "{:?}", reading.elapsed);
    }
}

#[test]
fn inputs_are_made_and_used_once_each() {
    for pass in [batch(300), each(300)] {
        let (made, making) = counter();
        let seen = Rc::new(RefCell::new(Vec::new()));
        let sees = Rc::clone(&seen);
        let mut prepared = Bencher::default().iter_with_input(
            move || {
                making.set(making.get() + 1);
                making.get()
            },
            move |input| sees.borrow_mut().push(input),
        );
        run(&mut prepared, pass);
        assert_eq!(made.get(), 300);
        assert_eq!(*seen.borrow(), (1..=300).collect::<Vec<u64>>());
    }
}

#[test]
fn borrowed_inputs_are_dropped_outside_the_clock() {
    let (drops, inside) = counter();
    let mut prepared =
        Bencher::default().iter_with_input_ref(move || SlowDrop(Rc::clone(&inside)), |input| input.0.get());
    let start = Instant::now();
    let reading = run(&mut prepared, batch(5));
    assert_eq!(drops.get(), 5);
    assert!(reading.elapsed * 2 < start.elapsed(), "{:?}", reading.elapsed);
}

#[test]
fn large_inputs_are_made_a_few_at_a_time() {
    let (alive, inside) = counter();
    let most = Rc::new(Cell::new(0));
    let peak = Rc::clone(&most);
    struct Big(#[expect(dead_code, reason = "only its size counts")] [u8; 1 << 18], Rc<Cell<u64>>);
    impl Drop for Big {
        fn drop(&mut self) {
            self.1.set(self.1.get() - 1);
        }
    }
    let mut prepared = Bencher::default().iter_with_input_ref(
        move || {
            inside.set(inside.get() + 1);
            peak.set(peak.get().max(inside.get()));
            Big([0; 1 << 18], Rc::clone(&inside))
        },
        |_| (),
    );
    assert_eq!(run(&mut prepared, batch(40)).iterations, 40);
    assert_eq!(alive.get(), 0);
    assert!(most.get() <= 4, "{} inputs of 256 KiB at once", most.get());
}

#[test]
fn throughput_counts_what_is_fixed_and_what_depends_on_inputs() {
    let mut sizes = (1..).map(|n| vec![0_u8; n]);
    let mut prepared = Bencher::default()
        .items(3)
        .bytes_of(|input: &Vec<u8>| input.len() as u64)
        .iter_with_input(move || sizes.next().expect("endless"), |input| input.len());
    let processed = run(&mut prepared, batch(4)).processed;
    assert_eq!((processed.items, processed.bytes), (12.0, 10.0));
}

#[test]
fn errors_are_counted_with_the_chain_of_causes_of_the_first() {
    #[derive(Debug, thiserror::Error)]
    #[error("cannot insert row {0}")]
    struct Insert(u64, #[source] std::io::Error);
    for pass in [batch(10), each(10)] {
        let mut row = 0;
        let mut prepared = Bencher::default().try_iter(move || {
            row += 1;
            if row % 2 == 0 { Err(Insert(row, std::io::Error::other("disk full"))) } else { Ok(row) }
        });
        let errors = run(&mut prepared, pass).errors;
        assert_eq!(errors.count, 5);
        assert_eq!(errors.first.as_deref(), Some("cannot insert row 2: disk full"));
    }
}

#[test]
fn an_answer_is_taken_from_one_call() {
    let mut prepared = Bencher::default().answer(|out: &Vec<u8>| out.len()).iter(|| vec![1, 2, 3]);
    assert!(prepared.info().has_answer);
    assert_eq!(run(&mut prepared, Pass::Once).answer, Some("3".to_owned()));
    assert_eq!(run(&mut prepared, batch(1)).answer, None);
}

#[test]
fn the_answer_of_a_fallible_routine_is_that_of_its_value() {
    let routine = || Ok::<_, String>(7);
    let mut prepared = Bencher::default().answer(|out: &i32| *out).try_iter(routine);
    assert_eq!(run(&mut prepared, Pass::Once).answer, Some("7".to_owned()));
}

#[test]
fn a_routine_with_its_own_clock_is_believed() {
    let mut prepared = Bencher::default().iter_custom(Duration::from_secs);
    assert_eq!(run(&mut prepared, batch(30)).elapsed, Duration::from_secs(30));
    assert_eq!(prepared.info().drop, DropPolicy::Timed);
}

#[test]
fn a_profile_goes_on_for_about_as_long_as_asked() {
    let length = Duration::from_millis(30);
    let start = Instant::now();
    let reading = run(&mut Bencher::default().iter(|| 1), Pass::Profile(length));
    assert!(start.elapsed() >= length && reading.iterations > 1);
}

#[cfg(feature = "async")]
mod futures {
    use super::*;

    #[test]
    fn a_routine_may_borrow_its_connection_mutably_between_calls() {
        for pass in [batch(50), each(50)] {
            let log = Rc::new(RefCell::new(Vec::new()));
            let mut connection = Rc::clone(&log);
            let mut prepared = Bencher::default().iter_async(async move || {
                let connection = &mut connection;
                tokio::task::yield_now().await;
                connection.borrow_mut().push(1);
            });
            assert_eq!(run(&mut prepared, pass).iterations, 50);
            assert_eq!(log.borrow().len(), 50);
        }
    }

    #[test]
    fn timers_run_inside_the_clock() {
        let mut prepared =
            Bencher::default().iter_async(async || tokio::time::sleep(Duration::from_millis(5)).await);
        assert!(run(&mut prepared, each(2)).elapsed >= Duration::from_millis(10));
    }

    #[test]
    fn async_inputs_are_used_once_each_and_errors_are_counted() {
        let mut next = 0;
        let mut prepared = Bencher::default().try_iter_async_with_input(
            move || {
                next += 1;
                next
            },
            async |input: u64| if input > 3 { Err("too late") } else { Ok(input) },
        );
        assert_eq!(run(&mut prepared, batch(5)).errors.count, 2);
    }

    #[test]
    fn an_overlapping_routine_is_called_as_often_as_asked() {
        let mut prepared = Bencher::default().iter_concurrent(async || vec![1_u8]);
        assert_eq!(prepared.info().shape, Shape::Concurrent);
        assert_eq!(run(&mut prepared, batch(20)).iterations, 20);
    }

    #[test]
    fn a_spawned_routine_runs_as_a_task_of_the_runtime() {
        let mut prepared = Bencher::default().iter_spawned(|| async { tokio::task::try_id().is_some() });
        for pass in [batch(20), each(20)] {
            assert_eq!(run(&mut prepared, pass).iterations, 20);
        }
        let mut asked = Bencher::default()
            .answer(|out: &bool| *out)
            .iter_spawned(|| async { tokio::task::try_id().is_some() });
        assert_eq!(run(&mut asked, Pass::Once).answer, Some("true".to_owned()));
    }

    #[test]
    #[should_panic(expected = "inside the task")]
    fn a_panic_in_a_spawned_routine_is_that_of_the_benchmark() {
        let mut prepared = Bencher::default().iter_spawned(|| async { panic!("inside the task") });
        run(&mut prepared, batch(1));
    }
}
