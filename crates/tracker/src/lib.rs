//! Aileron tracker.
