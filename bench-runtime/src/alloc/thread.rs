//! What the instrument knows of a thread: whether it is counted at all, and by whom. Main types: [`Pause`] and
//! [`Entered`].
//!
//! Reached on every call while something is measured, even from destructors of other thread locals and from threads that
//! are about to end: so it has no destructor, its initial value is a constant, and reading it never allocates.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;

use super::scope::Scope;

struct Thread {
    pauses: Cell<u32>,
    scope: Cell<*const Scope>,
}

thread_local! {
    static THREAD: Thread = const { Thread { pauses: Cell::new(0), scope: Cell::new(ptr::null()) } };
}

/// While it lives, what this thread allocates is not counted: it is the instrument's own.
pub(super) struct Pause {
    /// It belongs to its thread.
    _here: PhantomData<*const ()>,
}

impl Pause {
    pub(super) fn begin() -> Self {
        let _ = THREAD.try_with(|thread| thread.pauses.set(thread.pauses.get() + 1));
        Self { _here: PhantomData }
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        let _ = THREAD.try_with(|thread| thread.pauses.set(thread.pauses.get().saturating_sub(1)));
    }
}

/// Whether what this thread allocates is the instrument's own.
#[inline]
pub(super) fn is_paused() -> bool {
    THREAD.try_with(|thread| thread.pauses.get() > 0).unwrap_or(true)
}

/// While it lives, this thread is in a scope. Scopes are left in the reverse order of entering them.
pub(super) struct Entered {
    /// Keeps what the thread points at.
    scope: Arc<Scope>,
    before: *const Scope,
}

impl Entered {
    pub(super) fn enter(scope: &Arc<Scope>) -> Self {
        let scope = Arc::clone(scope);
        let before = THREAD.try_with(|thread| thread.scope.replace(Arc::as_ptr(&scope)));
        Self { scope, before: before.unwrap_or(ptr::null()) }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        debug_assert!(
            THREAD.try_with(|thread| thread.scope.get() == Arc::as_ptr(&self.scope)).unwrap_or(true)
        );
        let _ = THREAD.try_with(|thread| thread.scope.set(self.before));
    }
}

/// Hands the scope that this thread is in to `look`.
#[inline]
pub(super) fn with_scope<T>(look: impl FnOnce(&Scope) -> T) -> Option<T> {
    let scope = THREAD.try_with(|thread| thread.scope.get()).ok()?;
    // SAFETY: the pointer is null, or the `Entered` that set it still lives on this thread and keeps the scope: it is
    // neither `Send` nor leaked by the functions of this module's parent, and it sets the pointer back when it goes.
    unsafe { scope.as_ref() }.map(look)
}

/// The scope that this thread is in.
pub(super) fn scope() -> Option<Arc<Scope>> {
    with_scope(Scope::shared)?
}
