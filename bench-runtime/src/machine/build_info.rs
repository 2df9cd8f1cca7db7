//! How the runner was compiled, as the build script wrote it down: [`build`].

use crate::model::Build;

/// The compiler, the profile and the flags that this crate was built with.
///
/// `profile` is `release` or `debug`, the family that cargo reports whatever the profile is called. `opt_level` is
/// this package's: a profile that overrides single packages may give others another one. `rustflags` stand as given.
pub(crate) fn build() -> Build {
    Build {
        rustc: env!("ADAPTER_BENCH_RUSTC").to_owned(),
        profile: env!("ADAPTER_BENCH_PROFILE").to_owned(),
        opt_level: env!("ADAPTER_BENCH_OPT_LEVEL").to_owned(),
        rustflags: env!("ADAPTER_BENCH_RUSTFLAGS").to_owned(),
    }
}

/// The flags that this crate was built with, as `CARGO_ENCODED_RUSTFLAGS` has them.
pub(crate) const ENCODED_RUSTFLAGS: &str = env!("ADAPTER_BENCH_ENCODED_RUSTFLAGS");

/// The target triple that this crate was built for.
pub(crate) const TARGET: &str = env!("ADAPTER_BENCH_TARGET");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_build_names_its_compiler_and_profile() {
        let build = build();
        assert!(build.rustc.starts_with("rustc "), "{build:?}");
        assert!(["debug", "release"].contains(&build.profile.as_str()), "{build:?}");
        assert!(!build.opt_level.is_empty(), "{build:?}");
    }
}
