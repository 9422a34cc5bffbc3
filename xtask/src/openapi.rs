//! `cargo xtask openapi`: the committed description of the API.

use std::fs;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::{build, process};

/// Asks the server for its description and writes it to the root of the repository.
pub(crate) fn run() -> Result<()> {
    let printed = process::output(process::command(build::binary(false)?)?.arg("openapi"))?;
    let document: Value = serde_json::from_str(&printed).context("`aileron openapi` did not print JSON")?;
    let path = process::root()?.join("openapi.json");
    let mut text = printed.trim_end().to_owned();
    text.push('\n');
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    let paths = document.get("paths").and_then(Value::as_object).map_or(0, serde_json::Map::len);
    println!("openapi.json: {paths} paths");
    Ok(())
}
