//! Serves until its standard input ends.

use std::io::{Read, Write};

#[tokio::main(worker_threads = 1)]
async fn main() -> std::io::Result<()> {
    let servers = example_echo::serve().await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}\n{}", servers.tcp, servers.http)?;
    out.flush()?;
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    ended.await??;
    // Connections may still be open.
    std::process::exit(0)
}
