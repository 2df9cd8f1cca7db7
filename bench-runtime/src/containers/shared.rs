//! What runs make on a server that others use, too: known by the run, which is in its name. Main function: [`take`].
//!
//! A run that works on such a server leaves word there, of which process it is. What it made goes when it ends, and with the
//! next run where it was killed. Nothing else is ever changed; and a server on which there is something else is not taken.

use super::leftovers::{Owner, is_gone};
use super::ready::NotReady;
use super::server::Server;
use crate::fixture::Scope;

/// How many names of what others made are told.
pub(super) const FEW: usize = 4;

/// What is on a server, by name.
pub(super) trait Things {
    /// What they are called: `keys`.
    const WHAT: &'static str;

    /// The runs that left word here.
    fn owners(&mut self) -> Result<Vec<Owner>, NotReady>;

    /// Names in which none of these runs is: `FEW` of them, or a few more.
    fn strangers(&mut self, runs: &[String]) -> Result<Vec<String>, NotReady>;

    /// Leaves word.
    fn enter(&mut self, owner: &Owner) -> Result<(), NotReady>;

    /// Removes all in whose names this run is, and its word.
    fn leave(&mut self, run: &str) -> Result<(), NotReady>;
}

/// Takes a server that was there before for this run, if nothing is on it that others made.
pub(super) fn take<T: Things + 'static>(
    server: &Server,
    scope: &Scope,
    log_in: fn(&Server) -> Result<T, NotReady>,
) -> Result<(), String> {
    let mut things = log_in(server).map_err(|why| why.to_string())?;
    let others = swept(&mut things, &server.run).map_err(|why| why.to_string())?;
    if !others.is_empty() {
        let (what, names) = (T::WHAT, others[..others.len().min(FEW)].join(", "));
        return Err(format!(
            "it has {what} that are not the harness's ({names}), and may be in use: name one that is empty. What \
             benchmarks make is known by `server.run` in its name, and removed when they are done"
        ));
    }
    let (place, run) = (server.clone(), server.run.clone());
    scope.on_teardown(move || {
        // What is left here goes with the next run.
        let _ = log_in(&place).and_then(|mut things| things.leave(&run));
    });
    Ok(())
}

/// Removes what killed runs left, leaves word of this one, and tells what others made.
fn swept(things: &mut impl Things, run: &str) -> Result<Vec<String>, NotReady> {
    let (gone, there): (Vec<Owner>, Vec<Owner>) = things.owners()?.into_iter().partition(is_gone);
    gone.iter().try_for_each(|owner| things.leave(&owner.run))?;
    let runs: Vec<String> = there.into_iter().map(|owner| owner.run).collect();
    let others = things.strangers(&runs)?;
    if others.is_empty() {
        things.enter(&Owner::this(run))?;
    }
    Ok(others)
}
