//! When a future was woken. Main type: [`Waking`].

use std::ptr;
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
pub(super) struct Alarm(Option<Set>);

/// A waker that remembers, and the one that it was made for.
#[derive(Debug)]
struct Set {
    waking: Arc<Waking>,
    waker: Waker,
    made_for: Identity,
}

/// Tells a waker from others while a clone of it is kept.
///
/// `Waker::will_wake` does not serve: the clone's table of functions may be a copy that the compiler made, elsewhere in
/// memory, and then no clone is ever called the same as the waker that it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Identity {
    data: usize,
    table: usize,
}

impl Identity {
    #[inline]
    fn of(waker: &Waker) -> Self {
        Self { data: waker.data().addr(), table: ptr::from_ref(waker.vtable()).addr() }
    }
}

impl Alarm {
    /// When the future was woken since this was asked for last, in ticks; 0 if it was not.
    #[inline]
    pub(super) fn rang(&self) -> u64 {
        let Some(Set { waking, .. }) = &self.0 else { return 0 };
        let woken = waking.woken.load(Ordering::Relaxed);
        if woken != 0 {
            // A waking that comes just now is lost in the one that is being told.
            waking.woken.store(0, Ordering::Relaxed);
        }
        woken
    }

    /// Polls with a waker that remembers.
    pub(super) fn poll<T>(&mut self, cx: &Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let set = match &mut self.0 {
            Some(set) if set.is_for(cx.waker()) => set,
            other => other.insert(Set::new(cx.waker())),
        };
        poll(&mut Context::from_waker(&set.waker))
    }
}

impl Set {
    fn new(waker: &Waker) -> Self {
        let waking = Arc::new(Waking { woken: AtomicU64::new(0), of: waker.clone() });
        Self { waker: Waker::from(Arc::clone(&waking)), waking, made_for: Identity::of(waker) }
    }

    /// Whether it was made for this waker. What has the same data as the clone is kept alive by it, so that nothing else
    /// can have come to be in its place.
    #[inline]
    fn is_for(&self, waker: &Waker) -> bool {
        self.made_for == Identity::of(waker) && self.waking.of.data() == waker.data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default)]
    struct Counted(AtomicU64);

    impl Wake for Counted {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The waker that it is for is not cloned again: the tables of the two may lie apart.
    #[test]
    fn a_waker_is_made_once_for_all_polls_with_the_same_one() {
        let clones = Arc::<Counted>::default();
        let (one, other) = (Waker::from(Arc::clone(&clones)), Waker::from(Arc::<Counted>::default()));
        let mut alarm = Alarm::default();
        let mut poll = |waker: &Waker| {
            alarm.poll(&Context::from_waker(waker), |cx| drop(cx.waker().clone()));
            alarm.0.as_ref().map(|set| Arc::as_ptr(&set.waking))
        };
        let first = poll(&one);
        assert!(poll(&one) == first && poll(&one) == first);
        assert_eq!(Arc::strong_count(&clones), 3, "this one, that of the waker, and that of its clone");
        poll(&other);
        assert_eq!(Arc::strong_count(&clones), 2, "it is for another one now");
    }

    #[test]
    fn a_waking_is_told_once_and_passed_on() {
        let counted = Arc::<Counted>::default();
        let mut alarm = Alarm::default();
        alarm.poll(&Context::from_waker(&Waker::from(Arc::clone(&counted))), |cx| cx.waker().wake_by_ref());
        assert!(alarm.rang() > 0);
        assert_eq!((alarm.rang(), counted.0.load(Ordering::Relaxed)), (0, 1));
    }
}
