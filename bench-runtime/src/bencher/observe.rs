//! What is looked at outside the clock: counts of inputs, answers, errors. Main type: [`Observe`].

use std::any::Any;
use std::error::Error;
use std::fmt::{self, Debug};

use super::prepared::SetupError;
use crate::model::Throughput;

/// What a [`Bencher`](super::Bencher) was told to look at: `A` takes answers, `C` counts inputs.
#[derive(Debug)]
pub(crate) struct Observe<A, C> {
    pub(super) items: Option<u64>,
    pub(super) bytes: Option<u64>,
    pub(super) answer: A,
    pub(super) counts: C,
}

impl<A, C> Observe<A, C> {
    /// What `iterations` iterations process, as far as it does not depend on their inputs.
    pub(super) fn fixed(&self, iterations: u64) -> Throughput {
        let total = |each: Option<u64>| each.unwrap_or(0) as f64 * iterations as f64;
        Throughput { items: total(self.items), bytes: total(self.bytes) }
    }
}

/// A [`Bencher`](super::Bencher) that was told of no answer.
#[derive(Clone, Copy, Debug)]
pub struct NoAnswer;

/// A [`Bencher`](super::Bencher) that was told how to take an answer from an `O`.
pub struct AnswerOf<O>(Box<dyn Fn(&O) -> String>);

impl<O> AnswerOf<O> {
    pub(super) fn new<T: Debug>(answer: impl Fn(&O) -> T + 'static) -> Self {
        Self(Box::new(move |output| format!("{:?}", answer(output))))
    }
}

impl<O> Debug for AnswerOf<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AnswerOf")
    }
}

/// Takes answers from outputs of type `O`.
#[diagnostic::on_unimplemented(
    message = "`answer` does not take the output of this routine",
    label = "the routine returns a `{O}`",
    note = "the closure given to `answer` takes a reference to what the routine returns; of a `try_` form, to the value in `Ok`"
)]
pub trait Answers<O>: Sealed + 'static {
    /// Whether there are answers at all.
    #[doc(hidden)]
    const HAS_ANSWER: bool;

    /// The answer's text.
    #[doc(hidden)]
    fn of(&self, output: &O) -> Option<String>;
}

impl<O> Answers<O> for NoAnswer {
    const HAS_ANSWER: bool = false;

    fn of(&self, _output: &O) -> Option<String> {
        None
    }
}

impl<O: 'static> Answers<O> for AnswerOf<O> {
    const HAS_ANSWER: bool = true;

    fn of(&self, output: &O) -> Option<String> {
        Some((self.0)(output))
    }
}

/// A [`Bencher`](super::Bencher) that does not look into inputs.
#[derive(Clone, Copy, Debug)]
pub struct NoCount;

/// A [`Bencher`](super::Bencher) that was told how to count what is in an `I`.
pub struct CountOf<I> {
    pub(super) items: Option<Count<I>>,
    pub(super) bytes: Option<Count<I>>,
}

/// Counts what is in an input.
pub(super) type Count<I> = Box<dyn Fn(&I) -> u64>;

impl<I> Debug for CountOf<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (items, bytes) = (self.items.is_some(), self.bytes.is_some());
        f.debug_struct("CountOf").field("items", &items).field("bytes", &bytes).finish()
    }
}

/// Counts what is in inputs of type `I`.
#[diagnostic::on_unimplemented(
    message = "`items_of` or `bytes_of` does not count the inputs of this routine",
    label = "the inputs are of type `{I}`"
)]
pub trait Counts<I>: Sealed + 'static {
    /// What one input adds.
    #[doc(hidden)]
    fn of(&self, input: &I) -> Throughput;

    /// The same with room for more counters.
    #[doc(hidden)]
    fn counters(self) -> CountOf<I>;
}

impl<I> Counts<I> for NoCount {
    fn of(&self, _input: &I) -> Throughput {
        Throughput::default()
    }

    fn counters(self) -> CountOf<I> {
        CountOf { items: None, bytes: None }
    }
}

impl<I: 'static> Counts<I> for CountOf<I> {
    fn of(&self, input: &I) -> Throughput {
        let count = |counter: &Option<Count<I>>| counter.as_ref().map_or(0, |count| count(input)) as f64;
        Throughput { items: count(&self.items), bytes: count(&self.bytes) }
    }

    fn counters(self) -> Self {
        self
    }
}

/// Fits routines without inputs.
#[diagnostic::on_unimplemented(
    message = "this form has no inputs for `items_of` or `bytes_of` to count",
    note = "use `items` and `bytes`, or one of the `…_with_input` forms"
)]
pub trait WithoutInput: Sealed + 'static {}

impl WithoutInput for NoCount {}

/// Keeps others from implementing the traits of this module.
pub trait Sealed {}

impl Sealed for NoAnswer {}
impl<O> Sealed for AnswerOf<O> {}
impl Sealed for NoCount {}
impl<I> Sealed for CountOf<I> {}

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

/// The text of a panic.
pub(crate) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a text")
}
