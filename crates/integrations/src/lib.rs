//! Aileron integrations.
