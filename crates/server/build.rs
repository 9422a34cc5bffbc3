//! The folder of the built web app, which is embedded; made where nobody has built the app yet. And how the program is linked.

use std::{env, path::Path};

fn main() {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist");
    if let Err(error) = std::fs::create_dir_all(&dist) {
        println!("cargo::error=cannot make {}: {error}", dist.display());
    }
    println!("cargo::rerun-if-changed={}", dist.display());
    if is_release() && is_linked_by_lld() {
        // Handlers and containers of different types are often the same machine code: it is kept once.
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all");
    }
}

fn is_release() -> bool {
    env::var("PROFILE").is_ok_and(|profile| profile == "release")
}

/// Where the compiler brings this linker along.
fn is_linked_by_lld() -> bool {
    let is = |name, wanted| env::var(name).is_ok_and(|value| value == wanted);
    is("CARGO_CFG_TARGET_ARCH", "x86_64") && is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu")
}
