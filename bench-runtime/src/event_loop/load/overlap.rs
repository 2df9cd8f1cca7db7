//! Operations that overlap without a clock: so many, a few in flight. Main function: [`overlapped`].

use std::future::poll_fn;
use std::task::Poll;

use tokio::task::{unconstrained, yield_now};

use super::Driver;
use super::slots::Slots;

/// Runs `operations` futures that `start` makes, `in_flight` of them at a time: one starts when another one has ended.
/// `ended` is told of every output. It does not return before all have ended.
pub(crate) fn overlapped<O, F: Future<Output = O>>(
    driver: &Driver,
    operations: u64,
    in_flight: usize,
    mut start: impl FnMut() -> F,
    mut ended: impl FnMut(O),
) {
    driver.block_on(unconstrained(async {
        let (mut slots, mut left) = (Slots::new(), operations);
        while left > 0 || slots.in_flight() > 0 {
            slots.poll_woken(|output, ()| ended(output));
            // One pass: what ends at once leaves the others and the runtime their turn.
            for _ in slots.in_flight()..in_flight {
                if left == 0 {
                    break;
                }
                left -= 1;
                if let Some(output) = slots.start(start(), ()) {
                    ended(output);
                }
            }
            if left > 0 && slots.in_flight() < in_flight {
                yield_now().await;
            } else {
                until_woken(&slots).await;
            }
        }
    }));
}

/// Until a future is woken; the runtime gets its turn at least once.
async fn until_woken<F: Future>(slots: &Slots<F, ()>) {
    let mut has_waited = slots.in_flight() == 0;
    poll_fn(|context| {
        let is_woken = slots.is_woken(context);
        if has_waited && (is_woken || slots.in_flight() == 0) {
            return Poll::Ready(());
        }
        has_waited = true;
        if is_woken {
            context.waker().wake_by_ref();
        }
        Poll::Pending
    })
    .await;
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::Duration;

    use super::*;
    use crate::model::Flavor;

    #[test]
    fn so_many_operations_are_run_a_few_at_a_time() {
        let driver = Driver::new(Flavor::CurrentThread, 1, false).expect("a runtime starts");
        let (now, most, ended) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let operation = || async {
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            tokio::time::sleep(Duration::from_millis(1)).await;
            now.set(now.get() - 1);
        };
        overlapped(&driver, 10, 4, operation, |()| ended.set(ended.get() + 1));
        assert_eq!((most.get(), ended.get(), now.get()), (4, 10, 0));
    }

    #[test]
    fn what_ends_at_once_or_gives_way_is_counted_too() {
        let driver = Driver::new(Flavor::CurrentThread, 1, false).expect("a runtime starts");
        let ended = Cell::new(0);
        let count = |()| ended.set(ended.get() + 1);
        overlapped(&driver, 7, 3, || async {}, count);
        overlapped(&driver, 7, 9, yield_now, count);
        overlapped(&driver, 0, 3, || async {}, count);
        assert_eq!(ended.get(), 14);
    }
}
