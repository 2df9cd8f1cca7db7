//! What is known of panics besides their payload: where they happened, those of tasks that nobody asks about, and what to
//! do about those of runtimes. Main functions: [`note`], [`last_place`] and [`in_tasks`].

use std::io::{self, Write};
use std::panic::{PanicHookInfo, set_hook, take_hook};
use std::sync::{Mutex, Once, PoisonError};

use crate::bencher::panic_text;
use crate::event_loop;
use crate::model::Errors;
use crate::secrets;

static LAST: Mutex<Option<String>> = Mutex::new(None);
static IN_TASKS: Mutex<Errors> = Mutex::new(Errors { count: 0, first: None });

/// From here on every panic leaves its place behind, besides what panics do anyway, and those in tasks are counted. What it
/// says is said without secrets.
pub(crate) fn note() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            *LAST.lock().unwrap_or_else(PoisonError::into_inner) = panic.location().map(ToString::to_string);
            if event_loop::is_in_task() {
                IN_TASKS.lock().unwrap_or_else(PoisonError::into_inner).absorb(of_task(panic));
            }
            if secrets::are_none() {
                usual(panic);
            } else {
                say(panic);
            }
        }));
    });
}

/// What is said of a panic where there are secrets to conceal.
fn say(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let (name, text) = (thread.name().unwrap_or("<unnamed>"), panic_text(panic.payload()));
    let said = format!("\nthread '{name}' panicked at {place}:\n{text}");
    let _ = writeln!(io::stderr(), "{}", secrets::conceal(&said));
}

fn of_task(panic: &PanicHookInfo<'_>) -> Errors {
    let place = panic.location().map(|place| format!(" (at {place})")).unwrap_or_default();
    Errors { count: 1, first: Some(format!("a task panicked: {}{place}", panic_text(panic.payload()))) }
}

/// Where the latest panic happened, as `file:line:column`; told once.
pub(super) fn last_place() -> Option<String> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The panics of tasks since this was asked for last.
pub(super) fn in_tasks() -> Errors {
    std::mem::take(&mut *IN_TASKS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// What tokio says as it panics over a runtime, and what to do about it.
const ADVICE: [(&str, &str); 4] = [
    (
        "Cannot start a runtime from within a runtime",
        "the thread is already inside a runtime, the one that drives the benchmark: await the future there, or measure with \
         `iter` in a plain `fn` whose set-up makes a runtime of its own",
    ),
    (
        "Cannot drop a runtime in a context where blocking is not allowed",
        "a runtime of the benchmark's own is dropped inside the one that drives it: use that one, or drop yours with \
         `shutdown_background`",
    ),
    (
        "it is being shutdown",
        "what is awaited belongs to a runtime that has ended: make it in the set-up of an `async fn`, on the runtime that \
         drives the routine",
    ),
    (
        "there is no reactor running",
        "there is no runtime here: make the benchmark an `async fn`, so that its set-up is inside the runtime that drives \
         the routine, and measure with `iter_async`",
    ),
];

/// What to do about a panic with this text, where that is known.
pub(super) fn advice(text: &str) -> Option<&'static str> {
    ADVICE.iter().find(|(says, _)| text.contains(says)).map(|(_, advice)| *advice)
}

#[cfg(all(test, feature = "async"))]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::event_loop::Driver;
    use crate::model::Flavor;

    fn driver() -> Driver {
        Driver::new(Flavor::CurrentThread, 1, false).expect("a runtime")
    }

    /// The advice for what `misuse` panics with.
    fn advised(misuse: impl FnOnce()) -> &'static str {
        let payload = catch_unwind(AssertUnwindSafe(misuse)).expect_err("it panics");
        let text = panic_text(payload.as_ref());
        advice(text).unwrap_or_else(|| panic!("no advice for {text:?}"))
    }

    #[test]
    fn what_tokio_says_of_a_misused_runtime_has_an_advice() {
        let driver = driver();
        let nested = || driver.block_on(async { self::driver().block_on(async {}) });
        assert!(advised(nested).contains("await the future there"));
        let dropped = || driver.block_on(async { drop(self::driver()) });
        assert!(advised(dropped).contains("shutdown_background"));
        assert!(advised(|| drop(tokio::spawn(async {}))).contains("there is no runtime here"));
        let handle = self::driver().handle().clone();
        let ended = || {
            let _inside = handle.enter();
            driver.block_on(async move {
                let _inside = handle.enter();
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            });
        };
        assert!(advised(ended).contains("a runtime that has ended"));
        assert_eq!(advice("index out of bounds"), None);
    }
}
