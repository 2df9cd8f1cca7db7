//! Echo servers over TCP and HTTP, and clients with and without pools, for the benchmarks beside them.

mod child;
mod http;
mod tcp;
#[cfg(test)]
mod tests;

pub use child::Child;
pub use http::{HttpClient, blocking_router, call_router, router};
pub use tcp::TcpClient;

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

/// What clients send and get back.
pub const MESSAGE: &[u8; 64] = &[b'x'; 64];

/// Any failure of a client.
pub type Error = Box<dyn std::error::Error>;

/// The addresses of a TCP and an HTTP server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Servers {
    /// Answers with what it gets, [`MESSAGE`] by [`MESSAGE`].
    pub tcp: SocketAddr,
    /// Answers a `POST` to `/` with its body.
    pub http: SocketAddr,
}

/// Starts both servers on the runtime that this is called on; they end with it.
///
/// # Errors
///
/// When no port can be listened on.
pub async fn serve() -> io::Result<Servers> {
    let (tcp, http) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
    let servers = Servers { tcp: tcp.local_addr()?, http: http.local_addr()? };
    tokio::spawn(tcp::serve(tcp));
    tokio::spawn(async move { axum::serve(http, router()).await });
    Ok(servers)
}
