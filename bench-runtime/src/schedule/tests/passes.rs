//! The passes besides that of time.

use std::time::Duration;

use super::{Asked, schedule};
use crate::model::{ArmEnding, FurtherPasses};
use crate::schedule::fake::{World, arm, case};

#[test]
fn a_plain_routine_is_skipped_where_only_futures_are_traced() {
    let world = World::default();
    let passes = FurtherPasses { trace: Some(Duration::from_millis(1)), ..FurtherPasses::default() };
    let case = case([arm("a")]);
    let runs = schedule(&mut world.clone(), &world, &Asked::default(), &mut |_| ())
        .only_further_passes(&case, passes);
    let ArmEnding::Skipped(reason) = &runs[0].ending else { panic!("{runs:?}") };
    assert!(reason.contains("no futures to trace"), "{reason}");
    let pinned = world.log().iter().any(|step| step.starts_with("launch 0 on "));
    assert!(pinned, "like a run that measures time: {:?}", world.log());
}
