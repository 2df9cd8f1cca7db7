//! The servers in a process of their own.

use std::io::{self, BufRead, BufReader};
use std::process::{self, Command, Stdio};

use crate::Servers;

/// A process that serves; it ends when this is dropped, and with the process that started it.
#[derive(Debug)]
pub struct Child {
    process: process::Child,
    servers: Servers,
}

impl Child {
    /// Starts `program`, which tells the addresses of its servers on two lines and ends when its input does.
    ///
    /// # Errors
    ///
    /// When it does not start, or tells something else.
    pub fn start(program: &str) -> io::Result<Self> {
        let mut process = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut lines = BufReader::new(output).lines();
        let mut address = || {
            let line = lines.next().unwrap_or_else(|| Err(io::ErrorKind::UnexpectedEof.into()))?;
            line.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
        };
        let servers = Servers { tcp: address()?, http: address()? };
        Ok(Self { process, servers })
    }

    /// Where it serves.
    pub fn servers(&self) -> Servers {
        self.servers
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
