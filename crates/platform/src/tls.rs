//! The one cryptography behind TLS.

/// Chooses it for the whole process. The libraries below refuse to run while none is chosen, so this comes first; again does nothing.
pub fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
