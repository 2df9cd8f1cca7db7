//! Four bodies that send a message over loopback TCP and have it sent back, again and again; the first does so `STEPS`
//! times in a thousand more often than it has to.
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::{io, thread};

use adapter_bench::{Bencher, Prepared, adapter_bench};

const STEPS: u64 = 0;

/// Sends back whatever comes, until the client hangs up.
fn serve(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut buffer = [0; 4_096];
    loop {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            length => stream.write_all(&buffer[..length])?,
        }
    }
}

fn connect() -> io::Result<TcpStream> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    client.set_nodelay(true)?;
    let (server, _) = listener.accept()?;
    thread::spawn(move || serve(server));
    Ok(client)
}

/// Round trips of a message of so many bytes.
fn echo(b: Bencher, round_trips: u64, length: usize) -> Prepared {
    let mut client = connect().expect("loopback");
    let (message, mut answer) = (vec![7; length], vec![0; length]);
    b.iter(move || {
        for _ in 0..round_trips {
            client.write_all(&message).expect("the server is there");
            client.read_exact(&mut answer).expect("the server answers");
        }
        answer[0]
    })
}

#[adapter_bench]
fn echo_of_64_bytes(b: Bencher) -> Prepared {
    echo(b, 20 + 20 * STEPS / 1_000, 64)
}

#[adapter_bench]
fn echo_of_256_bytes(b: Bencher) -> Prepared {
    echo(b, 20, 256)
}

#[adapter_bench]
fn echo_of_1024_bytes(b: Bencher) -> Prepared {
    echo(b, 20, 1_024)
}

#[adapter_bench]
fn echo_of_4096_bytes(b: Bencher) -> Prepared {
    echo(b, 20, 4_096)
}

adapter_bench::main!();
