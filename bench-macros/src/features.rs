//! Which features a package is compiled with. Main function: [`enabled`].

/// The features among the arguments of the compiler.
///
/// A macro runs in the compiler's own process, whose arguments are the only place where features stand by name: build
/// scripts are told of them, and macros of `macro_rules!` can ask for names that they know.
pub(crate) fn enabled(arguments: impl Iterator<Item = String>) -> Vec<String> {
    arguments.filter_map(|argument| Some(feature(&argument)?.to_owned())).collect()
}

/// The name in `feature="name"`, which follows a `--cfg`, or is joined to it.
fn feature(argument: &str) -> Option<&str> {
    let condition = argument.strip_prefix("--cfg=").unwrap_or(argument);
    condition.strip_prefix("feature=\"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_found_among_other_arguments() {
        let arguments = [
            "rustc",
            "--cfg",
            "feature=\"default\"",
            "--cfg=feature=\"a-b\"",
            "--cfg",
            "unix",
            "--check-cfg",
        ];
        let check = "cfg(feature, values(\"c\"))";
        let arguments = arguments.into_iter().chain([check]).map(str::to_owned);
        assert_eq!(enabled(arguments), ["default", "a-b"]);
    }
}
