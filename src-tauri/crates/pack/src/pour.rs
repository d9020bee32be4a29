//! Bytes from one place to another, hashed on the way, once.

use std::io::{self, Read, Write};

use quartet_studio::{Failure, hex};
use sha2::{Digest, Sha256};

use crate::task::Task;

/// What is read before stopping is looked at again, in bytes.
const CHUNK: usize = 1 << 20;

/// What came through.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Poured {
    pub(crate) bytes: u64,
    /// In hexadecimal, lower case.
    pub(crate) sha256: String,
}

/// Why not all did.
#[derive(Debug)]
pub(crate) enum Broken {
    Stopped(Failure),
    Read(io::Error),
    Write(io::Error),
    /// There is more than so many bytes.
    Longer,
}

/// Copies to the end, at most `most` bytes.
pub(crate) fn pour(
    source: &mut dyn Read,
    out: &mut dyn Write,
    most: u64,
    task: &mut Task<'_>,
) -> Result<Poured, Broken> {
    let mut buffer = vec![0; CHUNK];
    let mut hash = Sha256::new();
    let mut bytes = 0;
    loop {
        let read = match source.read(&mut buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Broken::Read(error)),
        };
        if read == 0 {
            break;
        }
        bytes += read as u64;
        if bytes > most {
            return Err(Broken::Longer);
        }
        hash.update(&buffer[..read]);
        out.write_all(&buffer[..read]).map_err(Broken::Write)?;
        task.advance(read as u64).map_err(Broken::Stopped)?;
    }
    Ok(Poured {
        bytes,
        sha256: hex(&hash.finalize()),
    })
}

#[cfg(test)]
mod tests {
    use quartet_studio::{Cancel, Code};

    use super::*;

    fn poured(source: &mut dyn Read, out: &mut dyn Write, most: u64) -> Result<Poured, Broken> {
        let cancel = Cancel::new();
        pour(source, out, most, &mut Task::new(&cancel, 9, &mut |_| ()))
    }

    #[test]
    fn what_comes_through_is_hashed() {
        let mut out = Vec::new();
        let whole = poured(&mut &b"abc"[..], &mut out, 3).unwrap();
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((whole.bytes, whole.sha256.as_str()), (3, sha256));
        assert_eq!(out, b"abc");
    }

    #[test]
    fn each_way_to_break_is_told_apart() {
        let mut nowhere = io::sink();
        let longer = poured(&mut &b"abcd"[..], &mut nowhere, 3);
        assert!(matches!(longer, Err(Broken::Longer)));
        let mut full: &mut [u8] = &mut [0; 2];
        let full = poured(&mut &b"abcd"[..], &mut full, 9);
        assert!(matches!(full, Err(Broken::Write(_))));
        let cancel = Cancel::new();
        cancel.raise();
        let mut tell = |_| ();
        let mut task = Task::new(&cancel, 9, &mut tell);
        let stopped = pour(&mut &b"abcd"[..], &mut nowhere, 9, &mut task);
        assert!(
            matches!(stopped, Err(Broken::Stopped(failure)) if failure.code == Code::Cancelled)
        );
    }
}
