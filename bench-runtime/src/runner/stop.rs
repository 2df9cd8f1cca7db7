//! Ctrl-C and SIGTERM: noticed, so that what was measured is kept. Main functions: [`listen`] and [`requested`].

use std::io;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::model::Stop;

struct Flags {
    interrupt: Arc<AtomicBool>,
    terminate: Arc<AtomicBool>,
}

static FLAGS: OnceLock<Flags> = OnceLock::new();

/// From here on the first signal asks the run to stop, and a second one ends the process at once.
///
/// # Errors
///
/// When the system refuses the handlers.
pub(super) fn listen() -> io::Result<()> {
    if FLAGS.get().is_some() {
        return Ok(());
    }
    let (interrupt, terminate) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
    for (signal, flag, code) in [(SIGINT, &interrupt, 130), (SIGTERM, &terminate, 143)] {
        // Runs first, so that it sees the flag that an earlier signal has set.
        flag::register_conditional_shutdown(signal, code, Arc::clone(flag))?;
        flag::register(signal, Arc::clone(flag))?;
    }
    let _ = FLAGS.set(Flags { interrupt, terminate });
    Ok(())
}

/// What the user asked for, if anything.
pub(super) fn requested() -> Option<Stop> {
    let flags = FLAGS.get()?;
    if flags.interrupt.load(Ordering::Relaxed) {
        Some(Stop::Interrupt)
    } else if flags.terminate.load(Ordering::Relaxed) {
        Some(Stop::Terminate)
    } else {
        None
    }
}

/// Whether the user asked the run to stop.
pub(super) fn is_requested() -> bool {
    requested().is_some()
}
