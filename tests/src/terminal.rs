//! Programs that believe to stand before a person. Main function: [`on_a_terminal`].

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::Stdio;

use rustix::fs::OFlags;
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::Suite;

/// Runs a suite whose standard output is a terminal; returns what appeared on it.
///
/// # Panics
///
/// When the system has no terminals, or the suite does not start.
pub fn on_a_terminal(suite: Suite) -> String {
    let (mut screen, terminal) = terminal().expect("a pseudo-terminal");
    let (mut command, _folder) = suite.into_command();
    command.stdin(Stdio::null()).stderr(Stdio::null()).stdout(terminal);
    let mut child = command.spawn().expect("the suite starts");
    // The command holds the terminal open until it is dropped.
    drop(command);
    let mut shown = Vec::new();
    // Linux reports the last hang-up as an error.
    let _ = screen.read_to_end(&mut shown);
    child.wait().expect("a child");
    String::from_utf8_lossy(&shown).into_owned()
}

fn terminal() -> std::io::Result<(File, File)> {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&screen)?;
    unlockpt(&screen)?;
    let name = ptsname(&screen, Vec::new())?;
    let path = name.to_str().map_err(std::io::Error::other)?;
    use std::os::unix::fs::OpenOptionsExt;
    let flags = i32::try_from(OFlags::NOCTTY.bits()).map_err(std::io::Error::other)?;
    let terminal = OpenOptions::new().read(true).write(true).custom_flags(flags).open(path)?;
    Ok((screen.into(), terminal))
}
