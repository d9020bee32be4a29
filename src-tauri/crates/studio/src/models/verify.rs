//! Compares a model's files with the checksums its folder carries.

use std::io::Read;

use quartet_media::bounded::open_regular;
use quartet_runtime::Cancel;
use sha2::{Digest, Sha256};

use super::{
    manifest,
    model::{Model, hex},
};
use crate::{Code, Failure, Result};

/// How far a verification has come, in bytes of all files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyProgress {
    pub done: u64,
    pub total: u64,
}

/// Reads every file and compares sizes and sha256.
///
/// # Errors
/// `ModelUnverifiable`, `ModelIncomplete`, `ModelChanged`, `ModelEscapes`, `Cancelled`, and the
/// model's own problem where its description is unusable.
pub fn verify(
    model: &Model,
    cancel: &Cancel,
    mut progress: impl FnMut(VerifyProgress),
) -> Result<()> {
    if model.files.is_empty() {
        return Err(model
            .problem
            .clone()
            .unwrap_or_else(|| Failure::new(Code::ModelUnverifiable, model.folder.display())));
    }
    let total = model.files.iter().map(|file| file.bytes).sum();
    let mut done = 0;
    let mut buffer = vec![0; 1 << 20];
    for file in &model.files {
        let path = manifest::inside(&model.folder, &file.path)?;
        let changed = |detail: String| Failure::at(Code::ModelChanged, &path, detail);
        let incomplete = |error: std::io::Error| {
            Failure::with(Code::ModelIncomplete, &[("part", &file.path)], error)
        };
        let mut hash = Sha256::new();
        let mut read_bytes = 0;
        let mut source = open_regular(&path).map_err(incomplete)?;
        loop {
            cancel.check()?;
            let read = source
                .read(&mut buffer)
                .map_err(|error| Failure::at(Code::ModelBroken, &path, error))?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
            read_bytes += read as u64;
            if read_bytes > file.bytes {
                return Err(changed(format!("longer than {} bytes", file.bytes)));
            }
            progress(VerifyProgress {
                done: done + read_bytes,
                total,
            });
        }
        done += read_bytes;
        let found = hex(&hash.finalize());
        if !found.eq_ignore_ascii_case(&file.sha256) {
            return Err(changed(format!("sha256 {found}, not {}", file.sha256)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A folder with one file, "abc", whose checksum is FIPS 180's example.
    fn model() -> (tempfile::TempDir, Model) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("weights"), "abc").unwrap();
        let manifest = "id = \"m\"\nname = { en = \"m\", zh = \"m\" }\nmodality = \"text\"\n\
            architecture = { kind = \"causal-lm\" }\nlicence = { spdx = \"MIT\" }\n\
            [[files]]\npath = \"weights\"\nbytes = 3\nsha256 = \
            \"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD\"\n";
        fs::write(folder.path().join("model.toml"), manifest).unwrap();
        let model = crate::models::describe(folder.path()).unwrap();
        (folder, model)
    }

    #[test]
    fn whole_files_pass_and_tell_their_progress() {
        let (_folder, model) = model();
        let mut last = None;
        verify(&model, &Cancel::new(), |progress| last = Some(progress)).unwrap();
        assert_eq!(last, Some(VerifyProgress { done: 3, total: 3 }));
    }

    #[test]
    fn changed_missing_and_longer_files_are_named() {
        let (folder, model) = model();
        let path = folder.path().join("weights");
        let code = || verify(&model, &Cancel::new(), |_| ()).unwrap_err().code;
        fs::write(&path, "abd").unwrap();
        assert_eq!(code(), Code::ModelChanged);
        fs::write(&path, "abcd").unwrap();
        assert_eq!(code(), Code::ModelChanged);
        fs::remove_file(&path).unwrap();
        assert_eq!(code(), Code::ModelIncomplete);
    }

    #[test]
    fn it_can_be_stopped() {
        let (_folder, model) = model();
        let cancel = Cancel::new();
        cancel.raise();
        let failure = verify(&model, &cancel, |_| ()).unwrap_err();
        assert!(failure.is_cancelled());
    }
}
