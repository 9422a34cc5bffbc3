//! Aileron identity.
