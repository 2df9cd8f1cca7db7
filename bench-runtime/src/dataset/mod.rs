//! Data that benchmarks read: made of a seed, kept in a file, checked by its hash. Main type: [`Dataset`].

mod copy;
mod error;
mod file;
mod keep;
mod place;

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

pub use self::copy::DataCopy;
pub use self::error::DatasetError;
pub use self::file::DataFile;
use self::keep::Kept;
pub(crate) use self::place::Swept;
use crate::model::DatasetSize;
use crate::surroundings;

/// Data that a function makes of a seed. It is made once and kept in a file, which all processes and later runs read.
///
/// ```
/// use adapter_bench::{DataFile, Dataset, DatasetError, fixture};
///
/// static ORDERS: Dataset = Dataset::of_rows("orders", |row, random| {
///     format!("{row},{},{}", random % 1_000, random >> 32)
/// });
///
/// #[fixture]
/// fn orders() -> Result<DataFile, DatasetError> {
///     ORDERS.open()
/// }
/// # fn main() {}
/// ```
///
/// How many rows there are is up to whoever starts the run (`--dataset-size small`, `medium` or `large`; `[datasets]` in
/// `bench.toml` says how many rows that are), unless [`size`](Self::size) or [`rows`](Self::rows) says otherwise. The
/// seed is that of the run, unless [`seeded`](Self::seeded) sets one.
///
/// The file lies in `adapter-bench/data` of cargo's target directory, or where `--data-dir` says. It is replaced as a
/// whole, by one process at a time, and its hash (SHA-256) lies beside it: each time it is opened it is read once, and a
/// file that was altered or cut short is made anew.
#[derive(Clone, Copy, Debug)]
#[must_use = "`open` opens it"]
pub struct Dataset {
    name: &'static str,
    make: Make,
    version: u32,
    amount: Amount,
    seed: Option<u64>,
    sha256: Option<&'static str>,
}

/// How the contents are made.
#[derive(Clone, Copy, Debug)]
enum Make {
    Bytes(fn(rows: usize, seed: u64, to: &mut dyn Write) -> io::Result<()>),
    Rows(fn(row: u64, random: u64) -> String),
    File(fn(rows: usize, seed: u64, path: &Path) -> Result<(), MakeError>),
}

/// Why a function of [`Dataset::of_file`] did not make its file: anything that `?` turns into this.
pub type MakeError = Box<dyn Error + Send + Sync>;

/// How many rows there are.
#[derive(Clone, Copy, Debug)]
enum Amount {
    Chosen,
    Size(DatasetSize),
    Rows(usize),
}

impl Dataset {
    /// A dataset of bytes: `make` writes so many rows, in whatever form, and makes the same of the same seed each time.
    ///
    /// `name` is what its files are called; letters, digits, `-` and `_`.
    pub const fn of_bytes(
        name: &'static str,
        make: fn(rows: usize, seed: u64, to: &mut dyn Write) -> io::Result<()>,
    ) -> Self {
        Self::new(name, Make::Bytes(make))
    }

    /// A dataset of lines, one for each row. `make` is given the number of the row, from 0, and a number that looks
    /// random, which depends on the seed and the row alone; the line has no end of line.
    ///
    /// `name` is what its files are called; letters, digits, `-` and `_`.
    pub const fn of_rows(name: &'static str, make: fn(row: u64, random: u64) -> String) -> Self {
        Self::new(name, Make::Rows(make))
    }

    /// A dataset that something else writes to a file, SQLite for example: `make` makes it at `path`, where nothing is,
    /// and closes it. [`DataFile::copy`] then gives each benchmark a copy of its own.
    ///
    /// `name` is what its files are called; letters, digits, `-` and `_`.
    pub const fn of_file(
        name: &'static str,
        make: fn(rows: usize, seed: u64, path: &Path) -> Result<(), MakeError>,
    ) -> Self {
        Self::new(name, Make::File(make))
    }

