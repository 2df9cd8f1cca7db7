//! adapter-bench's around it: `off`, or counting with call sites `none`, `sampled` or `full`, as the third argument says.

use adapter_bench::__private::{Iteration, Tracker};
use adapter_bench::Tracking;
use adapter_bench::model::SitesMode;

#[global_allocator]
static ALLOCATOR: Tracking = Tracking::system();

fn main() {
    let mode = match std::env::args().nth(3).as_deref() {
        Some("none") => SitesMode::Off,
        Some("sampled") => SitesMode::Sampled,
        Some("full") => SitesMode::Full,
        _ => return alloc_pairs::report(|iteration| iteration()),
    };
    let _tracker = Tracker::start(mode).expect("it is installed");
    alloc_pairs::report(|iteration| {
        let begun = Iteration::begin();
        iteration();
        assert!(begun.is_some_and(|begun| begun.end().allocations > 0));
    });
}
