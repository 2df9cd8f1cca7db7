//! How busy the machine was between two moments: [`LoadProbe`] is a reading, [`LoadBetween`] what two of them tell.

use std::fs;
use std::time::{Duration, Instant};

/// The time constant of the kernel's 1-minute average.
const AVERAGED_OVER: Duration = Duration::from_secs(60);

/// From here on, the load within an interval can be told from the load before it. The kernel updates its average
/// every 5 s only, which in shorter intervals leaves too large an error.
const TELLING: Duration = Duration::from_secs(30);

/// A reading of the machine's counters, to be taken before and after a measurement. Costs some 50 µs.
#[derive(Clone, Debug)]
pub(crate) struct LoadProbe {
    at: Instant,
    /// The 1-minute load average: tasks that run or wait for a core.
    average: Option<f64>,
    ticks: Option<CpuTicks>,
    /// Cores of the machine, whether or not this process may use them.
    cores: u32,
}

/// Processor time since boot, over all cores, in ticks of the kernel (mostly 10 ms).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CpuTicks {
    /// Time that a hypervisor gave to others while this machine had work to do.
    steal: u64,
    /// All time that this machine had work to do, `steal` included.
    wanted: u64,
}

/// The load of the machine between two readings. A field is `None` where the system does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LoadBetween {
    /// Tasks that ran or waited for a core, on average, this program's own included.
    pub(crate) tasks: Option<f64>,
    /// Cores of the machine; 0 where the system does not tell.
    pub(crate) cores: u32,
    /// Ticks that a hypervisor withheld.
    pub(crate) stolen_ticks: u64,
    /// The share of them, from 0 to 1, in the time that the machine had work to do.
    pub(crate) stolen_share: Option<f64>,
}

impl LoadProbe {
    /// Reads the counters now.
    pub(crate) fn take() -> Self {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        Self::parsed(Instant::now(), &read("/proc/loadavg"), &read("/proc/stat"))
    }

    fn parsed(at: Instant, loadavg: &str, stat: &str) -> Self {
        Self { at, average: load_average(loadavg), ticks: cpu_ticks(stat), cores: core_count(stat) }
    }

    /// What happened from this reading to the later one, `end`.
    pub(crate) fn until(&self, end: &Self) -> LoadBetween {
        let elapsed = end.at.saturating_duration_since(self.at);
        let tasks = self.average.zip(end.average).map(|(before, after)| mean_tasks(before, after, elapsed));
        let stolen = self.ticks.zip(end.ticks).map(|(before, after)| after.since(before));
        LoadBetween {
            tasks,
            cores: end.cores,
            stolen_ticks: stolen.map_or(0, |ticks| ticks.steal),
            stolen_share: stolen.and_then(CpuTicks::stolen_share),
        }
    }
}

impl CpuTicks {
    /// The difference to an earlier reading. Counters that fell, as some hypervisors let them, count as unchanged.
    fn since(self, before: Self) -> Self {
        Self {
            steal: self.steal.saturating_sub(before.steal),
            wanted: self.wanted.saturating_sub(before.wanted),
        }
    }

    /// `None` where the time is too short for a single tick.
    fn stolen_share(self) -> Option<f64> {
        (self.wanted > 0).then(|| self.steal as f64 / self.wanted as f64)
    }
}

/// The mean number of running tasks between two values of the kernel's exponentially decaying average.
///
/// Taking the decayed remainder of the first value out of the second leaves what came in between, so that the build
/// which precedes every benchmark is not held against the machine. Too short an interval gives the smaller value.
fn mean_tasks(before: f64, after: f64, elapsed: Duration) -> f64 {
    if elapsed < TELLING {
        return before.min(after);
    }
    let remainder = (-elapsed.as_secs_f64() / AVERAGED_OVER.as_secs_f64()).exp();
    ((after - before * remainder) / (1.0 - remainder)).max(0.0)
}

