//! Exports: work items as a file, for spreadsheets (CSV, XLSX) and programs (JSON).
//!
//! An export is a row and a job ([`run`]), which reads the items page by page with the rights of whoever asked for it, as they are at that
//! moment, into a file. The file is there for a week ([`sweep`]), for him alone. What is in it is in [`columns`], [`rows`] reads it, and
//! [`sink`] writes it, however many items there are with the same memory.
//!
//! Events: `export` created, completed, failed.

pub mod columns;
pub mod commands;
pub mod http;
pub mod model;
pub mod names;
pub mod queries;
pub mod rows;
pub mod run;
pub mod sink;
pub mod sweep;
