//! What benchmarks can ask about the run they are part of. Main type: [`Surroundings`].

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};

use crate::json;
use crate::model::{DatasetSize, RunOptions};

/// What benchmarks can read of the command line and of `bench.toml`; the same in the runner and in every worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Surroundings {
    /// `--param name=value`.
    pub(crate) params: BTreeMap<String, String>,
    /// The sizes of the small, the medium and the large dataset.
    pub(crate) datasets: [usize; 3],
    /// Which of them is chosen.
    pub(crate) dataset_size: DatasetSize,
    /// Where datasets are kept.
    pub(crate) data_dir: Option<String>,
    /// The seed of everything random.
    pub(crate) seed: u64,
}

json::object!(Surroundings { params, datasets, dataset_size or absent, data_dir or absent, seed });

/// The sizes of the datasets where `bench.toml` sets none.
pub(crate) const DATASETS: [usize; 3] = [100, 1_000, 10_000];

impl Surroundings {
    const UNSET: Self = Self {
        params: BTreeMap::new(),
        datasets: DATASETS,
        dataset_size: DatasetSize::Medium,
        data_dir: None,
        seed: 0,
    };

    /// Those of a run.
    pub(crate) fn of(options: &RunOptions) -> Self {
        let sizes = options.datasets;
        Self {
            params: options.params.clone(),
            datasets: [sizes.small, sizes.medium, sizes.large],
            dataset_size: options.dataset_size,
            data_dir: options.data_dir.as_ref().map(|dir| dir.to_string_lossy().into_owned()),
            seed: options.seed,
        }
    }

    /// Makes them what the functions of this module return from now on.
    pub(crate) fn install(self) {
        *CURRENT.write().unwrap_or_else(PoisonError::into_inner) = self;
    }
}

impl Default for Surroundings {
    fn default() -> Self {
        Self::UNSET
    }
}

static CURRENT: RwLock<Surroundings> = RwLock::new(Surroundings::UNSET);

fn current<T>(read: impl FnOnce(&Surroundings) -> T) -> T {
    read(&CURRENT.read().unwrap_or_else(PoisonError::into_inner))
}

/// The value given on the command line as `--param name=value`; `None` where it was not given.
///
/// ```
/// let driver = adapter_bench::param("driver").unwrap_or_else(|| "libpq".to_owned());
/// # assert_eq!(driver, "libpq");
/// ```
pub fn param(name: &str) -> Option<String> {
    current(|s| s.params.get(name).cloned())
}

/// The sizes of the small, the medium and the large dataset, in rows: 100, 1,000 and 10,000 unless the `[datasets]` of
/// `bench.toml` say otherwise. Made for `args = adapter_bench::datasets()`.
pub fn datasets() -> [usize; 3] {
    current(|s| s.datasets)
}

/// The seed of this run (`--seed`, `BENCH_SEED`, else 0), for data that is random but the same every time.
pub fn seed() -> u64 {
    current(|s| s.seed)
}

/// How many rows a dataset of the chosen size has.
pub(crate) fn dataset_rows() -> usize {
    rows_of(current(|s| s.dataset_size))
}

/// How many rows a dataset of this size has.
pub(crate) fn rows_of(size: DatasetSize) -> usize {
    let [small, medium, large] = datasets();
    match size {
        DatasetSize::Small => small,
        DatasetSize::Medium => medium,
        DatasetSize::Large => large,
    }
}

/// Where datasets are kept. Outside of a run that is among the files that the system may remove.
pub(crate) fn data_dir() -> PathBuf {
    let set = current(|s| s.data_dir.clone().map(PathBuf::from));
    set.unwrap_or_else(|| std::env::temp_dir().join("adapter-bench-data"))
}
