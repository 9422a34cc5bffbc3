//! Aileron testkit.
