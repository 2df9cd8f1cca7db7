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

benchmarks! {
    small: u8 = 1, 10, "macro";
    large: (u64, u64) = (1, 2), 20, "macro";
}

generic!(adapter_bench::Bencher, u8, String);

fn main() {}
