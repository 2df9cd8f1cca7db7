//! Which benchmarks are the same machine code in two programs. Main function: [`of_same_code`].

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::Other;
use crate::code::{Image, Pairs};
use crate::model::{RunOptions, Side};
use crate::runner::session::launcher;

/// Those of these benchmarks that are the same machine code in both programs, as far as that can be found out.
pub(in crate::runner) fn of_same_code(
    options: &RunOptions,
    other: &Other,
    names: &[String],
) -> BTreeSet<String> {
    let found = if names.is_empty() { None } else { found(options, other, names) };
    found.unwrap_or_default()
}

fn found(options: &RunOptions, other: &Other, names: &[String]) -> Option<BTreeSet<String>> {
    let there = other.programs.other.as_deref()?;
    let mut pairs = Pairs::new(image(&other.programs.this)?, image(there)?);
    let launcher = launcher(options, other.programs.clone(), false);
    let (here, there) = (launcher.roots(Side::This, names)?, launcher.roots(Side::Other, names)?);
    let roots = names.iter().zip(here.into_iter().zip(there));
    let mut is_same = |(here, there): (Option<u64>, Option<u64>)| match here.zip(there) {
        Some((here, there)) => pairs.is_same(here, there),
        None => false,
    };
    Some(roots.filter(|(_, roots)| is_same(*roots)).map(|(name, _)| name.clone()).collect())
}

fn image(program: &Path) -> Option<Image> {
    Image::parse(fs::read(program).ok()?)
}
