//! The memory pass: what an arm does with memory. Main method: [`Schedule::counted`].

use super::Schedule;
use super::crew::Trouble;
use super::passes::Found;
use crate::model::{Basis, Memory, SitesMode};
use crate::plan::Arm;
use crate::worker::MemoryOrder;

/// How many of the lines that allocate most are told.
const TOP_SITES: usize = 5;

impl Schedule<'_> {
    /// What one arm does with memory, in a worker of its own.
    pub(super) fn counted(
        &mut self,
        arm: &Arm,
        sites: SitesMode,
        basis: &mut Basis,
    ) -> Result<Found<Memory>, Trouble> {
        let (mut crew, _) = self.alone(arm, None, false, basis)?;
        let order = MemoryOrder { sites, top: TOP_SITES, location: arm.location.clone() };
        let counted = crew.memory(0, &order)?;
        crew.finish().map(|_| counted)
    }
}
