//! Tidying up when the task is interrupted.

use anyhow::{Context, Result};

/// Runs `clean_up` and ends the process on Ctrl-C and on a request to terminate.
#[cfg(unix)]
pub(crate) fn on_stop(clean_up: impl FnOnce() + Send + 'static) -> Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP]).context("cannot listen for signals")?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            clean_up();
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// Elsewhere the operating system ends the children with us.
#[cfg(not(unix))]
pub(crate) fn on_stop(_clean_up: impl FnOnce() + Send + 'static) -> Result<()> {
    Ok(())
}
