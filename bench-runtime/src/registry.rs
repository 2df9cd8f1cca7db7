//! What the attributes register. Main types: [`Entry`], as it arrives through `inventory` in no particular order, and
//! [`Catalog`], which sorts and checks.

mod catalog;
mod loads;
#[cfg(test)]
pub(crate) mod testing;

use std::fmt::Debug;

pub(crate) use self::catalog::{Catalog, Listed, RegistryError};
pub(crate) use self::loads::under_load;

use crate::bencher::{Bencher, Preparing};
use crate::fixture::Definition;
use crate::model::{ByName, Location, Options, Param, Params};

/// One annotated function.
pub struct Entry {
    /// The cargo package that declares it.
    pub package: &'static str,
    /// Its module path, the bench target first.
    pub module: &'static str,
    /// The function's name.
    pub function: &'static str,
    /// The `name` option.
    pub name: Option<&'static str>,
    /// Where the function's name stands.
    pub location: Location,
    /// Whether the other arms of its group are compared with it.
    pub reference: bool,
    /// Whether it is an `async fn`.
    pub is_async: bool,
    /// What the attribute sets.
    pub options: Options,
    /// How to make its cases.
    pub body: Body,
}

/// What an [`Entry`] can be asked for.
pub enum Body {
    /// Its cases; evaluating this evaluates the `args` expression, so the plan does it once per process.
    Cases(fn() -> Vec<Case>),
    /// The same, of a function that takes a fixture.
    WithFixture {
        /// Its cases.
        cases: fn() -> Vec<Case>,
        /// What it takes.
        fixture: fn() -> &'static Definition,
    },
}

impl Body {
    /// The cases.
    pub(crate) fn cases(&self) -> fn() -> Vec<Case> {
        let (Self::Cases(cases) | Self::WithFixture { cases, .. }) = self;
        *cases
    }

    /// What the function takes besides.
    pub(crate) fn fixture(&self) -> Option<&'static Definition> {
        match self {
            Self::Cases(_) => None,
            Self::WithFixture { fixture, .. } => Some(fixture()),
        }
    }
}

/// One module under `#[bench_group]`: options for every benchmark inside.
pub struct GroupEntry {
    /// The cargo package that declares it.
    pub package: &'static str,
    /// The module's own path.
    pub module: &'static str,
    /// Where the module's name stands.
    pub location: Location,
    /// What the attribute sets.
    pub options: Options,
    /// Tells a bencher the attribute's `items` and `bytes`.
    pub throughput: fn(Bencher) -> Bencher,
}

inventory::collect!(Entry);
inventory::collect!(GroupEntry);

/// One way to call an annotated function.
pub struct Case {
    /// What tells it from the function's other cases.
    pub params: Params,
    /// What the bencher is to hold when the routine is set up.
    pub fixture: Option<&'static Definition>,
    /// Sets the routine up. May be called more than once in a process.
    pub prepare: Box<dyn Fn(Bencher) -> Preparing>,
}

impl Case {
    fn new(params: Params, prepare: impl Fn(Bencher) -> Preparing + 'static) -> Self {
        Self { params, fixture: None, prepare: Box::new(prepare) }
    }
}

/// All entries that are linked into this program, in no particular order.
fn entries() -> impl Iterator<Item = &'static Entry> {
    inventory::iter::<Entry>()
}

/// All groups that are linked into this program, in no particular order.
fn groups() -> impl Iterator<Item = &'static GroupEntry> {
    inventory::iter::<GroupEntry>()
}

/// The cases of a function without `args`: one.
pub fn one_case(prepare: impl Fn(Bencher) -> Preparing + 'static) -> Vec<Case> {
    vec![Case::new(Params::default(), prepare)]
}

/// The cases of a function over the values of `args`.
///
/// `name` is the parameter's name. Values whose texts are equal are told apart by their position.
pub fn cases<T, F>(name: &str, values: &Values<T>, prepare: F) -> Vec<Case>
where
    T: 'static,
    F: Fn(Bencher, T) -> Preparing + Clone + 'static,
{
    let (mut labels, clone) = (Labels::default(), values.clone);
    let case = |value: &T| {
        let param = Param { name: name.to_owned(), value: labels.unique(&(values.label)(value)) };
        let (value, prepare) = (clone(value), prepare.clone());
        Case::new(Params(vec![param]), move |b| prepare(b, clone(&value)))
    };
    values.values.iter().map(case).collect()
}

/// Puts the parameters of a combination of `types` and `consts` before those of `cases`.
pub fn under(types_and_consts: &[(&str, &str)], cases: Vec<Case>) -> Vec<Case> {
    let outer: Vec<Param> = types_and_consts
        .iter()
        .map(|(name, value)| Param { name: (*name).to_owned(), value: escape(value) })
        .collect();
    cases
        .into_iter()
        .map(|case| Case { params: Params(outer.iter().cloned().chain(case.params.0).collect()), ..case })
        .collect()
}

/// The values of an `args` expression.
pub struct Values<T> {
    values: Vec<T>,
    label: fn(&T) -> String,
    clone: fn(&T) -> T,
}

/// Evaluates an `args` expression.
///
/// What [`cases`] needs of the values is asked for here, and only here: what they lack is told once, at the expression.
pub fn values<I>(args: I) -> Values<I::Item>
where
    I: IntoIterator<Item: Debug + Clone + 'static>,
{
    Values { values: args.into_iter().collect(), label: |value| format!("{value:?}"), clone: Clone::clone }
}

/// Hands out labels, each once.
#[derive(Default)]
struct Labels(ByName<u32>);

impl Labels {
    fn unique(&mut self, text: &str) -> String {
        let mut label = escape(text);
        // What a label becomes may be the label of another value.
        while let Some(seen) = self.0.get_mut(&label) {
            *seen += 1;
            label = format!("{label}#{seen}");
        }
        self.0.insert(label.clone(), 1);
        label
    }
}

/// Longer labels are cut: they are names, not data.
const LABEL_CHARS: usize = 80;

/// Makes `text` one line without the characters that delimit parameters. A text in quotes loses them.
fn escape(text: &str) -> String {
    let bare = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    bare.chars()
        .take(LABEL_CHARS)
        .map(|c| match c {
            '[' => '(',
            ']' => ')',
            ',' => ';',
            '=' => ':',
            c if c.is_control() => '?',
            c => c,
        })
        .filter(|c| *c != ' ')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_one_line_without_delimiters_and_unique() {
        let mut labels = Labels::default();
        assert_eq!(labels.unique("\"a b\""), "ab");
        assert_eq!(labels.unique("[1, 2]"), "(1;2)");
        assert_eq!(labels.unique("x\ny=z"), "x?y:z");
        assert_eq!(labels.unique("[1, 2]"), "(1;2)#2");
        assert_eq!(labels.unique("(1;2)#2"), "(1;2)#2#2");
        assert_eq!(labels.unique("[1, 2]"), "(1;2)#3");
    }

    #[test]
    fn types_and_consts_come_before_args() {
        let params = Params(vec![Param { name: "n".into(), value: "3".into() }]);
        let inner = vec![Case::new(params, |_| unreachable!("never prepared"))];
        let all = under(&[("T", "u64"), ("N", "4")], inner);
        assert_eq!(all[0].params.to_string(), "[T=u64,N=4,n=3]");
    }
}
