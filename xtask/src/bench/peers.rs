//! What people would otherwise install, in a Python of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::arguments::Arguments;
use crate::cache::{self, Stamp};
use crate::process;
use crate::setup::Ready;
use crate::workspace;

/// The Python that has a modality's peers installed, where peers are asked for; made once. `suffix`
/// is that of its requirements: each modality has its own, so that a new pin here installs nothing
/// anew there.
pub fn python(arguments: &Arguments, ready: &Ready, suffix: &str) -> Result<Option<PathBuf>> {
    if !arguments.peers {
        return Ok(None);
    }
    let requirements = format!("tests/bench/peers/requirements{suffix}.txt");
    let requirements = workspace::root().join(requirements);
    let pins = fs::read(&requirements)?;
    let folder = ready.cache.root().join(format!("bench-peers{suffix}"));
    let python = folder.join("bin/python");
    let stamp = Stamp::new(
        folder.join("quartet-stamp"),
        cache::sha256_of([pins.as_slice()]),
    );
    if !stamp.is_current() {
        let _lock = ready.cache.lock()?;
        cache::fresh_dir(&folder)?;
        println!("Installing the peers, which takes minutes; some are compiled.");
        process::run(process::tool("python3").args(["-m", "venv"]).arg(&folder))?;
        let install = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--require-hashes",
            "--requirement",
        ];
        process::run(
            Command::new(&python)
                .args(install)
                .arg(&requirements)
                .envs(llama_cpp_flags()),
        )?;
        stamp.write()?;
    }
    Ok(Some(python))
}

/// llama.cpp compiles for the processor at hand; where that has AMX, its matrix products crash
/// (llama-cpp-python 0.3.36), so there it is given all that such a processor has but AMX.
fn llama_cpp_flags() -> Option<(&'static str, &'static str)> {
    let processor = fs::read_to_string("/proc/cpuinfo").ok()?;
    processor.contains("amx_int8").then_some((
        "CMAKE_ARGS",
        "-DGGML_NATIVE=OFF -DGGML_AVX_VNNI=ON -DGGML_AVX512=ON -DGGML_AVX512_VBMI=ON \
         -DGGML_AVX512_VNNI=ON -DGGML_AVX512_BF16=ON",
    ))
}
