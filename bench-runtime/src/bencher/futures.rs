//! The sampling loops of routines that return futures. A sub-sample is one `block_on`, so that entering the runtime is
//! paid once per sub-sample and outside the clock.

use std::hint::black_box;
use std::mem::needs_drop;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::task::{JoinError, JoinHandle};

use super::observe::{Answers, Counts, Finish, Observe};
use super::prepared::{DriverRef, Pass, Reading, Sampler};
use super::tally::{Tally, chunk, fill, in_chunks, kept, made};
use crate::event_loop::{Driver, Tracer, load};
use crate::model::{Clocked, LoadOrder, LoadTrial};

/// Samples futures, one in flight.
pub(super) fn plain<O: 'static, F: Finish<O>, A: Answers<F::Value>, C: 'static>(
    mut routine: impl AsyncFnMut() -> O + 'static,
    finish: F,
    observe: Observe<A, C>,
) -> Sampler {
    let mut outputs = Vec::new();
    Box::new(move |pass, driver| {
        one_in_flight(pass, required(driver), &mut routine, &mut outputs, finish, &observe)
    })
}

fn one_in_flight<O: 'static, F: Finish<O>, A: Answers<F::Value>, C: 'static>(
    pass: Pass,
    driver: &Driver,
    routine: &mut impl AsyncFnMut() -> O,
    outputs: &mut Vec<O>,
    finish: F,
    observe: &Observe<A, C>,
) -> Reading {
    let tracer = driver.tracer_of(pass);
    Tally::of_pass(pass, finish, observe, |tally, iterations, clocked| match (&tracer, clocked) {
        (Some(tracer), _) => driver.block_on(async {
            for _ in 0..iterations {
                one_call(tally, tracer.operation(routine())).await;
            }
        }),
        (None, Clocked::EachCall) => driver.block_on(async {
            ready().await;
            for _ in 0..iterations {
                one_call(tally, routine()).await;
            }
        }),
        (None, Clocked::Batch) if F::INSPECTS || needs_drop::<O>() => {
            in_chunks(iterations, chunk::<O>(), |count| {
                tally.batch(count, driver.block_on(time_keeping(count, outputs, routine)));
                outputs.drain(..).for_each(|output| tally.output(output));
                count
            });
        }
        (None, Clocked::Batch) => {
            tally.batch(iterations, driver.block_on(time_discarding(iterations, routine)));
        }
    })
}

/// Samples futures that consume inputs, one in flight.
pub(super) fn with_input<I: 'static, O: 'static, F: Finish<O>, A: Answers<F::Value>, C: Counts<I>>(
    mut make: impl FnMut() -> I + 'static,
    mut routine: impl AsyncFnMut(I) -> O + 'static,
    finish: F,
    observe: Observe<A, C>,
) -> Sampler {
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    Box::new(move |pass, driver| {
        let driver = required(driver);
        let tracer = driver.tracer_of(pass);
        Tally::of_pass(pass, finish, &observe, |tally, iterations, clocked| match (&tracer, clocked) {
            (Some(tracer), _) => driver.block_on(async {
                for _ in 0..iterations {
                    let input = made(tally, &mut make);
                    one_call(tally, tracer.operation(routine(input))).await;
                }
            }),
            (None, Clocked::EachCall) => driver.block_on(async {
                ready().await;
                for _ in 0..iterations {
                    let input = made(tally, &mut make);
                    one_call(tally, routine(input)).await;
                }
            }),
            (None, Clocked::Batch) => in_chunks(iterations, chunk::<(I, O)>(), |count| {
                let count = fill(&mut inputs, count, || made(tally, &mut make));
                let timed = time_consuming(&mut inputs, &mut outputs, &mut routine);
                tally.batch(count, driver.block_on(timed));
                outputs.drain(..).for_each(|output| tally.output(output));
                count
            }),
        })
    })
}

/// Samples futures that may overlap. They do under load, and where they are traced as under load; in the other passes they
/// are run one after the other.
pub(super) fn concurrent<O: 'static, F: Finish<O>, A: Answers<F::Value>, C: 'static>(
    mut routine: impl AsyncFn() -> O + 'static,
    finish: F,
    observe: Observe<A, C>,
) -> Sampler {
    let mut outputs = Vec::new();
    Box::new(move |pass, driver| match pass {
        Pass::Load(order) => {
            let operation = || load::Ended::of(routine());
            under_load(load::run(required(driver), &order, operation, |output| checked(finish, output)))
        }
        Pass::Trace { in_flight: 2.., .. } => overlapped(pass, required(driver), &routine, finish, &observe),
        _ => one_in_flight(pass, required(driver), &mut routine, &mut outputs, finish, &observe),
    })
}

/// Traces futures that overlap.
fn overlapped<O: 'static, F: Finish<O>, A: Answers<F::Value>, C: 'static>(
    pass: Pass,
    driver: &Driver,
    routine: &impl AsyncFn() -> O,
    finish: F,
    observe: &Observe<A, C>,
) -> Reading {
    let Pass::Trace { in_flight, .. } = pass else { return Reading::default() };
    let tracer = driver.tracer_of(pass).expect("the traced pass is given a driver that traces");
    Tally::of_pass(pass, finish, observe, |tally, iterations, _| {
        let start = Instant::now();
        let operation = || tracer.operation(routine());
        load::overlapped(driver, iterations, in_flight as usize, operation, |output| tally.output(output));
        tally.batch(iterations, start.elapsed());
    })
}

