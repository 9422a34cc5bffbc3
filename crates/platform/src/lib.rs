//! Aileron platform.
