//! Round trips of a loopback connection. Client and server are futures on the benchmark's own runtime, as with an
//! adapter whose driver is a task; or the server is a thread, as with a server beside the program.

use std::io::{self, Read, Write};
use std::net;
use std::thread;

use adapter_bench::{Bencher, Prepared, adapter_bench};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::cell::{Cell, cells};

/// A message of so many bytes there and back.
#[derive(Clone, Copy, Debug)]
enum Unit {
    Small,
    Large,
}

impl Unit {
    fn message(self) -> Vec<u8> {
        vec![
            7;
            match self {
                Self::Small => 64,
                Self::Large => 4_096,
            }
        ]
    }
}

const HERE: (net::Ipv4Addr, u16) = (net::Ipv4Addr::LOCALHOST, 0);

fn of_tasks() -> Vec<Cell<Unit>> {
    let mut cells = cells(&[Unit::Small, Unit::Large], &[1, 50], &[20, 50]);
    cells.extend(self::cells(&[Unit::Small], &[], &[100]));
    cells
}

fn of_threads() -> Vec<Cell<Unit>> {
    cells(&[Unit::Small, Unit::Large], &[1, 50], &[20, 50])
}

#[adapter_bench(group = "tcp", reference, args = of_tasks())]
async fn reference(b: Bencher, cell: Cell<Unit>) -> io::Result<Prepared> {
    between_tasks(b, cell.unit, cell.times).await
}

#[adapter_bench(group = "tcp", args = of_tasks())]
async fn slowed(b: Bencher, cell: Cell<Unit>) -> io::Result<Prepared> {
    between_tasks(b, cell.unit, cell.slowed()).await
}

#[adapter_bench(group = "tcp-thread", reference, args = of_threads())]
fn thread_reference(b: Bencher, cell: Cell<Unit>) -> io::Result<Prepared> {
    between_threads(b, cell.unit, cell.times)
}

#[adapter_bench(group = "tcp-thread", args = of_threads())]
fn thread_slowed(b: Bencher, cell: Cell<Unit>) -> io::Result<Prepared> {
    between_threads(b, cell.unit, cell.slowed())
}

async fn between_tasks(b: Bencher, unit: Unit, times: u64) -> io::Result<Prepared> {
    let listener = TcpListener::bind(HERE).await?;
    let mut client = TcpStream::connect(listener.local_addr()?).await?;
    let (server, _) = listener.accept().await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    tokio::spawn(echo(server, unit.message()));
    let mut message = unit.message();
    Ok(b.try_iter_async(async move || {
        for _ in 0..times {
            client.write_all(&message).await?;
            client.read_exact(&mut message).await?;
        }
        Ok::<_, io::Error>(())
    }))
}

/// Sends back what comes, until the connection is closed.
async fn echo(mut server: TcpStream, mut message: Vec<u8>) -> io::Result<()> {
    loop {
        server.read_exact(&mut message).await?;
        server.write_all(&message).await?;
    }
}

#[inline(never)]
fn between_threads(b: Bencher, unit: Unit, times: u64) -> io::Result<Prepared> {
    let listener = net::TcpListener::bind(HERE)?;
    let mut client = net::TcpStream::connect(listener.local_addr()?)?;
    let (server, _) = listener.accept()?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    thread::spawn(move || echo_blocking(server, unit.message()));
    let mut message = unit.message();
    Ok(b.try_iter(move || {
        for _ in 0..times {
            client.write_all(&message)?;
            client.read_exact(&mut message)?;
        }
        Ok::<_, io::Error>(())
    }))
}

/// As [`echo`], on a thread of its own.
fn echo_blocking(mut server: net::TcpStream, mut message: Vec<u8>) -> io::Result<()> {
    loop {
        server.read_exact(&mut message)?;
        server.write_all(&message)?;
    }
}
