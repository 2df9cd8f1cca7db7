//! What is looked at outside the clock: counts of inputs, answers, errors. Main type: [`Observe`].

use std::any::{Any, type_name};
use std::error::Error;
use std::fmt::{self, Debug};

use super::prepared::SetupError;
use crate::model::Throughput;

/// What a [`Bencher`](super::Bencher) was told to look at.
#[derive(Debug, Default)]
pub(crate) struct Observe {
    pub(super) items: Option<u64>,
    pub(super) bytes: Option<u64>,
    pub(super) items_of: Option<Counter>,
    pub(super) bytes_of: Option<Counter>,
    pub(super) answer: Option<Answer>,
}

impl Observe {
    /// What `iterations` iterations process, as far as it does not depend on their inputs.
    pub(super) fn fixed(&self, iterations: u64) -> Throughput {
        let total = |each: Option<u64>| each.unwrap_or(0) as f64 * iterations as f64;
        Throughput { items: total(self.items), bytes: total(self.bytes) }
    }

    /// What one input adds.
    pub(super) fn input<I: 'static>(&self, input: &I) -> Throughput {
        let count = |counter: &Option<Counter>| counter.as_ref().map_or(0, |c| c.count(input)) as f64;
        Throughput { items: count(&self.items_of), bytes: count(&self.bytes_of) }
    }
}

/// Looks at a value of one type; `None` where it has another.
type Look<T> = Box<dyn Fn(&dyn Any) -> Option<T>>;

/// Counts what is in an input of one type.
pub(crate) struct Counter {
    count: Look<u64>,
    takes: &'static str,
}

impl Counter {
    pub(super) fn new<I: 'static>(count: impl Fn(&I) -> u64 + 'static) -> Self {
        let count = Box::new(move |input: &dyn Any| input.downcast_ref::<I>().map(&count));
        Self { count, takes: type_name::<I>() }
    }

    /// # Panics
    ///
    /// When the input has another type than the counter takes: a mistake in the benchmark, which then fails.
    fn count<I: 'static>(&self, input: &I) -> u64 {
        (self.count)(input).unwrap_or_else(|| {
            panic!("the counter takes `&{}`, but the input is a `{}`", self.takes, type_name::<I>())
        })
    }
}

impl Debug for Counter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Counter(&{})", self.takes)
    }
}

/// Takes the answer from an output of one type.
pub(crate) struct Answer {
    take: Look<String>,
    takes: &'static str,
}

impl Answer {
    pub(super) fn new<O: 'static, A: Debug>(answer: impl Fn(&O) -> A + 'static) -> Self {
        let take = move |output: &dyn Any| output.downcast_ref::<O>().map(|o| format!("{:?}", answer(o)));
        Self { take: Box::new(take), takes: type_name::<O>() }
    }

    /// The answer's text, or why there is none.
    pub(super) fn of<O: 'static>(&self, output: &O) -> Result<String, String> {
        (self.take)(output).ok_or_else(|| {
            format!("`answer` takes `&{}`, but the routine returns `{}`", self.takes, type_name::<O>())
        })
    }
}

impl Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer(&{})", self.takes)
    }
}

/// Tells what became of a call from its output `O`.
pub(crate) trait Finish<O>: Copy + 'static {
    /// The successful value's type.
    type Value: 'static;

    /// Whether every output has to be looked at after the clock stopped.
    const INSPECTS: bool;

    /// The error's text with its causes, or the value.
    fn finish(self, output: O) -> Result<Self::Value, String>;
}

/// Every call succeeds.
#[derive(Clone, Copy)]
pub(crate) struct Returned;

/// A call succeeds with `Ok`.
#[derive(Clone, Copy)]
pub(crate) struct Tried;

impl<O: 'static> Finish<O> for Returned {
    type Value = O;

    const INSPECTS: bool = false;

    fn finish(self, output: O) -> Result<O, String> {
        Ok(output)
    }
}

impl<T: 'static, E: Into<SetupError>> Finish<Result<T, E>> for Tried {
    type Value = T;

    const INSPECTS: bool = true;

    fn finish(self, output: Result<T, E>) -> Result<T, String> {
        output.map_err(|error| with_causes(error.into().as_ref()))
    }
}

/// The text of `error` and of everything that caused it.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
