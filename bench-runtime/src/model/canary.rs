//! Two small measurements of the machine itself, made beside every benchmark. Main type: [`Canary`].

use crate::json;

/// How long the machine took for a step of work that is the same in every program: what moves these figures is the
/// machine, and not the code that is measured beside them.
///
/// Figures of different versions of this crate, and of different compilers, are of different work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Canary {
    /// A step of arithmetic, in nanoseconds: it hangs on the frequency of the core, and on who shares it.
    pub cpu: f64,
    /// A load from a buffer that the second-level cache does not hold, in nanoseconds: it hangs on the caches and the
    /// memory that cores share.
    pub memory: f64,
}

json::object!(Canary { cpu, memory });

impl Canary {
    /// The version of the work that is done: figures of other versions say nothing of these.
    pub const WORK: u64 = 1;

    /// The figure of one of the two.
    pub fn of(self, kind: CanaryKind) -> f64 {
        match kind {
            CanaryKind::Cpu => self.cpu,
            CanaryKind::Memory => self.memory,
        }
    }
}

/// One of the two measurements of a [`Canary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CanaryKind {
    /// [`Canary::cpu`].
    Cpu,
    /// [`Canary::memory`].
    Memory,
}

impl CanaryKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Cpu, Self::Memory];
}
