//! The same benchmarks in another program, to be compared with. Main method: [`Plan::beside`].

use std::collections::HashSet;

use super::{Arm, GroupCase, Plan};
use crate::model::Side;

impl Plan {
    /// Puts beside every benchmark that runs the one of the same full name in another program, if it is among `names`.
    /// It is measured by the same settings; the other program's own are not known here.
    pub(crate) fn beside(&mut self, names: &HashSet<&str>) {
        for case in &mut self.cases {
            let there =
                case.arms.iter().filter(|arm| arm.skip.is_none() && names.contains(&*arm.id.to_string()));
            let twins: Vec<Arm> = there.map(twin).collect();
            case.arms.extend(twins);
        }
    }
}

fn twin(arm: &Arm) -> Arm {
    Arm { side: Side::Other, is_reference: false, limits: Vec::new(), ..arm.clone() }
}

impl GroupCase {
    /// The arm of the other side with the same name.
    pub(crate) fn twin(&self, arm: usize) -> Option<usize> {
        let Arm { id, side, .. } = &self.arms[arm];
        self.arms.iter().position(|other| other.side != *side && other.id == *id)
    }
}

impl Arm {
    /// The full name, and whose it is where that is another revision.
    pub(crate) fn label(&self) -> String {
        match self.side {
            Side::This => self.id.to_string(),
            Side::Other => format!("{} (other revision)", self.id),
        }
    }
}
