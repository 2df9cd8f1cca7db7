//! Every key and every shape, in a crate that forbids and denies what it can.

#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, unused_qualifications, unused_lifetimes, missing_debug_implementations)]
#![deny(clippy::all, clippy::pedantic, clippy::allow_attributes)]
#![deny(elided_lifetimes_in_paths, explicit_outlives_requirements, let_underscore_drop, non_ascii_idents)]
#![deny(redundant_lifetimes, single_use_lifetimes, trivial_casts, trivial_numeric_casts, unit_bindings)]
#![deny(unused_import_braces, unused_macro_rules, unused_results, variant_size_differences)]

use adapter_bench as _;

mod suite {
    use adapter_bench::{Bencher, Fixture, Prepared, adapter_bench, bench_group, fixture, service};

    const ROWS: [usize; 2] = [100, 1_000];

    #[adapter_bench]
    fn nothing() {}

    #[adapter_bench(
        group = "all",
        name = "shown",
        reference,
        kind = "core",
        tags = ["a", "b",],
        extended,
        ignore = "it is only compiled",
        when = ROWS.len() == 2,
        args = ROWS,
        items = rows,
        bytes = rows * 8,
        min_rounds = 2,
        max_rounds = 20,
        iterations = 1,
        min_time = "1ms",
        max_time = "1s",
        warmup_time = "0s",
        timeout = "1m",
        threads = 1,
        max_memory = "10MB",
        target = "median <= 10ms",
        target = "throughput >= 10 rows/s",
        critical = "p99.9 <= 1s",
    )]
    fn every_option(b: Bencher, rows: usize) -> Prepared {
        b.iter(move || rows + 1)
    }

    #[adapter_bench(group = "all", max_ratio = 1.2, max_memory_ratio = 2, args = ROWS, kind = "db")]
    fn ratios(rows: usize) -> usize {
        rows
    }

    #[adapter_bench(concurrency = [1, 2], sustain = "1s", max_error_rate = 0.01, kind = "async")]
    async fn load() -> Result<u8, std::fmt::Error> {
        std::future::ready(Ok(1)).await
    }

    #[adapter_bench(async, rate = [10, 0.5], max_error_rate = "1%")]
    async fn open_loop() {
        std::future::ready(()).await;
    }

    #[adapter_bench(async(flavor = "multi_thread", workers = 2), args = ["a"])]
    async fn spawned(b: Bencher, text: &'static str) -> Result<Prepared, String> {
        std::future::ready(Ok(b.iter(move || text.len()))).await
    }

    #[adapter_bench(async(flavor = "current_thread"), args = [(1, 'a')], items = n)]
    async fn tuple((n, c): (u32, char)) -> String {
        std::future::ready((0..n).map(|_| c).collect()).await
    }

    #[adapter_bench(types = [u8, Vec<String>], consts = [1, 2 * 2], args = 0..2, items = N, bytes = size_of::<T>() * n)]
    fn generic<T, const N: usize>(n: usize) -> Vec<T>
    where
        T: Default + Clone + 'static,
    {
        vec![T::default(); N * n]
    }

    #[adapter_bench]
    fn fallible() -> Result<u8, std::num::ParseIntError> {
        "1".parse()
    }

    #[adapter_bench]
    const fn constant() -> u8 {
        1
    }

    #[adapter_bench]
    extern "C" fn foreign() -> u8 {
        1
    }

    #[adapter_bench]
    #[inline(never)]
    #[must_use]
    pub(crate) fn attributed() -> u8 {
        1
    }

    #[adapter_bench]
    #[cfg(any())]
    fn configured_out() -> NoSuchType {}

    #[adapter_bench(fixture = connection, types = [u8], args = ROWS)]
    async fn with_fixture<T: Default + 'static>(b: Bencher, rows: usize, fixture: Fixture<u8>) -> Prepared {
        std::future::ready(b.iter(move || (T::default(), rows, *fixture))).await
    }

    #[adapter_bench(fixture = connection, args = ROWS)]
    fn whole_with_fixture(rows: usize, connection: Fixture<u8>) -> usize {
        rows + usize::from(*connection)
    }

    fn disconnect(_connection: u8) {}

    #[fixture(teardown = disconnect)]
    fn connection(port: Fixture<u16>, _checked: Fixture<()>) -> Result<u8, std::num::TryFromIntError> {
        (*port).try_into()
    }

    #[fixture]
    pub(super) async fn checked(port: Fixture<u16>) {
        std::future::ready(()).await;
        drop(port);
    }

    #[service(timeout = "1m")]
    pub(crate) const fn port() -> u16 {
        1
    }

    #[bench_group(group = "inside", tags = ["slow"], items = 10, min_rounds = 3)]
    mod inside {
        //! Inner documentation stays where it is.

        use super::adapter_bench;

        #[adapter_bench(name = "match")]
        fn r#match() -> u8 {
            1
        }

        #[super::bench_group]
        mod deeper {
            #[adapter_bench::adapter_bench]
            fn by_path() {}
        }
    }

    mod names {
        //! A user's names are not confused with those of the expansion.

        struct Option;
        struct Vec;
        #[adapter_bench::adapter_bench(args = [value(1), value(2)], items = count(value))]
        fn bencher(value: u8) -> (u8, Option, Vec) {
            (value, Option, Vec)
        }

        const fn value(n: u8) -> u8 {
            n
        }

        const fn count(n: u8) -> u8 {
            n
        }
    }
}

fn main() {
    let _ = suite::attributed();
}
