//! A benchmark harness for adapters, drivers and data pipelines.
//!
//! Annotate functions with [`macro@adapter_bench`], end the file with [`main!`], run `cargo bench`: the arms of a group
//! are measured in turns, in fresh processes, and shown side by side with the ratio to their reference.
//!
//! ```no_run
//! use adapter_bench::{adapter_bench, Bencher, Prepared};
//!
//! #[adapter_bench(group = "sum", reference, args = [100, 1_000])]
//! fn by_loop(b: Bencher, len: usize) -> Prepared {
//!     let data: Vec<u64> = (0..len as u64).collect(); // set-up, untimed
//!     b.items(len as u64).iter(move || {
//!         let mut sum = 0;
//!         for value in &data {
//!             sum += value;
//!         }
//!         sum
//!     })
//! }
//!
//! #[adapter_bench(group = "sum", args = [100, 1_000])]
//! fn by_iterator(b: Bencher, len: usize) -> Prepared {
//!     let data: Vec<u64> = (0..len as u64).collect();
//!     b.items(len as u64).iter(move || data.iter().sum::<u64>())
//! }
//!
//! adapter_bench::main!();
//! ```

mod analysis;
mod bencher;
mod cli;
mod clock;
mod event_loop;
mod exit;
#[expect(dead_code, reason = "nothing is compared yet")]
mod gate;
mod machine;
pub mod model;
mod plan;
mod registry;
mod report;
mod runner;
mod schedule;
mod stats;
mod store;
mod surroundings;
#[expect(dead_code, reason = "no limit is read yet")]
mod units;
mod worker;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use adapter_bench_macros::{adapter_bench, bench_group};

pub use bencher::{
    AnswerOf, Answers, Bencher, CountOf, Counts, IntoPrepared, NoAnswer, NoCount, Prepared, SetupError,
    WithoutInput,
};
pub use model::RunOptions;
pub use runner::{RunError, init, run};
pub use surroundings::{datasets, param, seed};

/// Makes this bench target a runner: its `main` function. Stands once, at the end of the file.
#[macro_export]
macro_rules! main {
    () => {
        fn main() -> ::std::process::ExitCode {
            $crate::__private::main($crate::__private::Program {
                package: ::core::env!("CARGO_PKG_NAME"),
                bench: ::core::env!("CARGO_CRATE_NAME"),
                manifest_dir: ::core::env!("CARGO_MANIFEST_DIR"),
                features: $crate::__private::features!(),
            })
        }
    };
}
