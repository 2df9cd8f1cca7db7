//! Echo over TCP.

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::MESSAGE;

pub(crate) async fn serve(listener: TcpListener) {
    while let Ok((peer, _)) = listener.accept().await {
        tokio::spawn(echo(peer));
    }
}

async fn echo(mut peer: TcpStream) -> io::Result<()> {
    peer.set_nodelay(true)?;
    let mut message = *MESSAGE;
    loop {
        peer.read_exact(&mut message).await?;
        peer.write_all(&message).await?;
    }
}

/// A client that keeps its connections, or makes a new one for every message.
#[derive(Debug)]
pub struct TcpClient {
    server: SocketAddr,
    pool: Option<RefCell<Vec<TcpStream>>>,
}

impl TcpClient {
    /// One that keeps connections for the messages to come.
    pub fn pooled(server: SocketAddr) -> Self {
        Self { server, pool: Some(RefCell::default()) }
    }

    /// One that does not.
    pub fn unpooled(server: SocketAddr) -> Self {
        Self { server, pool: None }
    }

    /// Sends [`MESSAGE`] and gets the answer.
    ///
    /// # Errors
    ///
    /// When there is no connection, or it breaks.
    pub async fn call(&self) -> io::Result<[u8; MESSAGE.len()]> {
        let mut stream = self.connection().await?;
        stream.write_all(MESSAGE).await?;
        let mut answer = [0; MESSAGE.len()];
        stream.read_exact(&mut answer).await?;
        if let Some(pool) = &self.pool {
            pool.borrow_mut().push(stream);
        }
        Ok(answer)
    }

    async fn connection(&self) -> io::Result<TcpStream> {
        let idle = self.pool.as_ref().and_then(|pool| pool.borrow_mut().pop());
        match idle {
            Some(stream) => Ok(stream),
            None => {
                let stream = TcpStream::connect(self.server).await?;
                stream.set_nodelay(true)?;
                // Closed by reset: a port that lingers after every message would soon be the last one.
                if self.pool.is_none() {
                    stream.set_zero_linger()?;
                }
                Ok(stream)
            }
        }
    }
}
