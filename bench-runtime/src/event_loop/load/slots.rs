//! Futures that are in flight together, polled when they are woken. Main type: [`Slots`].

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Places for futures of one type, each with a note `N`. A place is used again, with its memory, when its future has
/// ended: once there are enough of them, starting an operation allocates nothing here.
pub(super) struct Slots<F, N> {
    slots: Vec<Slot<F, N>>,
    free: Vec<usize>,
    woken: Arc<Woken>,
    /// What is polled in this pass; kept for its memory.
    turn: Vec<usize>,
}

struct Slot<F, N> {
    future: Pin<Box<Option<F>>>,
    note: N,
    flag: Arc<Flag>,
    waker: Waker,
}

impl<F: Future, N: Copy> Slots<F, N> {
    pub(super) fn new() -> Self {
        Self { slots: Vec::new(), free: Vec::new(), woken: Arc::default(), turn: Vec::new() }
    }

    /// How many futures have not ended.
    pub(super) fn in_flight(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Puts a future into a free place and polls it for the first time; its output, if it has ended by that.
    pub(super) fn start(&mut self, future: F, note: N) -> Option<F::Output> {
        let at = self.free.pop().unwrap_or_else(|| self.add(note));
        let slot = &mut self.slots[at];
        slot.future.as_mut().set(Some(future));
        slot.note = note;
        self.poll(at)
    }

    /// Polls every future that was woken, once; `ended` is told of those that have ended.
    pub(super) fn poll_woken(&mut self, mut ended: impl FnMut(F::Output, N)) {
        let mut turn = std::mem::take(&mut self.turn);
        std::mem::swap(&mut turn, &mut self.woken.lock().slots);
        for at in turn.drain(..) {
            let note = self.slots[at].note;
            if let Some(output) = self.poll(at) {
                ended(output, note);
            }
        }
        self.turn = turn;
    }

    /// Drops the futures whose note says so; returns how many.
    pub(super) fn give_up(&mut self, is_over: impl Fn(&N) -> bool) -> u64 {
        let mut dropped = 0;
        for (at, slot) in self.slots.iter_mut().enumerate() {
            if slot.future.is_some() && is_over(&slot.note) {
                slot.future.set(None);
                self.free.push(at);
                dropped += 1;
            }
        }
        dropped
    }

    /// Whether a future is woken. If none is, the task of `context` is woken with the next one.
    pub(super) fn is_woken(&self, context: &Context<'_>) -> bool {
        let mut woken = self.woken.lock();
        let is_known = woken.task.as_ref().is_some_and(|task| task.will_wake(context.waker()));
        if !is_known {
            woken.task = Some(context.waker().clone());
        }
        !woken.slots.is_empty()
    }

    fn add(&mut self, note: N) -> usize {
        let at = self.slots.len();
        let flag = Arc::new(Flag { at, is_set: AtomicBool::new(false), woken: Arc::clone(&self.woken) });
        let waker = Waker::from(Arc::clone(&flag));
        self.slots.push(Slot { future: Box::pin(None), note, flag, waker });
        at
    }

    fn poll(&mut self, at: usize) -> Option<F::Output> {
        let slot = &mut self.slots[at];
        // From here on a wake-up counts again, also one that comes while the future is polled.
        slot.flag.is_set.store(false, Ordering::Release);
        let future = slot.future.as_mut().as_pin_mut()?;
        match future.poll(&mut Context::from_waker(&slot.waker)) {
            Poll::Pending => None,
            Poll::Ready(output) => {
                slot.future.set(None);
                self.free.push(at);
                Some(output)
            }
        }
    }
}

/// Which places were woken, and the task that is to know.
#[derive(Default)]
struct Woken(Mutex<WokenSlots>);

#[derive(Default)]
struct WokenSlots {
    slots: Vec<usize>,
    task: Option<Waker>,
}

impl Woken {
    fn lock(&self) -> MutexGuard<'_, WokenSlots> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Wakes one place. A waker that outlives its future wakes the next one in its place, which does no harm.
struct Flag {
    at: usize,
    is_set: AtomicBool,
    woken: Arc<Woken>,
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_set.swap(true, Ordering::AcqRel) {
            return;
        }
        let task = {
            let mut woken = self.woken.lock();
            woken.slots.push(self.at);
            woken.task.take()
        };
        if let Some(task) = task {
            task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::{pending, poll_fn};
    use std::rc::Rc;

    use super::*;

    fn context() -> Context<'static> {
        Context::from_waker(Waker::noop())
    }

    #[test]
    fn only_what_was_woken_is_polled() {
        let wakers: Rc<Cell<Option<Waker>>> = Rc::default();
        let polls: Rc<Cell<u32>> = Rc::default();
        let future = || {
            let (wakers, polls) = (Rc::clone(&wakers), Rc::clone(&polls));
            poll_fn(move |context| {
                polls.set(polls.get() + 1);
                wakers.set(Some(context.waker().clone()));
                if polls.get() > 2 { Poll::Ready("done") } else { Poll::Pending }
            })
        };
        let mut slots = Slots::new();
        assert_eq!((slots.start(future(), 7), slots.in_flight()), (None, 1));
        assert!(!slots.is_woken(&context()));
        slots.poll_woken(|_, _| unreachable!("nothing was woken"));
        assert_eq!(polls.get(), 1);
        let wake = || wakers.take().expect("it was polled").wake();
        wake();
        assert!(slots.is_woken(&context()));
        slots.poll_woken(|_, _| unreachable!("it has not ended"));
        wake();
        let mut ended = Vec::new();
        slots.poll_woken(|output, note| ended.push((output, note)));
        assert_eq!((ended, slots.in_flight()), (vec![("done", 7)], 0));
    }

    #[test]
    fn a_place_is_used_again_and_a_late_wake_up_does_no_harm() {
        let late: Rc<Cell<Option<Waker>>> = Rc::default();
        let kept = Rc::clone(&late);
        let mut slots: Slots<Pin<Box<dyn Future<Output = u8>>>, ()> = Slots::new();
        let first = poll_fn(move |context| {
            kept.set(Some(context.waker().clone()));
            Poll::Ready(1)
        });
        assert_eq!(slots.start(Box::pin(first), ()), Some(1));
        assert_eq!(slots.start(Box::pin(pending()), ()), None);
        late.take().expect("kept").wake();
        slots.poll_woken(|_, ()| unreachable!("it never ends"));
        assert_eq!((slots.slots.len(), slots.in_flight()), (1, 1));
    }

    #[test]
    fn what_is_given_up_is_dropped() {
        let held = Rc::new(());
        let mut slots = Slots::new();
        for note in 0..3 {
            let held = Rc::clone(&held);
            slots.start(
                async move {
                    pending::<()>().await;
                    drop(held);
                },
                note,
            );
        }
        assert_eq!(slots.give_up(|note| *note != 1), 2);
        assert_eq!((Rc::strong_count(&held), slots.in_flight()), (2, 1));
        assert_eq!(slots.give_up(|note| *note != 1), 0);
    }
}
