//! A library that is ONNX Runtime, and too old: in a process of its own, because there is one
//! library a process.

use std::{env, fs, process::Command};

use quartet_runtime::{Error, Runtime};

/// All that a library is asked before it is known to be new enough.
const OLD: &str = r#"
#[repr(C)]
pub struct Base {
    api: extern "C" fn(u32) -> *const u8,
    version: extern "C" fn() -> *const u8,
}
extern "C" fn api(_: u32) -> *const u8 { std::ptr::null() }
extern "C" fn version() -> *const u8 { c"1.10.0".as_ptr().cast() }
static BASE: Base = Base { api, version };
#[unsafe(no_mangle)]
pub extern "C" fn OrtGetApiBase() -> *const Base { &BASE }
"#;

#[test]
fn an_old_library_is_recognised_by_its_version() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("old.rs");
    let library = folder.path().join("libold.so");
    fs::write(&source, OLD).unwrap();
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let built = Command::new(rustc)
        .args(["--edition", "2024", "--crate-type", "cdylib", "-o"])
        .args([&library, &source])
        .status();
    assert!(built.unwrap().success());
    match Runtime::load(&library).unwrap_err() {
        Error::LibraryTooOld { found, needed, .. } => {
            assert_eq!(
                (found.as_str(), needed),
                ("1.10.0", Runtime::minimum_version())
            );
        }
        other => panic!("{other}"),
    }
}
