//! The sampling loops of plain routines. They are generic, so they are compiled into the user's crate; each timed loop
//! is kept out of line, so that it sits alone in its own function whatever surrounds it.
//!
//! A loop carries the routine, an optimisation barrier and the back edge, nothing else: outputs with drop glue are written to
//! reserved slots and dropped later, and inputs are read from a vector made before. Both vectors live as long as the
//! sampler, so that their pages are warm.

use std::hint::black_box;
use std::mem::needs_drop;
use std::time::{Duration, Instant};

use super::observe::{Answers, Counts, Finish, Observe, Returned};
use super::prepared::Sampler;
use super::tally::{Tally, chunk, fill, in_chunks, kept, made};
use crate::model::Clocked;

/// Samples a routine without inputs.
pub(super) fn plain<O: 'static, F: Finish<O>, A: Answers<F::Value>, C: 'static>(
    mut routine: impl FnMut() -> O + 'static,
    finish: F,
    observe: Observe<A, C>,
) -> Sampler {
    let mut outputs = Vec::new();
    Box::new(move |pass, _| {
        Tally::of_pass(pass, finish, &observe, |tally, iterations, clocked| match clocked {
            Clocked::EachCall => (0..iterations).for_each(|_| one_call(tally, &mut routine)),
            Clocked::Batch if F::INSPECTS || needs_drop::<O>() => {
                in_chunks(iterations, chunk::<O>(), |count| {
                    tally.batch(count, time_keeping(count, &mut outputs, &mut routine));
                    outputs.drain(..).for_each(|output| tally.output(output));
                    count
                });
            }
            Clocked::Batch => tally.batch(iterations, time_discarding(iterations, &mut routine)),
        })
    })
}

/// Samples a routine that consumes inputs.
pub(super) fn with_input<I: 'static, O: 'static, F: Finish<O>, A: Answers<F::Value>, C: Counts<I>>(
    mut make: impl FnMut() -> I + 'static,
    mut routine: impl FnMut(I) -> O + 'static,
    finish: F,
    observe: Observe<A, C>,
) -> Sampler {
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    Box::new(move |pass, _| {
        Tally::of_pass(pass, finish, &observe, |tally, iterations, clocked| match clocked {
            Clocked::EachCall => (0..iterations).for_each(|_| {
                let input = made(tally, &mut make);
                one_call(tally, || routine(input));
            }),
            Clocked::Batch => in_chunks(iterations, chunk::<(I, O)>(), |count| {
                let count = fill(&mut inputs, count, || made(tally, &mut make));
                tally.batch(count, time_consuming(&mut inputs, &mut outputs, &mut routine));
                outputs.drain(..).for_each(|output| tally.output(output));
                count
            }),
        })
    })
}

/// Samples a routine that borrows inputs; they are dropped outside the clock.
pub(super) fn with_input_ref<I: 'static, O: 'static, F: Finish<O>, A: Answers<F::Value>, C: Counts<I>>(
    mut make: impl FnMut() -> I + 'static,
    mut routine: impl FnMut(&mut I) -> O + 'static,
    finish: F,
    observe: Observe<A, C>,
) -> Sampler {
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    Box::new(move |pass, _| {
        Tally::of_pass(pass, finish, &observe, |tally, iterations, clocked| match clocked {
            Clocked::EachCall => (0..iterations).for_each(|_| {
                let mut input = made(tally, &mut make);
                one_call(tally, || routine(&mut input));
            }),
            Clocked::Batch => in_chunks(iterations, chunk::<(I, O)>(), |count| {
                let count = fill(&mut inputs, count, || made(tally, &mut make));
                tally.batch(count, time_borrowing(&mut inputs, &mut outputs, &mut routine));
                inputs.clear();
                outputs.drain(..).for_each(|output| tally.output(output));
                count
            }),
        })
    })
}

/// Samples a routine that brings its own clock.
pub(super) fn custom<A: 'static, C: 'static>(
    mut routine: impl FnMut(u64) -> Duration + 'static,
    observe: Observe<A, C>,
) -> Sampler {
    Box::new(move |pass, _| {
        Tally::of_pass(pass, Returned, &observe, |tally, iterations, clocked| match clocked {
            Clocked::EachCall => (0..iterations).for_each(|_| {
                let counted = tally.begin();
                let elapsed = routine(1);
                tally.end(counted);
                tally.call(elapsed);
            }),
            Clocked::Batch => tally.batch(iterations, routine(iterations)),
        })
    })
}

/// Clocks one call.
#[inline(never)]
fn one_call<O, F: Finish<O>, A: Answers<F::Value>, C>(
    tally: &mut Tally<'_, F, A, C>,
    call: impl FnOnce() -> O,
) {
    let counted = tally.begin();
    let start = Instant::now();
    let output = black_box(call());
    let elapsed = start.elapsed();
    tally.output(output);
    tally.end(counted);
    tally.call(elapsed);
}

#[inline(never)]
fn time_discarding<O>(iterations: u64, routine: &mut impl FnMut() -> O) -> Duration {
    let start = Instant::now();
    for _ in 0..iterations {
        black_box(routine());
    }
    start.elapsed()
}

#[inline(never)]
fn time_keeping<O>(count: u64, outputs: &mut Vec<O>, routine: &mut impl FnMut() -> O) -> Duration {
    let count = count as usize;
    outputs.reserve(count);
    let start = Instant::now();
    outputs.extend((0..count).map(|_| kept(routine())));
    start.elapsed()
}

#[inline(never)]
fn time_consuming<I, O>(
    inputs: &mut Vec<I>,
    outputs: &mut Vec<O>,
    routine: &mut impl FnMut(I) -> O,
) -> Duration {
    outputs.reserve(inputs.len());
    let start = Instant::now();
    outputs.extend(inputs.drain(..).map(|input| kept(routine(input))));
    start.elapsed()
}

#[inline(never)]
fn time_borrowing<I, O>(
    inputs: &mut [I],
    outputs: &mut Vec<O>,
    routine: &mut impl FnMut(&mut I) -> O,
) -> Duration {
    outputs.reserve(inputs.len());
    let start = Instant::now();
    outputs.extend(inputs.iter_mut().map(|input| kept(routine(input))));
    start.elapsed()
}
