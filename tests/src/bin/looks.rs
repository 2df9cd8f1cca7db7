//! A suite most of whose arms go by a clock of their own: how long they take hangs on how many processes came before, and on
//! nothing that the machine does.

use std::fs::OpenOptions;
use std::io::Write;
use std::time::Duration;

use adapter_bench::{Bencher, Prepared, adapter_bench, bench_group};

/// The runs of a first look, as the tests ask for it.
const FIRST_LOOK: usize = 4;

/// Real work, and a difference that no machine hides.
#[bench_group(group = "real")]
mod real {
    use super::*;

    #[adapter_bench(reference)]
    fn short() -> u64 {
        work(1_000)
    }

    #[adapter_bench]
    fn long() -> u64 {
        work(5_000)
    }

    fn work(steps: u64) -> u64 {
        (0..steps).fold(1, |sum, step| std::hint::black_box(sum ^ step))
    }
}

/// All that differs from the first process to the others.
#[bench_group(group = "told")]
mod told {
    use super::*;

    #[adapter_bench(reference)]
    fn steady(b: Bencher) -> Prepared {
        takes(b, 1_000.0)
    }

    #[adapter_bench]
    fn equal(b: Bencher) -> Prepared {
        takes(b, 1_000.0)
    }

    #[adapter_bench]
    fn slower(b: Bencher) -> Prepared {
        takes(b, 3_000.0)
    }

    /// As an effect of the machine would be that passes.
    #[adapter_bench]
    fn slower_at_first(b: Bencher) -> Prepared {
        let first = earlier_processes("slower_at_first") < FIRST_LOOK;
        takes(b, if first { 3_000.0 } else { 1_000.0 })
    }

    #[adapter_bench]
    fn slower_then_faster(b: Bencher) -> Prepared {
        let first = earlier_processes("slower_then_faster") < FIRST_LOOK;
        takes(b, if first { 3_000.0 } else { 300.0 })
    }
}

/// Processes that differ by as much to both sides, so that no number of them shows a difference.
#[bench_group(group = "open")]
mod open {
    use super::*;

    #[adapter_bench(reference)]
    fn settled(b: Bencher) -> Prepared {
        takes(b, 1_000.0)
    }

    #[adapter_bench]
    fn varies(b: Bencher) -> Prepared {
        let odd = earlier_processes("varies") % 2 == 1;
        takes(b, if odd { 1_100.0 } else { 1_000.0 / 1.1 })
    }
}

/// Alone, and compared with what was recorded: `--param now=3` makes three times of it.
#[bench_group(tags = ["since"])]
mod since {
    use super::*;

    #[adapter_bench]
    fn as_it_was(b: Bencher) -> Prepared {
        takes(b, 1_000.0)
    }

    #[adapter_bench]
    fn longer_now(b: Bencher) -> Prepared {
        takes(b, 1_000.0 * now())
    }

    /// As an effect of the machine would be that passes.
    #[adapter_bench]
    fn longer_at_first(b: Bencher) -> Prepared {
        let first = earlier_processes("longer_at_first") < FIRST_LOOK;
        takes(b, if first { 1_000.0 * now() } else { 1_000.0 })
    }

    /// Processes that differ so much that nothing can be told.
    #[adapter_bench]
    fn restless(b: Bencher) -> Prepared {
        let odd = earlier_processes("restless") % 2 == 1;
        takes(b, if odd { 1_500.0 } else { 1_000.0 / 1.5 })
    }

    fn now() -> f64 {
        adapter_bench::param("now").map_or(1.0, |factor| factor.parse().expect("a number"))
    }
}

/// Compared with a copy of this program that is called `before`: there, all takes 1 µs.
#[bench_group(tags = ["sides"])]
mod sides {
    use super::*;

    #[adapter_bench]
    fn alike(b: Bencher) -> Prepared {
        takes(b, 1_000.0)
    }

    #[adapter_bench]
    fn longer_here(b: Bencher) -> Prepared {
        takes_here(b, "longer_here", |_| 3_000.0)
    }

    /// Processes that differ as much to both sides, so that no number of them shows a change.
    #[adapter_bench]
    fn restless_here(b: Bencher) -> Prepared {
        takes_here(b, "restless_here", |earlier| if earlier % 2 == 1 { 1_500.0 } else { 1_000.0 / 1.5 })
    }

    /// Longer in every process, but so differently that it takes eight of a look to tell.
    #[adapter_bench]
    fn told_by_eight(b: Bencher) -> Prepared {
        takes_here(b, "told_by_eight", |earlier| if earlier % 2 == 1 { 1_500.0 } else { 3_000.0 })
    }

    /// As an effect of the machine would be that passes.
    #[adapter_bench]
    fn longer_at_first_here(b: Bencher) -> Prepared {
        takes_here(b, "longer_at_first_here", |earlier| if earlier < FIRST_LOOK { 3_000.0 } else { 1_000.0 })
    }

    /// What a benchmark takes in this program, by how many of its processes came before.
    fn takes_here(b: Bencher, name: &str, ns: impl Fn(usize) -> f64) -> Prepared {
        let program = std::env::current_exe().expect("the file of this program");
        let is_here = program.file_name().is_some_and(|name| name != "before");
        takes(b, if is_here { ns(earlier_processes(name)) } else { 1_000.0 })
    }
}

/// A routine that says it takes `ns` per iteration, or up to a thousandth more, and takes none.
fn takes(b: Bencher, ns: f64) -> Prepared {
    let mut calls = 0_u32;
    b.iter_custom(move |iterations| {
        calls = calls.wrapping_add(1);
        let more = f64::from(calls.wrapping_mul(37) % 100) / 100_000.0;
        Duration::from_nanos((ns * iterations as f64 * (1.0 + more)) as u64)
    })
}

/// How many processes have set `arm` up before this one, by the file that `--param log=PATH` names.
fn earlier_processes(arm: &str) -> usize {
    let path = adapter_bench::param("log").expect("`--param log=PATH`");
    let before = std::fs::read_to_string(&path).unwrap_or_default();
    let file = OpenOptions::new().create(true).append(true).open(path);
    let written = file.and_then(|mut file| file.write_all(format!("{arm}\n").as_bytes()));
    written.expect("the log can be written");
    before.lines().filter(|line| *line == arm).count()
}

adapter_bench::main!();
