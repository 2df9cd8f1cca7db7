//! Echo over HTTP.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::routing::post;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::{Error, MESSAGE};

/// Answers a `POST` to `/` with its body.
pub fn router() -> Router {
    Router::new().route("/", post(async |body: Bytes| body))
}

/// The same by a handler that blocks its thread for 3 ms, as one does that reads a file or computes.
pub fn blocking_router() -> Router {
    Router::new().route(
        "/",
        post(async |body: Bytes| {
            std::thread::sleep(Duration::from_millis(3));
            body
        }),
    )
}

/// The request that clients send.
pub(crate) fn request<B: From<&'static [u8]>>(uri: &str) -> Result<Request<B>, Error> {
    Ok(Request::post(uri).body(B::from(&MESSAGE[..]))?)
}

/// A client that keeps its connections, or makes a new one for every request.
#[derive(Debug)]
pub struct HttpClient {
    client: Client<HttpConnector, Full<Bytes>>,
    uri: String,
}

impl HttpClient {
    /// One that keeps connections for the requests to come.
    pub fn pooled(server: SocketAddr) -> Self {
        Self::with(server, usize::MAX)
    }

    /// One that does not.
    pub fn unpooled(server: SocketAddr) -> Self {
        Self::with(server, 0)
    }

    fn with(server: SocketAddr, idle: usize) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(idle).build(connector);
        Self { client, uri: format!("http://{server}/") }
    }

    /// Sends [`MESSAGE`] and gets the answer.
    ///
    /// # Errors
    ///
    /// When there is no connection, it breaks, or the server refuses.
    pub async fn call(&self) -> Result<Bytes, Error> {
        let response = self.client.request(request(&self.uri)?).await?;
        if !response.status().is_success() {
            return Err(format!("the server answered {}", response.status()).into());
        }
        Ok(response.into_body().collect().await?.to_bytes())
    }
}

/// Sends [`MESSAGE`] to a router without a network in between.
///
/// # Errors
///
/// When the answer has no whole body.
pub async fn call_router(router: Router) -> Result<Bytes, Error> {
    use tower::ServiceExt;
    let response = router.oneshot(request::<Body>("/")?).await?;
    Ok(response.into_body().collect().await?.to_bytes())
}
