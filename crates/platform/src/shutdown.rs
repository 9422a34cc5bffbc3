//! The orderly end.

use tokio::signal::unix::{SignalKind, signal};

/// Listens for SIGTERM and SIGINT from now on; the future it gives resolves, with the signal's name, at the first of them.
///
/// Must be called inside a tokio runtime. Fails if the system refuses the handlers.
pub fn requested() -> std::io::Result<impl Future<Output = &'static str> + Send + 'static> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}

#[cfg(test)]
mod tests {
    use std::{process::Command, time::Duration};

    #[tokio::test]
    async fn a_signal_resolves_it() {
        let requested = super::requested().unwrap();
        let mut requested = std::pin::pin!(requested);
        assert!(tokio::time::timeout(Duration::from_millis(20), &mut requested).await.is_err());
        let killed = Command::new("sh").args(["-c", &format!("kill -TERM {}", std::process::id())]).status().unwrap();
        assert!(killed.success());
        assert_eq!(tokio::time::timeout(Duration::from_secs(5), requested).await, Ok("SIGTERM"));
    }
}