    const fn new(name: &'static str, make: Make) -> Self {
        Self { name, make, version: 1, amount: Amount::Chosen, seed: None, sha256: None }
    }

    /// The version of the function that makes it, 1 unless set. One that makes something else needs another version:
    /// files of other versions are not opened.
    pub const fn version(self, version: u32) -> Self {
        Self { version, ..self }
    }

    /// One of the three sizes, whatever the run chooses.
    pub const fn size(self, size: DatasetSize) -> Self {
        Self { amount: Amount::Size(size), ..self }
    }

    /// So many rows, whatever the run chooses: for `args = adapter_bench::datasets()`.
    pub const fn rows(self, rows: usize) -> Self {
        Self { amount: Amount::Rows(rows), ..self }
    }

    /// A seed of its own, whatever that of the run is.
    pub const fn seeded(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// The hash that the file must have, in hexadecimal digits: what was measured here can then be measured on the same
    /// data elsewhere. It holds for one number of rows and one seed.
    pub const fn sha256(self, hash: &'static str) -> Self {
        Self { sha256: Some(hash), ..self }
    }

    /// The file, which is made unless it is there. The first process that asks makes it, others wait for it meanwhile.
    ///
    /// # Errors
    ///
    /// When the name is none, when the file cannot be made or read, and when it has not the hash that was asked for.
    pub fn open(&self) -> Result<DataFile, DatasetError> {
        if self.name.is_empty() || !self.name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        {
            return Err(DatasetError::Name(self.name.to_owned()));
        }
        let (rows, seed) = (self.amount(), self.seed.unwrap_or_else(surroundings::seed));
        let folder = surroundings::data_dir().join(format!("{}-v{}", self.name, self.version));
        let kept = Kept::at(folder.join(format!("{rows}-rows-seed-{seed}.data")));
        let opened = kept.open(&mut |path| self.make_at(path, rows, seed))?;
        let file = DataFile { rows, seed, ..opened };
        if let Some(why) = file.replaced {
            notice(format!("the dataset `{}` was made anew: {why}", file.path.display()));
        }
        match self.sha256 {
            Some(wanted) if !wanted.eq_ignore_ascii_case(file.sha256()) => {
                Err(DatasetError::Other { wanted: wanted.to_owned(), file: Box::new(file) })
            }
            _ => Ok(file),
        }
    }

    fn amount(&self) -> usize {
        match self.amount {
            Amount::Chosen => surroundings::dataset_rows(),
            Amount::Size(size) => surroundings::rows_of(size),
            Amount::Rows(rows) => rows,
        }
    }

    fn make_at(&self, path: &Path, rows: usize, seed: u64) -> io::Result<()> {
        let create = || File::create(path).map(|file| BufWriter::with_capacity(1 << 16, file));
        match self.make {
            Make::Bytes(make) => {
                let mut to = create()?;
                make(rows, seed, &mut to)?;
                to.flush()
            }
            Make::Rows(make) => {
                let mut to = create()?;
                write_rows(make, rows, seed, &mut to)?;
                to.flush()
            }
            Make::File(make) => make(rows, seed, path).map_err(io::Error::other),
        }
    }
}

/// What the user should know of the datasets that were opened in this process.
static NOTICES: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn notice(text: String) {
    NOTICES.lock().unwrap_or_else(PoisonError::into_inner).push(text);
}

/// What the user should know of datasets that were opened since this was asked for last.
pub(crate) fn take_notices() -> Vec<String> {
    std::mem::take(&mut *NOTICES.lock().unwrap_or_else(PoisonError::into_inner))
}

fn write_rows(make: fn(u64, u64) -> String, rows: usize, seed: u64, to: &mut dyn Write) -> io::Result<()> {
    (0..rows as u64).try_for_each(|row| writeln!(to, "{}", make(row, scattered(scattered(seed) ^ row))))
}

/// A number that looks random: one step of SplitMix64.
fn scattered(number: u64) -> u64 {
    let mut bits = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests;
