//! What workers tell of the fixtures that they make. Main type: [`Heard`].

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::model::SetUpTime;

/// What is told while an arm is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told<'a> {
    /// A fixture of this name is about to be made.
    Making(&'a str),
    /// It took so long.
    Made(&'a str, Duration),
    /// Something that the user should know.
    Notice(&'a str),
}

/// What all workers of a run have told.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// How long fixtures took to make.
    pub(crate) set_up: Vec<SetUpTime>,
    /// What the user should know, each text once.
    pub(crate) notices: Vec<String>,
}

/// Shared by all who hear something.
pub(crate) type Ear = Rc<RefCell<Heard>>;

impl Heard {
    /// Takes in what was told.
    pub(crate) fn hear(&mut self, told: Told<'_>) {
        match told {
            Told::Making(_) => {}
            Told::Made(name, took) => self.made(name, took),
            Told::Notice(text) if self.notices.iter().any(|known| known == text) => {}
            Told::Notice(text) => self.notices.push(text.to_owned()),
        }
    }

    fn made(&mut self, name: &str, took: Duration) {
        match self.set_up.iter_mut().find(|known| known.name == name) {
            Some(known) => (known.times, known.total) = (known.times + 1, known.total + took),
            None => self.set_up.push(SetUpTime { name: name.to_owned(), times: 1, total: took }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up_and_a_notice_is_kept_once() {
        let mut heard = Heard::default();
        let second = Duration::from_secs(1);
        for told in
            [Told::Making("a"), Told::Made("a", second), Told::Made("b", second), Told::Made("a", 2 * second)]
        {
            heard.hear(told);
        }
        let times: Vec<_> =
            heard.set_up.iter().map(|t| (t.name.as_str(), t.times, t.total.as_secs())).collect();
        assert_eq!(times, [("a", 2, 3), ("b", 1, 1)]);
        ["x", "y", "x"].into_iter().for_each(|text| heard.hear(Told::Notice(text)));
        assert_eq!(heard.notices, ["x", "y"]);
    }
}
