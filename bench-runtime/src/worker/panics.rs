//! Where a panic happened, which its payload does not tell. Main functions: [`note_places`] and [`last_place`].

use std::panic::{set_hook, take_hook};
use std::sync::{Mutex, Once, PoisonError};

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// From here on every panic leaves its place behind, besides what panics do anyway.
pub(super) fn note_places() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            *LAST.lock().unwrap_or_else(PoisonError::into_inner) = panic.location().map(ToString::to_string);
            usual(panic);
        }));
    });
}

/// Where the latest panic happened, as `file:line:column`; told once.
pub(super) fn last_place() -> Option<String> {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).take()
}
