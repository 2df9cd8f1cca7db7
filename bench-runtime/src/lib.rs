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

mod alloc;
mod analysis;
mod bencher;
mod cli;
mod clock;
mod code;
#[cfg(all(unix, feature = "containers"))]
pub mod containers;
mod dataset;
mod event_loop;
mod exit;
mod files;
mod fixture;
mod gate;
mod identity;
mod json;
mod machine;
pub mod model;
mod order;
mod plan;
mod registry;
mod report;
mod runner;
mod schedule;
mod secrets;
mod service;
mod stats;
mod store;
mod surroundings;
mod units;
mod worker;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use adapter_bench_macros::{adapter_bench, bench_group, fixture, service};

#[cfg(feature = "memory")]
pub use alloc::Tracking;
pub use alloc::{
    SnapshotError, in_this_profile, in_this_profile_async, profile_memory, profile_memory_async, snapshot,
};
pub use bencher::{
    AnswerOf, Answers, Bencher, CountOf, Counts, IntoPrepared, NoAnswer, NoCount, Prepared, SetupError,
    WithoutInput,
};
pub use dataset::{DataCopy, DataFile, Dataset, DatasetError, MakeError};
#[cfg(feature = "async")]
pub use event_loop::spawn;
pub use fixture::{Fixture, OrUnavailable, Scope, Unavailable};
pub use identity::{identity, query_plan};
pub use model::{DatasetSize, RunOptions};
pub use runner::{RunError, init, run};
pub use surroundings::{datasets, param, seed};

/// Makes this bench target a runner: its `main` function, and the allocator that counts. Stands once, at the end of the
/// file.
///
/// The allocator is [`Tracking`], around that of the operating system. A program has one global allocator, so a
/// `#[global_allocator]` of your own beside `main!()` does not compile; hand it to the macro instead:
///
/// ```text
/// adapter_bench::main!();                                   // around the system's allocator
/// adapter_bench::main!(allocator = mimalloc::MiMalloc);     // around one that is a unit struct
/// adapter_bench::main!(allocator: Arena = Arena::new(16));  // around any other; the expression is a constant
/// adapter_bench::main!(no_allocator);                       // none: memory is not measured, and says so
/// ```
#[macro_export]
macro_rules! main {
    () => {
        $crate::main! { allocator: ::std::alloc::System = ::std::alloc::System }
    };
    (allocator = $allocator:path $(,)?) => {
        $crate::main! { allocator: $allocator = $allocator }
    };
    (allocator: $type:ty = $allocator:expr $(,)?) => {
        $crate::__install_allocator! { $type, $allocator }
        $crate::main! { no_allocator }
    };
    (no_allocator $(,)?) => {
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

/// The allocator that counts, around another one.
#[cfg(feature = "memory")]
#[doc(hidden)]
#[macro_export]
macro_rules! __install_allocator {
    ($type:ty, $allocator:expr) => {
        #[global_allocator]
        static ADAPTER_BENCH_ALLOCATOR: $crate::Tracking<$type> = $crate::Tracking::new($allocator);
    };
}

/// Another allocator by itself, if one was asked for: without the feature `memory` none counts.
#[cfg(not(feature = "memory"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __install_allocator {
    ($type:ty, $allocator:expr) => {
        #[global_allocator]
        static ADAPTER_BENCH_ALLOCATOR: $type = $allocator;
    };
}
