//! Sound as it lies in another file, to be copied without being decoded.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use mp4_atom::Codec;

/// Encoded sound of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EncodedSample {
    /// Where in the file.
    pub(crate) begin: u64,
    pub(crate) size: u32,
    /// By the sound's clock.
    pub(crate) duration: u32,
}

/// A stretch of it that is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    /// Of [`TICKS_PER_SECOND`](crate::TICKS_PER_SECOND).
    pub(crate) ticks: u64,
    /// By the sound's clock; none: silence.
    pub(crate) from: Option<u64>,
}

/// A clip's sound, as it is encoded there.
#[derive(Debug, Clone)]
pub struct EncodedSound {
    pub(crate) file: Arc<File>,
    pub(crate) codec: Codec,
    /// Units of its clock, a second.
    pub(crate) clock: u32,
    pub(crate) samples: Vec<EncodedSample>,
    /// What of it is heard, from the film's beginning; all where there is nothing.
    pub(crate) heard: Vec<Heard>,
}

impl EncodedSound {
    /// The bytes of a sample.
    ///
    /// # Errors
    /// Those of the disk.
    pub(crate) fn read(&self, sample: &EncodedSample) -> io::Result<Vec<u8>> {
        let mut file = &*self.file;
        file.seek(SeekFrom::Start(sample.begin))?;
        let mut bytes = Vec::new();
        file.take(u64::from(sample.size)).read_to_end(&mut bytes)?;
        if bytes.len() < sample.size as usize {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }
}
