//! Aileron db.
