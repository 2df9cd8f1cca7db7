//! The attributes inside a user's own macro.

#![deny(warnings)]

macro_rules! benchmarks {
    ($($name:ident: $ty:ty = $value:expr, $rounds:literal, $group:literal;)*) => {
        $(
            #[adapter_bench::adapter_bench(group = $group, min_rounds = $rounds, args = [$value], items = 1)]
            fn $name(b: adapter_bench::Bencher, value: $ty) -> adapter_bench::Prepared {
                b.iter(move || value)
            }
        )*
    };
}

macro_rules! generic {
    ($bencher:ty, $($ty:ty),*) => {
        #[adapter_bench::adapter_bench(types = [$($ty),*], max_time = "1s")]
        fn generic<T: Default + 'static>(b: $bencher) -> adapter_bench::Prepared {
            b.iter(T::default)
        }
    };
}

macro_rules! parts {
    ($(#[$meta:meta])* $vis:vis $name:ident($pattern:pat => $ty:ty) -> $output:ty $body:block $list:expr, $path:path) => {
        #[adapter_bench::adapter_bench(args = $list, tags = ["a"], crate = $path)]
        $(#[$meta])*
        $vis fn $name($pattern: $ty) -> $output $body
    };
}

parts! {
    /// Documented.
    #[must_use]
    pub(crate) by_parts((a, b) => (u8, u8)) -> Result<u8, std::fmt::Error> { Ok(a + b) } [(1, 2)], adapter_bench
}

benchmarks! {
    small: u8 = 1, 10, "macro";
    large: (u64, u64) = (1, 2), 20, "macro";
}

generic!(adapter_bench::Bencher, u8, String);

fn main() {
    let _ = by_parts((1, 2));
}
