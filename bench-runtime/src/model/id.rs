//! Names: where a benchmark is, and what tells its cases apart. Main type: [`BenchId`].

use std::borrow::Cow;
use std::fmt::{self, Display};

use crate::json;

/// One parameter of a case: a type, a constant or a value of `args`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Param {
    /// The parameter's name in the function's signature.
    pub name: String,
    /// The value's `Debug` text, escaped so that it stays on one line and can be typed in a shell.
    pub value: String,
}

json::object!(Param { name, value });

/// The parameters of one case, in the order types, constants, arguments. Empty for a plain function.
///
/// Shown as `[T=u64,rows=100]`, and as nothing when empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Params(pub Vec<Param>);

json::within!(Params);

impl Display for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((first, rest)) = self.0.split_first() else {
            return Ok(());
        };
        write!(f, "[{}={}", first.name, first.value)?;
        for param in rest {
            write!(f, ",{}={}", param.name, param.value)?;
        }
        f.write_str("]")
    }
}

/// The full name of one case: `package::module::function[param=value]`, unique within a workspace.
///
/// The module path starts with the name of the bench target.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BenchId {
    /// The cargo package that declares the benchmark.
    pub package: String,
    /// The module path, the bench target first.
    pub module: String,
    /// The name of the function.
    pub function: String,
    /// What tells this case from the function's others.
    pub params: Params,
}

impl BenchId {
    /// The package and the bench target, as `package::bench`.
    pub fn suite(&self) -> String {
        let bench = self.module.split("::").next().unwrap_or_default();
        format!("{}::{bench}", self.package)
    }
}

impl Display for BenchId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { package, module, function, params } = self;
        write!(f, "{package}::{module}::{function}{params}")
    }
}

/// A place in the user's source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file, as the compiler was given it.
    pub file: Cow<'static, str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

json::object!(Location { file, line, column });

impl Location {
    /// A place in a file that is known when it is compiled.
    pub const fn new(file: &'static str, line: u32, column: u32) -> Self {
        Self { file: Cow::Borrowed(file), line, column }
    }
}

impl Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