/// Samples futures on a worker thread of the runtime: a sub-sample is one task.
pub(super) fn spawned<Fut, F, A, C>(
    routine: impl FnMut() -> Fut + Send + 'static,
    finish: F,
    observe: Observe<A, C>,
) -> Sampler
where
    F: Finish<Fut::Output>,
    A: Answers<F::Value>,
    C: 'static,
    Fut: Future<Output: Send + 'static> + Send + 'static,
{
    let mut idle = Some((routine, Vec::new()));
    Box::new(move |pass, driver| {
        let driver = required(driver);
        if let Pass::Load(order) = pass {
            let (routine, _) = idle.as_mut().expect("a routine that panicked is not run again");
            return spawned_under_load(driver, &order, routine, finish);
        }
        Tally::of_pass(pass, finish, &observe, |tally, iterations, clocked| {
            let most = if clocked == Clocked::EachCall { 1 } else { chunk::<Fut::Output>() };
            in_chunks(iterations, most, |count| {
                let (mut routine, mut outputs) =
                    idle.take().expect("a routine that panicked is not run again");
                let begin = tally.begins();
                let tracer = driver.tracer_of(pass);
                let task = driver.handle().spawn(async move {
                    outputs.reserve(count as usize);
                    let counted = begin();
                    let elapsed = match tracer {
                        None => time_spawned(count, &mut outputs, &mut routine).await,
                        Some(tracer) => {
                            time_spawned(count, &mut outputs, &mut || tracer.operation(routine())).await
                        }
                    };
                    (elapsed, counted, routine, outputs)
                });
                let (elapsed, counted, routine, mut outputs) = joined(driver.block_on(task));
                outputs.drain(..).for_each(|output| tally.output(output));
                tally.end(counted);
                match clocked {
                    Clocked::EachCall => tally.call(elapsed),
                    Clocked::Batch => tally.batch(count, elapsed),
                }
                idle = Some((routine, outputs));
                count
            });
        })
    })
}

impl Driver {
    /// What wraps the futures of this pass: nothing, unless it is the traced one.
    fn tracer_of(&self, pass: Pass) -> Option<Arc<Tracer>> {
        self.tracer().filter(|_| matches!(pass, Pass::Trace { .. }))
    }
}

/// Each operation is a task of its own; its end is seen where it ran. One that is dropped is aborted.
fn spawned_under_load<Fut: Future<Output: Send + 'static> + Send + 'static>(
    driver: &Driver,
    order: &LoadOrder,
    routine: &mut impl FnMut() -> Fut,
    finish: impl Finish<Fut::Output>,
) -> Reading {
    let operation = || AbortOnDrop(driver.handle().spawn(load::Ended::of(routine())));
    under_load(load::run(driver, order, operation, |output| checked(finish, output)))
}

fn checked<O, F: Finish<O>>(finish: F, output: O) -> Result<(), String> {
    finish.finish(output).map(drop)
}

fn under_load(trial: LoadTrial) -> Reading {
    Reading { load: Some(Box::new(trial)), ..Reading::default() }
}

/// A task that ends with whoever waits for it.
struct AbortOnDrop<T>(JoinHandle<T>);

impl<T> Future for AbortOnDrop<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.0).poll(context).map(joined)
    }
}

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn required(driver: DriverRef<'_>) -> &Driver {
    driver.expect("an asynchronous shape is given a driver")
}

/// What the task returned; a panic goes on here.
fn joined<T>(ended: Result<T, JoinError>) -> T {
    match ended {
        Ok(value) => value,
        Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
        Err(error) => panic!("the runtime ended while the routine ran on it: {error}"),
    }
}

/// Has the runtime make what it makes once for each `block_on`, its list of tasks that gave way, before the first call: that
/// is no iteration's doing.
async fn ready() {
    tokio::task::yield_now().await;
}

/// Clocks one call.
async fn one_call<O, F: Finish<O>, A: Answers<F::Value>, C>(
    tally: &mut Tally<'_, F, A, C>,
    call: impl Future<Output = O>,
) {
    let counted = tally.begin();
    let start = Instant::now();
    let output = black_box(call.await);
    let elapsed = start.elapsed();
    tally.output(output);
    tally.end(counted);
    tally.call(elapsed);
}

async fn time_discarding<O>(iterations: u64, routine: &mut impl AsyncFnMut() -> O) -> Duration {
    let start = Instant::now();
    for _ in 0..iterations {
        black_box(routine().await);
    }
    start.elapsed()
}

async fn time_keeping<O>(count: u64, outputs: &mut Vec<O>, routine: &mut impl AsyncFnMut() -> O) -> Duration {
    outputs.reserve(count as usize);
    let start = Instant::now();
    for _ in 0..count {
        outputs.push(kept(routine().await));
    }
    start.elapsed()
}

async fn time_consuming<I, O>(
    inputs: &mut Vec<I>,
    outputs: &mut Vec<O>,
    routine: &mut impl AsyncFnMut(I) -> O,
) -> Duration {
    outputs.reserve(inputs.len());
    let start = Instant::now();
    for input in inputs.drain(..) {
        outputs.push(kept(routine(input).await));
    }
    start.elapsed()
}

async fn time_spawned<Fut: Future>(
    count: u64,
    outputs: &mut Vec<Fut::Output>,
    routine: &mut impl FnMut() -> Fut,
) -> Duration {
    let start = Instant::now();
    for _ in 0..count {
        outputs.push(kept(routine().await));
    }
    start.elapsed()
}
