//! A suite about the runtimes that drive futures: what lives between rounds, what is traced, and what goes wrong.

use std::io;
use std::thread;
use std::time::Duration;

use adapter_bench::{Bencher, Prepared, adapter_bench, bench_group};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinHandle, yield_now};

/// Requests to the task that owns a connection, each with where its reply goes.
type Requests = mpsc::Sender<(u8, oneshot::Sender<u8>)>;

/// A server that echoes, and a client whose connection is driven by a task, as those of databases are.
async fn client() -> io::Result<(Requests, JoinHandle<()>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        let Ok((mut stream, _)) = listener.accept().await else { return };
        while let Ok(byte) = stream.read_u8().await {
            if stream.write_u8(byte).await.is_err() {
                return;
            }
        }
    });
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (requests, mut asked) = mpsc::channel::<(u8, oneshot::Sender<u8>)>(16);
    let driver = tokio::spawn(async move {
        while let Some((byte, reply)) = asked.recv().await {
            let echoed = async {
                stream.write_u8(byte).await?;
                stream.read_u8().await
            };
            let Ok(byte) = echoed.await else { return };
            let _ = reply.send(byte);
        }
    });
    Ok((requests, driver))
}

async fn ask(requests: &Requests, byte: u8) -> u8 {
    let (reply, replied) = oneshot::channel();
    requests.send((byte, reply)).await.expect("the driver is alive");
    replied.await.expect("the driver is alive")
}

#[bench_group(group = "drivers")]
mod drivers {
    use super::*;

    #[adapter_bench(reference)]
    async fn on_one_thread(b: Bencher) -> io::Result<Prepared> {
        let (requests, _driver) = client().await?;
        Ok(b.iter_async(async move || ask(&requests, 7).await))
    }

    #[adapter_bench(async(flavor = "multi_thread", workers = 2))]
    async fn on_worker_threads(b: Bencher) -> io::Result<Prepared> {
        let (requests, _driver) = client().await?;
        Ok(b.iter_spawned(move || {
            let requests = requests.clone();
            async move { ask(&requests, 7).await }
        }))
    }

    #[adapter_bench]
    fn without_a_runtime(b: Bencher) -> io::Result<Prepared> {
        use std::io::{Read, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        let mut stream = std::net::TcpStream::connect(listener.local_addr()?)?;
        stream.set_nodelay(true)?;
        thread::spawn(move || {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut byte = [0];
            while stream.read_exact(&mut byte).and_then(|()| stream.write_all(&byte)).is_ok() {}
        });
        Ok(b.try_iter(move || {
            let mut byte = [7];
            stream.write_all(&byte)?;
            stream.read_exact(&mut byte)?;
            Ok::<_, io::Error>(byte[0])
        }))
    }
}

#[bench_group(group = "traced")]
mod traced {
    use super::*;

    #[adapter_bench]
    fn yields_ten_times(b: Bencher) -> Result<Prepared, std::num::ParseIntError> {
        let times: u32 = adapter_bench::param("yields").as_deref().unwrap_or("10").parse()?;
        Ok(b.iter_async(async move || {
            for _ in 0..times {
                yield_now().await;
            }
        }))
    }

    #[adapter_bench]
    async fn sleeps_for_two_milliseconds() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }

    #[adapter_bench]
    async fn blocks_the_loop() {
        yield_now().await;
        thread::sleep(Duration::from_millis(3));
    }

    #[adapter_bench]
    async fn spawns_two_children() {
        let children = [(); 2].map(|()| adapter_bench::spawn(yield_now()));
        for child in children {
            child.await.expect("it does not panic");
        }
    }
}

#[bench_group(group = "misuse")]
mod misuse {
    use super::*;

    #[adapter_bench]
    async fn blocks_within_a_runtime() {
        let inner = Builder::new_current_thread().build().expect("a runtime");
        inner.block_on(async {});
    }

    #[adapter_bench]
    fn has_no_runtime(b: Bencher) -> Prepared {
        let ticks = tokio::spawn(async {});
        b.iter(move || ticks.is_finished())
    }

    /// Its client's driver is a task of a runtime that only moves inside its own `block_on`.
    #[adapter_bench]
    async fn asks_a_client_of_another_runtime(b: Bencher) -> io::Result<Prepared> {
        let (other, requests) = thread::spawn(|| {
            let other = Builder::new_current_thread().enable_all().build()?;
            let (requests, _driver) = other.block_on(client())?;
            Ok::<_, io::Error>((other, requests))
        })
        .join()
        .expect("it does not panic")?;
        Ok(b.iter_async(async move || {
            let _keeps = &other;
            ask(&requests, 7).await
        }))
    }

    #[adapter_bench]
    async fn drops_its_runtime() {
        drop(Builder::new_multi_thread().worker_threads(1).build().expect("a runtime"));
    }

    #[adapter_bench]
    async fn uses_a_runtime_that_ended(b: Bencher) -> Prepared {
        let other = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let handle = other.handle().clone();
        other.shutdown_background();
        b.iter_async(async move || {
            let sleep = {
                let _inside = handle.enter();
                tokio::time::sleep(Duration::from_millis(1))
            };
            sleep.await;
        })
    }

    #[adapter_bench]
    async fn awaits_a_task_that_panics() {
        tokio::spawn(async { panic!("the reply is cut short") }).await.expect("a reply");
    }

    #[adapter_bench]
    async fn forgets_a_task_that_panics() {
        tokio::spawn(async { panic!("the connection is lost") });
        yield_now().await;
    }
}

adapter_bench::main!();
