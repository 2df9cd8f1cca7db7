//! When a future was woken. Main type: [`Waking`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Wake, Waker};

use super::ticks;

/// Remembers when a future was woken for the first time since its last poll, and passes the waking on.
#[derive(Debug)]
pub(super) struct Waking {
    /// In ticks; 0 if it was not.
    woken: AtomicU64,
    of: Waker,
}

impl Wake for Waking {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.woken.load(Ordering::Relaxed) == 0 {
            self.woken.store(ticks::now(), Ordering::Relaxed);
        }
        self.of.wake_by_ref();
    }
}

/// The waker that a future is polled with: made anew only where whoever polls it does so with another one.
#[derive(Debug, Default)]
pub(super) struct Alarm(Option<(Arc<Waking>, Waker)>);

impl Alarm {
    /// When the future was woken since this was asked for last, in ticks; 0 if it was not.
    pub(super) fn rang(&self) -> u64 {
        let Some((waking, _)) = &self.0 else { return 0 };
        let woken = waking.woken.load(Ordering::Relaxed);
        if woken != 0 {
            // A waking that comes just now is lost in the one that is being told.
            waking.woken.store(0, Ordering::Relaxed);
        }
        woken
    }

    /// Polls with a waker that remembers.
    pub(super) fn poll<T>(&mut self, cx: &Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let is_the_same = self.0.as_ref().is_some_and(|(waking, _)| waking.of.will_wake(cx.waker()));
        if !is_the_same {
            let waking = Arc::new(Waking { woken: AtomicU64::new(0), of: cx.waker().clone() });
            self.0 = Some((Arc::clone(&waking), Waker::from(waking)));
        }
        match &self.0 {
            Some((_, waker)) => poll(&mut Context::from_waker(waker)),
            None => unreachable!("it was just made"),
        }
    }
}
