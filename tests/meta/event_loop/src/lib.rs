//! Futures that yield to the event loop and do nothing else.

/// Yields so many times: it is polled once more than that.
pub async fn yields(times: u32) {
    for _ in 0..times {
        tokio::task::yield_now().await;
    }
}
