//! Connections to a server that sends back each byte. Main type: [`Pool`].

use std::cell::RefCell;
use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// As many connections as there were requests at once. One that failed is dropped, so that the next request makes another.
#[derive(Debug)]
pub struct Pool {
    server: SocketAddr,
    idle: RefCell<Vec<TcpStream>>,
}

impl Pool {
    /// To this server, without a connection yet.
    pub fn of(server: SocketAddr) -> Self {
        Self { server, idle: RefCell::default() }
    }

    /// Sends a byte, and returns once it is back.
    ///
    /// # Errors
    ///
    /// What the connection met with; [`io::ErrorKind::UnexpectedEof`] if the server closed it.
    pub async fn ask(&self) -> io::Result<()> {
        let kept = self.idle.borrow_mut().pop();
        let mut stream = match kept {
            Some(stream) => stream,
            None => TcpStream::connect(self.server).await?,
        };
        let mut byte = [7];
        stream.write_all(&byte).await?;
        stream.read_exact(&mut byte).await?;
        self.idle.borrow_mut().push(stream);
        Ok(())
    }
}
