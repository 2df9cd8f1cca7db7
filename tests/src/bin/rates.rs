//! Benchmarks whose highest rate is known, and some that say how often they were set up.

use std::fs::OpenOptions;
use std::io::Write;
use std::rc::Rc;
use std::time::Duration;

use adapter_bench::{Bencher, Prepared, SetupError, adapter_bench};
use e2e::Pool;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Mutex;

/// A server of connections that answers one request after the other and takes at least `service` for each: no more than
/// `1 / service` per second can be answered.
async fn queue(b: Bencher, service: Duration) -> Result<Prepared, SetupError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let server = std::sync::Arc::new(Mutex::new(()));
        while let Ok((mut peer, _)) = listener.accept().await {
            let server = std::sync::Arc::clone(&server);
            tokio::spawn(async move {
                let mut byte = [0];
                while peer.read_exact(&mut byte).await.is_ok() {
                    let _turn = server.lock().await;
                    tokio::time::sleep(service).await;
                    peer.write_all(&byte).await?;
                }
                std::io::Result::Ok(())
            });
        }
    });
    let pool = Pool::of(address);
    Ok(b.try_iter_concurrent(async move || pool.ask().await))
}

/// 500 per second.
#[adapter_bench(group = "queue", reference, rate = 100)]
async fn of_two_milliseconds(b: Bencher) -> Result<Prepared, SetupError> {
    queue(b, Duration::from_millis(2)).await
}

/// 100 per second.
#[adapter_bench(group = "queue", rate = [200, 100])]
async fn of_ten_milliseconds(b: Bencher) -> Result<Prepared, SetupError> {
    queue(b, Duration::from_millis(10)).await
}

/// Nothing but the generator is in the way.
#[adapter_bench(rate = 1_000_000)]
async fn does_nothing(b: Bencher) -> Prepared {
    b.iter_concurrent(async || ())
}

/// More than a few in flight are too many for it.
#[adapter_bench(rate = 100)]
async fn breaks_down(b: Bencher) -> Prepared {
    let in_flight = Rc::new(std::cell::Cell::new(0));
    b.iter_concurrent(async move || {
        in_flight.set(in_flight.get() + 1);
        assert!(in_flight.get() < 300, "too many");
        tokio::time::sleep(Duration::from_millis(300)).await;
        in_flight.set(in_flight.get() - 1);
    })
}

/// Tells how often it was set up, and is over in no time.
#[adapter_bench(rate = 200)]
async fn logs(b: Bencher) -> Prepared {
    if let Some(path) = adapter_bench::param("log") {
        let file = OpenOptions::new().append(true).create(true).open(path);
        writeln!(file.expect("a file"), "set up").expect("a line");
    }
    b.iter_concurrent(async || tokio::time::sleep(Duration::from_millis(1)).await)
}

/// No operation ever ends once there are several.
#[adapter_bench(concurrency = 3, timeout = "2s")]
async fn none_ends(b: Bencher) -> Prepared {
    let in_flight = Rc::new(std::cell::Cell::new(0));
    b.iter_concurrent(async move || {
        in_flight.set(in_flight.get() + 1);
        tokio::time::sleep(Duration::from_millis(1)).await;
        if in_flight.get() > 1 {
            std::future::pending::<()>().await;
        }
        in_flight.set(in_flight.get() - 1);
    })
}

adapter_bench::main!();
