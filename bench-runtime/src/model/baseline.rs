//! Results of an earlier time, ready to be compared with. Main type: [`Baseline`].

use std::ops::Index;
use std::time::SystemTime;

use super::basis::Basis;
use super::by_name::ByName;
use super::canary::Canary;
use super::limit::Per;
use super::metric::Metric;
use super::record::Host;
use super::samples::PercentilesOf;

/// Results of an earlier time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// Where they are from, to show: a path, a saved run.
    pub origin: String,
    /// Operating system and architecture, such as `linux-x86_64`.
    pub arch: String,
    /// The machine, as far as it is known; texts are empty where it is not.
    pub host: Host,
    /// When they were recorded, as a whole.
    pub recorded_at: Option<SystemTime>,
    /// By full name.
    pub entries: ByName<BaselineEntry>,
}

/// What was known of one benchmark.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BaselineEntry {
    /// When it was recorded.
    pub recorded_at: Option<SystemTime>,
    /// The machine that it was recorded on, where that is another one than that of the baseline as a whole.
    pub host: Option<Box<Host>>,
    /// Its figures, in the units of the metrics. A time has its median here, a rate its throughput and no median; the
    /// standard deviation of a rate is per second.
    pub figures: Figures,
    /// What it ran on, as far as that is known.
    pub basis: Basis,
    /// What its throughput counts.
    pub per: Per,
    /// What its percentiles are taken of, where that is known.
    pub percentiles_of: Option<PercentilesOf>,
    /// Measured rounds, over all runs; 0 where unknown.
    pub rounds: u32,
    /// The median of each run, in nanoseconds; empty where only the whole is known.
    pub runs: Vec<f64>,
    /// How long the machine took for work of its own, run by run; empty where that is not known.
    pub canary: Vec<Canary>,
    /// The interval of its ratio to the reference.
    pub ratio_interval: Option<(f64, f64)>,
    /// The reference that its ratio is to.
    pub reference: Option<String>,
}

/// At most one figure for each metric, in the order of the metrics.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures(Vec<(Metric, f64)>);

impl Figures {
    /// The figure of `metric`; `None` where it is not known.
    pub fn get(&self, metric: Metric) -> Option<f64> {
        self.place(metric).ok().map(|place| self.0[place].1)
    }

    /// Sets the figure of `metric`, in place of any that was there before.
    pub fn insert(&mut self, metric: Metric, figure: f64) {
        match self.place(metric) {
            Ok(place) => self.0[place].1 = figure,
            Err(place) => self.0.insert(place, (metric, figure)),
        }
    }

    /// All that are known.
    pub fn iter(&self) -> impl Iterator<Item = (Metric, f64)> {
        self.0.iter().copied()
    }

    /// Where the figure of `metric` is, or else would be.
    fn place(&self, metric: Metric) -> Result<usize, usize> {
        self.0.binary_search_by_key(&metric, |(of, _)| *of)
    }
}

/// Of several figures of one metric the last one stays.
impl Extend<(Metric, f64)> for Figures {
    fn extend<I: IntoIterator<Item = (Metric, f64)>>(&mut self, figures: I) {
        for (metric, figure) in figures {
            self.insert(metric, figure);
        }
    }
}

/// As [`Figures::extend`].
impl FromIterator<(Metric, f64)> for Figures {
    fn from_iter<I: IntoIterator<Item = (Metric, f64)>>(figures: I) -> Self {
        let mut all = Self::default();
        all.extend(figures);
        all
    }
}

/// # Panics
///
/// If the figure is not known.
impl Index<Metric> for Figures {
    type Output = f64;

    fn index(&self, metric: Metric) -> &f64 {
        let known = self.0.iter().find(|(of, _)| *of == metric);
        &known.expect("a figure that is known").1
    }
}

/// What a report was compared with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ComparedWith {
    /// Where the earlier results are from.
    pub origin: String,
    /// Their architecture.
    pub arch: String,
    /// When they were recorded.
    pub recorded_at: Option<SystemTime>,
    /// What is allowed, as it was written: `median:10%`.
    pub allowances: Vec<String>,
    /// The rule by which changes are judged.
    pub gate: Gate,
}

/// The rule by which changes are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Gate {
    /// A change must be beyond doubt, and its estimate beyond what is allowed.
    #[default]
    Confident,
    /// The figures alone are compared.
    Plain,
}
