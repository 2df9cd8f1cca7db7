//! Which program this is, and where its files belong. Main type: [`Program`].

use std::env;
use std::path::{Path, PathBuf};

use crate::model::RunOptions;

/// A bench target, as `main!()` knows it when it is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Program {
    /// The cargo package.
    pub package: &'static str,
    /// The bench target.
    pub bench: &'static str,
    /// The folder of the package's `Cargo.toml` when it was compiled.
    pub manifest_dir: &'static str,
    /// The features of the package that it was compiled with.
    pub features: &'static [&'static str],
}

impl Program {
    /// The suite's name: `package::bench`.
    pub(crate) fn suite(&self) -> String {
        format!("{}::{}", self.package, self.bench)
    }

    /// The folder of the package: where cargo says it is now, else where it was compiled, else where the user stands.
    pub(crate) fn package_root(&self) -> PathBuf {
        let told = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let compiled = PathBuf::from(self.manifest_dir);
        told.into_iter().chain([compiled]).find(|dir| dir.is_dir()).unwrap_or_else(|| PathBuf::from("."))
    }

    /// The folder of the workspace: where nextest says it is, else the nearest one above the package whose `Cargo.toml`
    /// has a `[workspace]`, else the package itself.
    pub(crate) fn workspace_root(&self) -> PathBuf {
        if let Some(root) = env::var_os("NEXTEST_WORKSPACE_ROOT") {
            return PathBuf::from(root);
        }
        let package = self.package_root();
        package.ancestors().find(|dir| is_workspace(dir)).unwrap_or(&package).to_path_buf()
    }

    /// Says where datasets are kept, from the root of the file system: where the options say, else in cargo's target
    /// directory. That is returned, too.
    pub(super) fn place_data(&self, options: &mut RunOptions) -> PathBuf {
        let place =
            options.data_dir.take().unwrap_or_else(|| self.target().join("adapter-bench").join("data"));
        let place = std::path::absolute(&place).unwrap_or(place);
        options.data_dir = Some(place.clone());
        place
    }

    /// The target directory that this program is in, else that of its workspace.
    fn target(&self) -> PathBuf {
        let own = env::current_exe().unwrap_or_default();
        let built_in = own.ancestors().find(|dir| dir.join("CACHEDIR.TAG").is_file());
        built_in.map_or_else(|| self.workspace_root().join("target"), Path::to_path_buf)
    }
}

/// Whether the manifest of a folder is that of a workspace.
pub(super) fn is_workspace(dir: &Path) -> bool {
    let manifest = std::fs::read_to_string(dir.join("Cargo.toml")).unwrap_or_default();
    manifest.lines().any(|line| line.trim_start().starts_with("[workspace"))
}
