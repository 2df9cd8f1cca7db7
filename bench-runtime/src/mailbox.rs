//! Messages from threads to one other thread. Main function: [`channel`].
//!
//! The standard library has three kinds of channels behind one type, all of which are compiled anew for each type of
//! message. Here is one, for messages that are few.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The two ends of a channel.
pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let state = State { messages: VecDeque::new(), senders: 1, is_read: true };
    let shared = Arc::new(Shared { state: Mutex::new(state), arrived: Condvar::new() });
    (Sender(Arc::clone(&shared)), Receiver(shared))
}

/// The end that messages go in at.
pub(crate) struct Sender<T>(Arc<Shared<T>>);

/// The end that messages come out of, in the order in which they were sent.
pub(crate) struct Receiver<T>(Arc<Shared<T>>);

/// Why there is no message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecvTimeoutError {
    /// None came in time.
    Timeout,
    /// None will come: there is no sender any more.
    Disconnected,
}

struct Shared<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
}

struct State<T> {
    messages: VecDeque<T>,
    senders: usize,
    is_read: bool,
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Sender<T> {
    /// Sends a message.
    ///
    /// # Errors
    ///
    /// The message, if there is no receiver any more.
    pub(crate) fn send(&self, message: T) -> Result<(), T> {
        let mut state = self.0.state();
        if !state.is_read {
            return Err(message);
        }
        state.messages.push_back(message);
        self.0.arrived.notify_one();
        Ok(())
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.0.state().senders += 1;
        Self(Arc::clone(&self.0))
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.0.state().senders -= 1;
        self.0.arrived.notify_one();
    }
}

impl<T> Receiver<T> {
    /// Waits for a message; `None` if none will come.
    pub(crate) fn recv(&self) -> Option<T> {
        let state = self.0.state();
        let waits = |state: &mut State<T>| state.messages.is_empty() && state.senders > 0;
        let mut state = self.0.arrived.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        state.messages.pop_front()
    }

    /// Waits for a message for so long at most.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(crate) fn recv_timeout(&self, time: Duration) -> Result<T, RecvTimeoutError> {
        let state = self.0.state();
        let waits = |state: &mut State<T>| state.messages.is_empty() && state.senders > 0;
        let waited = self.0.arrived.wait_timeout_while(state, time, waits);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let missing =
            if state.senders > 0 { RecvTimeoutError::Timeout } else { RecvTimeoutError::Disconnected };
        state.messages.pop_front().ok_or(missing)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_read = false;
        // What nobody will read is dropped now, and not with the last sender.
        let unread = std::mem::take(&mut state.messages);
        drop(state);
        drop(unread);
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn messages_come_in_order_until_the_last_sender_is_gone() {
        let (sender, receiver) = channel();
        let other = sender.clone();
        let sending = thread::spawn(move || (0..100).try_for_each(|number| other.send(number)));
        for number in 0..100 {
            assert_eq!(receiver.recv_timeout(LONG), Ok(number));
        }
        assert_eq!(sending.join().expect("it does not panic"), Ok(()));
        assert_eq!(receiver.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout));
        sender.send(100).expect("it is read");
        drop(sender);
        assert_eq!(receiver.recv_timeout(Duration::ZERO), Ok(100));
        assert_eq!(receiver.recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
        assert_eq!(receiver.recv(), None);
    }

    #[test]
    fn who_waits_is_woken_by_a_message_and_by_the_end() {
        let (sender, receiver) = channel();
        let waiting = thread::spawn(move || [receiver.recv(), receiver.recv()]);
        sender.send("come").expect("it is read");
        drop(sender);
        assert_eq!(waiting.join().expect("it does not panic"), [Some("come"), None]);
    }

    #[test]
    fn what_nobody_will_read_comes_back() {
        let (sender, receiver) = channel();
        let held = Arc::new(());
        sender.send(Arc::clone(&held)).expect("it is read");
        drop(receiver);
        assert_eq!(Arc::strong_count(&held), 1);
        assert_eq!(sender.send(held), Err(Arc::new(())));
    }
}
