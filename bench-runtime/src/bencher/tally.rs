//! Gathers what the calls of one pass took, returned and processed. Main type: [`Tally`].

use std::hint::black_box;
use std::time::{Duration, Instant};

use super::observe::{Answers, Counts, Finish, Observe};
use super::prepared::{Pass, Reading};
use crate::alloc::Iteration;
use crate::model::{Clocked, Throughput};

/// The reading of a pass while it grows.
pub(super) struct Tally<'a, F, A, C> {
    observe: &'a Observe<A, C>,
    finish: F,
    wants_answer: bool,
    counts_memory: bool,
    reading: Reading,
}

impl<'a, F: Copy, A, C> Tally<'a, F, A, C> {
    /// Runs `sample(tally, iterations, clocked)` as `pass` asks for, and returns what was gathered.
    pub(super) fn of_pass(
        pass: Pass,
        finish: F,
        observe: &'a Observe<A, C>,
        mut sample: impl FnMut(&mut Self, u64, Clocked),
    ) -> Reading {
        let mut tally = Self {
            observe,
            finish,
            wants_answer: pass == Pass::Once,
            counts_memory: matches!(pass, Pass::Memory { .. }),
            reading: Reading::default(),
        };
        match pass {
            Pass::Time { iterations, clocked } => sample(&mut tally, iterations, clocked),
            Pass::Once => sample(&mut tally, 1, Clocked::EachCall),
            Pass::Trace { iterations, .. } => sample(&mut tally, iterations, Clocked::EachCall),
            Pass::Memory { iterations } => sample(&mut tally, iterations, Clocked::EachCall),
            Pass::Profile(length) => tally.repeat_for(length, sample),
            // The shapes that overlap do not come here with it, and no other is asked for it.
            Pass::Load(_) => {}
        }
        tally.into_reading()
    }

    /// Repeats batches that grow until each takes about a millisecond.
    fn repeat_for(&mut self, length: Duration, mut sample: impl FnMut(&mut Self, u64, Clocked)) {
        let start = Instant::now();
        let mut batch = 1;
        while start.elapsed() < length {
            let before = self.reading.elapsed;
            sample(self, batch, Clocked::Batch);
            if self.reading.elapsed - before < Duration::from_millis(1) {
                batch *= 2;
            }
        }
    }

    fn into_reading(mut self) -> Reading {
        let fixed = self.observe.fixed(self.reading.iterations);
        let varying = self.reading.processed;
        self.reading.processed =
            Throughput { items: fixed.items + varying.items, bytes: fixed.bytes + varying.bytes };
        self.reading
    }

    /// Adds a batch of calls that took `elapsed` together.
    pub(super) fn batch(&mut self, iterations: u64, elapsed: Duration) {
        self.reading.iterations += iterations;
        self.reading.elapsed += elapsed;
    }

    /// Adds one call that was clocked on its own.
    pub(super) fn call(&mut self, elapsed: Duration) {
        self.batch(1, elapsed);
        self.reading.calls.push(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX));
    }

    /// From here on the call that follows is counted, if this pass counts what calls do with memory.
    pub(super) fn begin(&self) -> Option<Iteration> {
        self.begins()()
    }

    /// What [`begin`](Self::begin) does, for a task that runs elsewhere.
    pub(super) fn begins(&self) -> fn() -> Option<Iteration> {
        if self.counts_memory { Iteration::begin } else { || None }
    }

    /// Until here it was counted.
    pub(super) fn end(&mut self, counted: Option<Iteration>) {
        let figures = counted.map(Iteration::end);
        self.reading.memory.extend(figures);
    }

    /// Counts what is in an input.
    pub(super) fn input<I>(&mut self, input: &I)
    where
        C: Counts<I>,
    {
        let Throughput { items, bytes } = self.observe.counts.of(input);
        self.reading.processed.items += items;
        self.reading.processed.bytes += bytes;
    }

    /// Looks at an output and drops it.
    pub(super) fn output<O>(&mut self, output: O)
    where
        F: Finish<O>,
        A: Answers<F::Value>,
    {
        match self.finish.finish(output) {
            Ok(value) if self.wants_answer => {
                self.reading.answer = self.observe.answer.of(&value);
            }
            Ok(_) => {}
            Err(error) => {
                self.reading.errors.count += 1;
                self.reading.errors.first.get_or_insert(error);
            }
        }
    }
}

/// Vectors of inputs and of outputs take at most this much memory, not counting what their elements own.
const CHUNK_BYTES: usize = 1 << 20;

/// How many values of type `T` are held at once at most.
pub(super) const fn chunk<T>() -> u64 {
    let size = if size_of::<T>() == 0 { 1 } else { size_of::<T>() };
    let count = CHUNK_BYTES / size;
    if count == 0 { 1 } else { count as u64 }
}

/// Calls `run(most)` until it has run `iterations` iterations; it returns how many it ran, at most `most`, at least one.
pub(super) fn in_chunks(iterations: u64, chunk: u64, mut run: impl FnMut(u64) -> u64) {
    let mut left = iterations;
    while left > 0 {
        left -= run(left.min(chunk));
    }
}

/// No more inputs are made ahead than can be made in this time: a bound on the memory that they own, since filling
/// memory takes time.
const FILL_TIME: Duration = Duration::from_millis(5);

/// Makes inputs ahead, at most `most` and at least one; returns how many.
pub(super) fn fill<I>(inputs: &mut Vec<I>, most: u64, mut make: impl FnMut() -> I) -> u64 {
    let start = Instant::now();
    inputs.push(make());
    while (inputs.len() as u64) < most && start.elapsed() < FILL_TIME {
        inputs.push(make());
    }
    inputs.len() as u64
}

/// Makes one input and counts what is in it.
pub(super) fn made<I, F: Copy, A, C: Counts<I>>(
    tally: &mut Tally<'_, F, A, C>,
    make: &mut impl FnMut() -> I,
) -> I {
    let input = make();
    tally.input(&input);
    input
}

/// Passes on an output that is stored, and keeps the compiler from moving work out of the loop around it.
///
/// The output itself does not go through `black_box`: it is used later, and a value of several words that is written
/// in one width and copied in another stalls the processor for about 5 ns.
#[inline(always)]
pub(super) fn kept<O>(output: O) -> O {
    black_box(());
    output
}
