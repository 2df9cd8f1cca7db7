//! What is counted for one profile: the calls of the threads that entered it. Main type: [`Scope`].

use std::alloc::Layout;
use std::sync::{Arc, Weak};

use super::ledger::Ledger;
use super::profile::Snapshots;

/// A part of a program whose calls are counted apart. One inside another one counts for both.
#[derive(Debug)]
pub(super) struct Scope {
    /// From 1, and never used twice.
    pub(super) id: u32,
    pub(super) ledger: Ledger,
    pub(super) snapshots: Snapshots,
    parent: Option<Arc<Scope>>,
    itself: Weak<Scope>,
}

impl Scope {
    pub(super) fn new(id: u32, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new_cyclic(|itself| Self {
            id,
            ledger: Ledger::new(),
            snapshots: Snapshots::default(),
            parent,
            itself: itself.clone(),
        })
    }

    /// Another handle to it; without allocating, so that it can be had at any time.
    pub(super) fn shared(&self) -> Option<Arc<Self>> {
        self.itself.upgrade()
    }

    #[inline]
    pub(super) fn allocated(&self, layout: Layout) {
        self.with_parents(|ledger| ledger.allocated(layout));
    }

    #[inline]
    pub(super) fn deallocated(&self, layout: Layout) {
        self.with_parents(|ledger| ledger.deallocated(layout));
    }

    #[inline]
    pub(super) fn reallocated(&self, layout: Layout, new_size: usize) {
        self.with_parents(|ledger| ledger.reallocated(layout, new_size));
    }

    #[inline]
    fn with_parents(&self, note: impl Fn(&Ledger)) {
        let mut next = Some(self);
        while let Some(scope) = next {
            note(&scope.ledger);
            next = scope.parent.as_deref();
        }
    }
}
