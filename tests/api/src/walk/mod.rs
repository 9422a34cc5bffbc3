//! Walks over every operation of `openapi.json`: what a new route gets tested for without anybody writing a test.

mod hostile;
mod nouns;
mod operation;
mod people;
mod permissions;
mod reads;
mod rows;
mod swap;
mod writes;

use operation::{Operation, operations};
use people::{People, Person};
use rows::Rows;
