//! Echo under load: what connections, HTTP and another process cost, with one client and with many.

use std::rc::Rc;

use adapter_bench::{Bencher, Prepared, adapter_bench, bench_group};
use example_echo::{Child, Error, HttpClient, TcpClient, blocking_router, call_router, router, serve};

const SERVER: &str = env!("CARGO_BIN_EXE_echo-server");

/// Connections that are kept against new ones, in a closed loop: where does throughput stop growing?
#[bench_group(group = "pooling", concurrency = [1, 4, 16], max_error_rate = "1%", tags = ["closed"])]
mod pooling {
    use super::*;

    #[adapter_bench(reference)]
    async fn tcp_pooled(b: Bencher) -> Result<Prepared, Error> {
        let client = TcpClient::pooled(serve().await?.tcp);
        Ok(b.bytes(64).try_iter_concurrent(async move || client.call().await))
    }

    #[adapter_bench]
    async fn tcp_unpooled(b: Bencher) -> Result<Prepared, Error> {
        let client = TcpClient::unpooled(serve().await?.tcp);
        Ok(b.bytes(64).try_iter_concurrent(async move || client.call().await))
    }

    #[adapter_bench]
    async fn http_pooled(b: Bencher) -> Result<Prepared, Error> {
        let client = HttpClient::pooled(serve().await?.http);
        Ok(b.bytes(64).try_iter_concurrent(async move || client.call().await))
    }
}

/// Servers in this process and in another one, in an open loop: what does a client wait for? With
/// `--find-rate "p99 <= 10ms"`: how many requests per second can it be asked for at most?
#[bench_group(group = "arrivals", rate = [500, 2_000], arrivals = "poisson", target = "p99 <= 50ms", tags = ["open"])]
mod arrivals {
    use super::*;

    #[adapter_bench(reference)]
    async fn tcp_same_process(b: Bencher) -> Result<Prepared, Error> {
        let client = TcpClient::pooled(serve().await?.tcp);
        Ok(b.try_iter_concurrent(async move || client.call().await))
    }

    #[adapter_bench]
    async fn tcp_other_process(b: Bencher) -> Result<Prepared, Error> {
        let child = Rc::new(Child::start(SERVER)?);
        let client = TcpClient::pooled(child.servers().tcp);
        Ok(b.try_iter_concurrent(async move || {
            let _running = &child;
            client.call().await
        }))
    }

    #[adapter_bench]
    async fn http_other_process(b: Bencher) -> Result<Prepared, Error> {
        let child = Rc::new(Child::start(SERVER)?);
        let client = HttpClient::pooled(child.servers().http);
        Ok(b.try_iter_concurrent(async move || {
            let _running = &child;
            client.call().await
        }))
    }
}

/// A handler without a network. The one that blocks its thread holds up everything else on it: the longest poll tells.
#[bench_group(group = "handler")]
mod handler {
    use super::*;

    #[adapter_bench(reference)]
    async fn prompt(b: Bencher) -> Prepared {
        let router = router();
        b.try_iter_concurrent(async move || call_router(router.clone()).await)
    }

    #[adapter_bench]
    async fn blocking(b: Bencher) -> Prepared {
        let router = blocking_router();
        b.try_iter_concurrent(async move || call_router(router.clone()).await)
    }
}

adapter_bench::main!();
