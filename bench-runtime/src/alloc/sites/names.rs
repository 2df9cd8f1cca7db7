//! Whose function a symbol is. Main function: [`owner`].

/// Whom a function belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The standard library and this allocator: they allocate for somebody.
    Library,
    /// The rest of this harness: what called it is not the user's either.
    Harness,
    /// Anybody else.
    User,
}

/// The crates that allocate for somebody. `hashbrown` is what the maps of the standard library are made of.
const LIBRARIES: [&str; 7] = ["std", "core", "alloc", "hashbrown", "__rustc", "proc_macro", "test"];
/// Symbols of the allocator that belong to no crate.
const SHIMS: [&str; 4] = ["__rust_", "__rdl_", "__rg_", "_Unwind"];

/// Tells from its demangled name whose a function is: that of the type it is implemented for, or, where the standard
/// library implements something for a primitive or for any type, the library's.
pub(super) fn owner(name: &str) -> Owner {
    let this_module = module_path!();
    let this_crate = &this_module[..this_module.find("::").unwrap_or(this_module.len())];
    let allocator = &this_module[..this_module.find("::sites").unwrap_or(this_module.len())];
    let path = implementor(name);
    if path.starts_with(allocator) || SHIMS.iter().any(|shim| path.starts_with(shim)) {
        return Owner::Library;
    }
    match krate(path) {
        krate if LIBRARIES.contains(&krate) => Owner::Library,
        krate if krate == this_crate => Owner::Harness,
        _ => Owner::User,
    }
}

/// The path that tells whose `name` is: `a::b` of `a::b`, of `<a::b as c::d>::e` and of `<&mut a::b>::c`; `c::d` of
/// `<T as c::d>::e`, since only the crate of a trait implements it for any type.
fn implementor(name: &str) -> &str {
    let Some(inner) = name.strip_prefix('<') else {
        return name;
    };
    let (implementor, implemented) = inner.split_once(" as ").unwrap_or((inner, ""));
    let implementor = implementor.trim_start_matches(['&', '*', '<', '[', '(']);
    let implementor =
        implementor.trim_start_matches("mut ").trim_start_matches("const ").trim_start_matches("dyn ");
    if krate(implementor) == implementor && !implemented.is_empty() { implemented } else { implementor }
}

/// The first word of a path; all of what is no path.
fn krate(path: &str) -> &str {
    path.split_once("::").map_or(path, |(krate, _)| krate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_library_allocates_for_somebody() {
        for name in [
            "alloc::raw_vec::RawVec<T,A>::grow_one",
            "<alloc::vec::Vec<T> as alloc::vec::spec_from_iter::SpecFromIter<T,I>>::from_iter",
            "<T as alloc::string::ToString>::to_string",
            "<u8 as alloc::vec::spec_from_elem::SpecFromElem>::from_elem",
            "core::ops::function::FnOnce::call_once",
            "hashbrown::raw::RawTable<T,A>::reserve_rehash",
            "__rustc::__rust_alloc",
            "__rust_realloc",
            "<&str as core::convert::Into<T>>::into",
        ] {
            assert_eq!(owner(name), Owner::Library, "{name}");
        }
    }

    #[test]
    fn so_does_this_allocator() {
        let own = module_path!().replace("::sites::names::tests", "::tracking::Tracking<A>::noted_alloc");
        assert_eq!(owner(&own), Owner::Library);
        assert_eq!(owner(&format!("<{own} as core::alloc::global::GlobalAlloc>::alloc")), Owner::Library);
    }

    #[test]
    fn the_rest_of_the_harness_is_neither() {
        let krate = module_path!().split_once("::").map_or("", |(krate, _)| krate);
        assert_eq!(owner(&format!("{krate}::bencher::serial::time_keeping")), Owner::Harness);
    }

    #[test]
    fn everything_else_is_the_users() {
        for name in [
            "encode::my_adapter::encode",
            "<encode::Row as core::clone::Clone>::clone",
            "<encode::Rows as core::iter::traits::iterator::Iterator>::next",
            "<&mut encode::Row>::fill",
            "serde_json::ser::to_string",
            "stdlib_like::grow",
            "main",
        ] {
            assert_eq!(owner(name), Owner::User, "{name}");
        }
    }
}
