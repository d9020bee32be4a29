//! Checks the shell's configuration and hands it to Tauri.

use std::{fs, io, path::Path};

/// What a fresh clone shows until the UI is built; Tauri refuses to compile without the folder.
const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n  <head><meta charset=\"utf-8\" /><title>Quartet</title></head>\n  <body><p>The window's UI has not been built: run <code>cargo xtask run</code>.</p></body>\n</html>\n";

fn main() -> io::Result<()> {
    let dist = Path::new("../ui/dist");
    if !dist.join("index.html").exists() {
        fs::create_dir_all(dist)?;
        fs::write(dist.join("index.html"), PLACEHOLDER)?;
    }
    tauri_build::build();
    Ok(())
}