/// The 1-minute average in the text of `/proc/loadavg`.
fn load_average(loadavg: &str) -> Option<f64> {
    loadavg.split_whitespace().next()?.parse().ok()
}

/// The totals in the text of `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal. The guest columns
/// after them are part of user and nice.
fn cpu_ticks(stat: &str) -> Option<CpuTicks> {
    let totals = stat.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let columns: Vec<u64> = totals.split_whitespace().map_while(|column| column.parse().ok()).collect();
    let [user, nice, system, _idle, _iowait, irq, softirq, steal, ..] = *columns else { return None };
    Some(CpuTicks { steal, wanted: user + nice + system + irq + softirq + steal })
}

/// The cores that the text of `/proc/stat` lists.
fn core_count(stat: &str) -> u32 {
    let is_core = |line: &&str| {
        line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    u32::try_from(stat.lines().filter(is_core).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = include_str!("samples/stat.txt");
    const LATER_STAT: &str = include_str!("samples/stat_later.txt");

    fn between(seconds: u64, loadavgs: [&str; 2], stats: [&str; 2]) -> LoadBetween {
        let start = Instant::now();
        let end = start + Duration::from_secs(seconds);
        LoadProbe::parsed(start, loadavgs[0], stats[0]).until(&LoadProbe::parsed(end, loadavgs[1], stats[1]))
    }

    #[test]
    fn a_sample_of_the_kernels_texts_is_read() {
        let loadavg = include_str!("samples/loadavg.txt");
        let probe = LoadProbe::parsed(Instant::now(), loadavg, STAT);
        assert_eq!(probe.average, Some(1.27));
        assert_eq!(probe.cores, 4);
        assert_eq!(probe.ticks, Some(CpuTicks { steal: 35, wanted: 23_648 }));
    }

    #[test]
    fn steal_is_a_share_of_the_time_that_was_wanted() {
        let load = between(60, ["", ""], [STAT, LATER_STAT]);
        assert_eq!(load.stolen_ticks, 40);
        assert_eq!(load.stolen_share, Some(40.0 / 1000.0));
    }

    #[test]
    fn no_tick_between_readings_gives_no_share() {
        assert_eq!(between(0, ["", ""], [STAT, STAT]).stolen_share, None);
    }

    #[test]
    fn counters_that_fall_count_as_unchanged() {
        let load = between(60, ["", ""], [LATER_STAT, STAT]);
        assert_eq!((load.stolen_ticks, load.stolen_share), (0, None));
    }

    #[test]
    fn a_constant_load_is_its_own_mean() {
        let tasks = between(90, ["3.00 1 1 1/2 3", "3.00 1 1 1/2 3"], ["", ""]).tasks;
        assert!(tasks.is_some_and(|tasks| (tasks - 3.0).abs() < 1e-9), "{tasks:?}");
    }

    #[test]
    fn a_build_before_the_measurement_is_taken_out() {
        let after = 8.0 * (-1.0f64).exp() + (1.0 - (-1.0f64).exp());
        assert!((mean_tasks(8.0, after, Duration::from_secs(60)) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn in_a_short_interval_the_smaller_average_counts() {
        assert_eq!(mean_tasks(4.0, 3.5, Duration::from_secs(5)), 3.5);
        assert_eq!(mean_tasks(0.5, 1.5, Duration::from_secs(5)), 0.5);
    }

    #[test]
    fn unreadable_texts_give_nothing() {
        for stat in ["", "cpu  1 2 3\n", "cpu  1 2 3 x 5 6 7 8\n", "intr 1 2 3\n"] {
            assert_eq!(between(60, ["", "much"], [stat, stat]), LoadBetween::default(), "{stat}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_machine_can_be_read() {
        let start = LoadProbe::take();
        let load = start.until(&LoadProbe::take());
        assert!(load.tasks.is_some() && load.cores > 0, "{load:?}");
    }
}
