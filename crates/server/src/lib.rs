//! The binary `aileron`: router, middleware, documentation of the API, command line.
//!
//! Only this crate knows all the others.

pub mod app;
pub mod backup;
pub mod cli;
pub mod compat;
pub mod connections;
pub mod consumers;
pub mod demo;
pub mod doctor;
pub mod jobs;
mod join;
pub mod mail;
pub mod openapi;

mod docs;
mod health;
pub mod housekeeping;
mod instance;
mod layers;
mod limits;
mod metrics;
mod open_files;
mod request_body;
mod setup;
mod web;
