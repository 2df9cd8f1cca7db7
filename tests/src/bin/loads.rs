//! Benchmarks under load: loops that go well, and everything that goes wrong with one.

use std::io::ErrorKind;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use adapter_bench::{Bencher, Prepared, SetupError, adapter_bench};
use e2e::Pool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const MS: Duration = Duration::from_millis(1);

/// A pool of four: more in flight bring nothing.
#[adapter_bench(group = "pool", reference, concurrency = [1, 4, 16])]
async fn pool_of_four(b: Bencher) -> Prepared {
    let places = std::rc::Rc::new(tokio::sync::Semaphore::new(4));
    b.iter_concurrent(async move || {
        let _place = places.acquire().await;
        tokio::time::sleep(2 * MS).await;
    })
}

#[adapter_bench(group = "pool", concurrency = [1, 4, 16])]
async fn slower_pool_of_four(b: Bencher) -> Prepared {
    let places = std::rc::Rc::new(tokio::sync::Semaphore::new(4));
    b.iter_concurrent(async move || {
        let _place = places.acquire().await;
        tokio::time::sleep(6 * MS).await;
    })
}

#[adapter_bench(rate = [50, 200], arrivals = "poisson", target = "p99 <= 1s", critical = "throughput >= 10/s")]
async fn arrivals(b: Bencher) -> Prepared {
    b.iter_concurrent(async || tokio::time::sleep(MS).await)
}

#[adapter_bench(async(flavor = "multi_thread", workers = 2), rate = 100)]
async fn tasks(b: Bencher) -> Prepared {
    b.iter_spawned(|| tokio::time::sleep(MS))
}

/// All that are in flight are woken at once, and all but the first have to wait for the others' 100 µs.
#[adapter_bench(concurrency = [1, 16])]
async fn all_at_once(b: Bencher) -> Prepared {
    b.iter_concurrent(async || {
        tokio::time::sleep(MS).await;
        let start = std::time::Instant::now();
        while start.elapsed() < MS / 10 {
            std::hint::spin_loop();
        }
    })
}

#[adapter_bench(concurrency = 2)]
async fn cannot_overlap(b: Bencher) -> Prepared {
    b.iter_async(async || tokio::time::sleep(MS).await)
}

/// The generator cannot do that.
#[adapter_bench(rate = 100_000_000)]
async fn too_many(b: Bencher) -> Prepared {
    b.iter_concurrent(async || tokio::task::yield_now().await)
}

/// Once there is load, an operation hangs after every twenty that do not.
#[adapter_bench(concurrency = 2, timeout = "2s", max_error_rate = "50%")]
async fn some_never_end(b: Bencher) -> Prepared {
    let (since_one_hung, in_flight) = (AtomicU64::new(0), AtomicU64::new(0));
    b.iter_concurrent(async move || {
        let is_loaded = in_flight.fetch_add(1, Ordering::Relaxed) > 0;
        if since_one_hung.fetch_add(1, Ordering::Relaxed) >= 20 && is_loaded {
            since_one_hung.store(0, Ordering::Relaxed);
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(MS).await;
        in_flight.fetch_sub(1, Ordering::Relaxed);
    })
}

/// A server that closes each connection after twenty answers; clients connect anew.
#[adapter_bench(concurrency = 4, max_error_rate = 0.01)]
async fn closed_midway(b: Bencher) -> Result<Prepared, SetupError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((mut peer, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut byte = [0];
                for _ in 0..20 {
                    peer.read_exact(&mut byte).await?;
                    peer.write_all(&byte).await?;
                }
                std::io::Result::Ok(())
            });
        }
    });
    let pool = Pool::of(address);
    Ok(b.try_iter_concurrent(async move || {
        pool.ask().await.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => "the server closed the connection".into(),
            _ => SetupError::from(error),
        })
    }))
}

#[adapter_bench(async(flavor = "multi_thread", workers = 1), rate = 200)]
async fn panics_in_a_task(b: Bencher) -> Prepared {
    let mut calls = 0_u64;
    b.iter_spawned(move || {
        calls += 1;
        let is_last = calls > 60;
        async move { assert!(!is_last, "the sixty-first call") }
    })
}

adapter_bench::main!();
