//! What a poll costs: bare, under adapter-bench's traced pass, and under tokio-metrics' `TaskMonitor`.

use std::time::Instant;

use adapter_bench::__private::Tracer;
use adapter_bench::{Bencher, Prepared, adapter_bench};
use event_loop::yields;
use tokio::runtime::Builder;
use tokio_metrics::TaskMonitor;

/// Ten yields in a loop of its own inside one `block_on`: what the harness should add nothing to.
#[adapter_bench(group = "ten yields", reference)]
fn bare_loop(b: Bencher) -> Prepared {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    b.iter_custom(move |iterations| {
        runtime.block_on(async {
            let start = Instant::now();
            for _ in 0..iterations {
                yields(10).await;
            }
            start.elapsed()
        })
    })
}

/// The same under the harness.
#[adapter_bench(group = "ten yields")]
fn iter_async(b: Bencher) -> Prepared {
    b.iter_async(async || yields(10).await)
}

/// A thousand polls.
#[adapter_bench(group = "a thousand polls", reference)]
fn bare(b: Bencher) -> Prepared {
    b.iter_async(async || yields(999).await)
}

/// The same as the traced pass has them.
#[adapter_bench(group = "a thousand polls")]
async fn traced(b: Bencher) -> Prepared {
    let tracer = Tracer::here();
    b.iter_async(async move || tracer.operation(yields(999)).await)
}

/// The same watched by its peer.
#[adapter_bench(group = "a thousand polls")]
fn task_monitor(b: Bencher) -> Prepared {
    let monitor = TaskMonitor::new();
    b.iter_async(async move || monitor.instrument(yields(999)).await)
}

adapter_bench::main!();
