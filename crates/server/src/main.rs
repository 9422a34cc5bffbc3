//! The binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    aileron_server::cli::run()
}
