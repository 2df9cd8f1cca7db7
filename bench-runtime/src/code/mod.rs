//! The machine code of two programs, held against each other. Main type: [`Pairs`].
//!
//! Two builds of the same source differ in where things are, and so in every address that an instruction has. Functions
//! are the same here if they are the same instruction by instruction, but for addresses, and those lead to functions that
//! are the same, or to data that begins alike. That is found out for 64-bit ELF files of x86-64 that have their symbols;
//! elsewhere nothing is said. What is not the same for certain counts as different.

mod image;
mod instruction;
mod pairs;
#[cfg(all(test, target_os = "linux", target_arch = "x86_64"))]
mod texts;

pub(crate) use self::image::{Image, origin};
pub(crate) use self::pairs::Pairs;
