//! What went wrong elsewhere, as published in security advisories: one test for each. `docs/security.md` lists them all, with tests
//! that stand elsewhere.

mod a;
mod b;
mod d;
mod e;
mod list;
