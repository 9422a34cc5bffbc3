//! Walks over every operation of `openapi.json`: what a new route gets tested for without anybody writing a test.

mod hostile;
mod operation;
mod permissions;
mod reads;
mod rows;
mod swap;
mod writes;

use operation::{Operation, operations};
use rows::{People, Person, Rows};
